// What the load generator sends: the next reading, or list of readings, of a device.
import type { LoadPlan } from './load-plan.ts';
import type { BenchDevice } from './prepared-data.ts';
import { reading } from './readings.ts';

/** Between two readings that a device has kept: close enough that the fastest server does not come to the present in a run. */
const KEPT_EVERY_MS = 200;

/** What each device measures next, across plans: no reading is ever sent twice. */
const clocks = new Map<string, { lastMs: number; count: number }>();

export function nextBody({ port, readingsPerRequest, fromMs }: LoadPlan, { deviceId }: BenchDevice): string {
  const key = `${port} ${deviceId}`;
  let clock = clocks.get(key);
  if (clock === undefined) {
    clock = { lastMs: fromMs ?? 0, count: 0 };
    clocks.set(key, clock);
  }
  const { count } = clock;
  const readings = [];
  for (let offset = 0; offset < readingsPerRequest; offset++) {
    // A device that is faster than its clock's milliseconds borrows from the next ones.
    clock.lastMs = fromMs === null ? Math.max(clock.lastMs + 1, Date.now()) : clock.lastMs + KEPT_EVERY_MS;
    readings.push(reading(deviceId, clock.lastMs, count + offset));
  }
  clock.count += readingsPerRequest;
  return JSON.stringify(readingsPerRequest === 1 ? readings[0] : readings);
}

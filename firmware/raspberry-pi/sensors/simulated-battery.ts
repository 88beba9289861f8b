// A battery that empties in five days of the body's time and is charged again when it is empty, as wards do.
import { Chance } from '../random.ts';
import type { Sensor } from './sensor.ts';

const LASTS_MS = 5 * 24 * 3_600_000;

/** @param startMs body time at which the wearable was put on, somewhat charged. */
export function simulatedBattery(seed: number, startMs: number): Sensor<number> {
  const fullPercent = new Chance(seed ^ 0x0ad10).between(55, 100);
  return {
    sample({ bodyMs }) {
      const left = (fullPercent - (100 * (bodyMs - startMs)) / LASTS_MS) % 100;
      return Math.round(left < 0 ? left + 100 : left);
    },
  };
}

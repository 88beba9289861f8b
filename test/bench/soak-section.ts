// Full speed for minutes: does memory grow? Only where it is asked for.
import { readFileSync } from 'node:fs';
import { checkStored, NOTHING, plus, prepareData } from './prepared-data.ts';
import { atMost, median, type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

const DEVICES = 32;
const LOOK_EVERY_MS = 2000;
const MIB = 2 ** 20;
/** What the last quarter may have more than the second one: garbage is collected when it suits the collector. */
const MOST_GROWTH = 0.1;

export async function soak(place: Workplace, minutes: number): Promise<readonly Row[]> {
  if (process.platform !== 'linux')
    throw new Error('How much memory a process has is read from /proc, which this system has not.');
  const data = prepareData(place.newFolder(), { live: DEVICES });
  const server = await place.server('console', data.dataDir);
  const generator = place.loadGenerator();
  const resident: number[] = [];
  const look = setInterval(() => resident.push(residentMiB(server.pid)), LOOK_EVERY_MS);
  let [acknowledged, over] = [NOTHING, false];
  const latencies: number[] = [];
  const endMs = performance.now() + minutes * 60_000;
  while (!over) {
    // Short runs one after another: the generator keeps every latency of a run.
    const durationMs = Math.min(20_000, endMs - performance.now());
    const plan = { port: server.port, devices: data.live, readingsPerRequest: 1, fromMs: null, requestsPerSecond: null };
    const result = await generator.run({ ...plan, durationMs });
    acknowledged = plus(acknowledged, result);
    latencies.push(result.p99Ms);
    over = performance.now() >= endMs - 1000;
  }
  clearInterval(look);
  await generator.stop();
  await server.stop();
  checkStored(data.dataDir, data.readings, acknowledged);
  const requests = acknowledged.stored;
  const quarter = Math.floor(resident.length / 4);
  const [second, last] = [median(resident.slice(quarter, 2 * quarter)), median(resident.slice(-quarter))];
  const growth = last / second - 1;
  const section = 'soak';
  const during = `${minutes} min, ${requests.toLocaleString('en')} single posts`;
  return [
    row(section, `single posts at full speed, ${during}`, requests / (minutes * 60), 'req/s', { p99Ms: median(latencies) }),
    row(section, `resident memory in the second quarter of ${minutes} min`, second, 'MiB'),
    row(section, 'resident memory in the last quarter', last, 'MiB'),
    row(section, 'resident memory at most', Math.max(...resident), 'MiB'),
    row(section, 'growth from the second quarter to the last', growth * 100, '%', {
      goal: atMost(growth * 100, MOST_GROWTH * 100, '%'),
    }),
  ];
}

function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1024) / MIB;
}

// A screen while readings come in: what a nurse waits for when she opens a patient during 1,000 readings a second.
import { prepareData } from './prepared-data.ts';
import { atMost, type Row, row, timesOf } from './report.ts';
import type { Workplace } from './workplace.ts';

const READINGS_PER_SECOND = 1000;
const DEVICES = 32;

export async function screen(place: Workplace): Promise<readonly Row[]> {
  const { dataDir, live, sessionToken } = prepareData(place.newFolder(), { live: DEVICES });
  const server = await place.server('console', dataDir);
  const generator = place.loadGenerator();
  const open = await place.screen({ port: server.port, sessionToken, patients: DEVICES });

  const plan = { port: server.port, devices: live, readingsPerRequest: 1, fromMs: null };
  const paced = { ...plan, durationMs: place.quick ? 3000 : 10_000, requestsPerSecond: READINGS_PER_SECOND };
  await generator.run({ ...plan, durationMs: 700, requestsPerSecond: null });
  const quiet = await open.askDuring(sleep(place.quick ? 1000 : 3000));
  // A console runs for weeks, and in its first seconds V8 still compiles much of what it does: both are measured.
  const fresh = await open.askDuring(generator.run(paced));
  const ingest = generator.run(paced);
  const busy = await open.askDuring(ingest);
  const load = await ingest;
  await open.stop();
  await generator.stop();
  await server.stop();

  const section = 'screen';
  const during = `during ${READINGS_PER_SECOND.toLocaleString('en')} readings/s`;
  const rows = (['ward.live', 'reading.history'] as const).flatMap((command) => {
    const [before, first, then] = [timesOf(quiet[command]), timesOf(fresh[command]), timesOf(busy[command])];
    return [
      row(section, `${command}, nothing coming in`, before.p99Ms, 'ms p99', before),
      row(section, `${command}, ${during}, just started`, first.p99Ms, 'ms p99', first),
      row(section, `${command}, ${during}`, then.p99Ms, 'ms p99', { ...then, goal: atMost(then.p99Ms, 5, 'ms p99') }),
    ];
  });
  return [...rows, row(section, `single posts ${during}, with a screen open`, load.requestsPerSecond, 'req/s', load)];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

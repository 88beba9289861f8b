// An ordinary disk: every fsync takes 2 ms longer. Group commit against a commit for each reading, in rounds that take turns.
import { mkdirSync } from 'node:fs';
import { interposer } from '../interposer.ts';
import { checkStored, NOTHING, plus, prepareData } from './prepared-data.ts';
import { atLeast, median, type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

const CONNECTIONS = 32;
const SECTION = 'slow disk';
const KINDS = ['without-models', 'commit-per-reading', 'console'] as const;
const TITLES = {
  console: 'three predictions, group commit',
  'without-models': 'without models, group commit',
  'commit-per-reading': 'without models, a commit per reading',
} as const;

/** Needs a C compiler and a system that loads a library before others; where there is none, nothing is measured, and it is said. */
export async function slowDisk(place: Workplace): Promise<readonly Row[]> {
  const folder = place.newFolder();
  mkdirSync(folder);
  const compiled = interposer(new URL('./slow-sync.c', import.meta.url), folder);
  if (typeof compiled === 'string') {
    process.stderr.write(`slow disk left out: ${compiled}\n`);
    return [];
  }
  const { rounds, roundMs } = place.quick ? { rounds: 1, roundMs: 800 } : { rounds: 3, roundMs: 1800 };
  const parts = await Promise.all(
    KINDS.map(async (kind) => {
      const data = prepareData(place.newFolder(), { live: CONNECTIONS });
      const server = await place.server(kind, data.dataDir, compiled.library);
      return { kind, data, server, rates: [] as number[], p50s: [] as number[], p99s: [] as number[], acknowledged: NOTHING };
    }),
  );
  const generator = place.loadGenerator();
  for (let round = -1; round < rounds; round++) {
    for (const part of parts) {
      const { server, data } = part;
      const plan = { port: server.port, devices: data.live, readingsPerRequest: 1, fromMs: null, requestsPerSecond: null };
      const result = await generator.run({ ...plan, durationMs: roundMs });
      part.acknowledged = plus(part.acknowledged, result);
      // The first round warms up.
      if (round < 0) continue;
      part.rates.push(result.requestsPerSecond);
      part.p50s.push(result.p50Ms);
      part.p99s.push(result.p99Ms);
    }
  }
  await generator.stop();
  for (const { server, data, acknowledged } of parts) {
    await server.stop();
    checkStored(data.dataDir, data.readings, acknowledged);
  }
  const [grouped, each] = parts;
  const ratio = median(grouped?.rates.map((rate, round) => rate / (each?.rates[round] ?? Number.NaN)) ?? []);
  return [
    ...parts.map(({ kind, rates, p50s, p99s }) =>
      row(SECTION, `${TITLES[kind]}, ${CONNECTIONS} connections, fsync + 2 ms`, median(rates), 'req/s', {
        p50Ms: median(p50s),
        p99Ms: median(p99s),
      }),
    ),
    row(SECTION, 'group commit ÷ a commit per reading', ratio, '×', { goal: atLeast(ratio, 10, '×') }),
  ];
}

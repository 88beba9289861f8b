// The risk models as the engine runs them: features and three models, one patient at a time and in batches, on their thread and across
// the border that a batch crosses twice.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { modelsDir } from '../../src-main/installation.ts';
import { loadRiskModels } from '../../src-main/risk/models.ts';
import { decodeOutcomes, type EncodedOutcomes, encodeBatch } from '../../src-main/threads/batch-codec.ts';
import { facts } from '../risk/facts.ts';
import { vitalsOf } from './readings.ts';
import { median, quantile, type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

const MODELS = 3;
const SIZES = [1, 64, 256] as const;

export async function models(place: Workplace): Promise<readonly Row[]> {
  const startMs = performance.now();
  const loaded = await loadRiskModels(modelsDir());
  const rows = [row('models', 'loading all three', performance.now() - startMs, 'ms')];
  for (const size of SIZES) {
    const subjects = Array.from({ length: size }, (_, index) => ({ ...facts(), patientId: index + 1 }));
    const { scored, problems } = await loaded.answer(subjects.map((of) => loaded.ask(of)));
    const missing = scored.some((all) => all.length !== MODELS || all.some(({ probability }) => probability === null));
    if (missing || problems.length > 0) throw new Error(`not every model has answered: ${problems.join(' ')}`);
    const runs = await repeated(place, () => loaded.answer(subjects.map((of) => loaded.ask(of))));
    rows.push(rowOf('features anew and three models', size, runs));
  }
  const worker = new Worker(new URL('./models-worker.ts', import.meta.url));
  try {
    await once(worker, 'message');
    for (const size of SIZES) {
      const runs = await repeated(place, () => across(worker, size));
      rows.push(rowOf('features anew and three models, worker hop included', size, runs));
    }
  } finally {
    await worker.terminate();
  }
  return rows;
}

/** A batch to the worker and its scores back. @throws where not all have come */
async function across(worker: Worker, size: number): Promise<void> {
  const atMs = Date.now();
  const batch = Array.from({ length: size }, (_, n) => ({
    deviceId: `bench-${n}`,
    takenAtMs: atMs + n,
    receivedAtMs: atMs + n,
    sequence: 0,
    origin: 'live' as const,
    values: vitalsOf(n),
    specials: {},
    quality: 0,
  }));
  const encoded = encodeBatch(batch);
  const answered = once(worker, 'message') as Promise<[EncodedOutcomes]>;
  worker.postMessage(encoded, [encoded.numbers.buffer]);
  const [outcomes] = await answered;
  const { predictions } = decodeOutcomes(outcomes);
  if (predictions.length !== size * MODELS) throw new Error(`${size * MODELS} scores were expected, ${predictions.length} came`);
}

/** How long it takes, ms each. */
async function repeated(place: Workplace, run: () => Promise<unknown>): Promise<readonly number[]> {
  const untilMs = performance.now() + (place.quick ? 200 : 1000);
  const runs: number[] = [];
  while (performance.now() < untilMs || runs.length < 5) {
    const startMs = performance.now();
    await run();
    runs.push(performance.now() - startMs);
  }
  return runs;
}

function rowOf(what: string, size: number, runs: readonly number[]): Row {
  const times = { p50Ms: median(runs), p99Ms: quantile([...runs], 0.99) };
  return row(
    'models',
    `${what}, ${size === 1 ? 'one patient' : `batch of ${size}`}`,
    (times.p50Ms * 1000) / size,
    'µs per patient',
    times,
  );
}

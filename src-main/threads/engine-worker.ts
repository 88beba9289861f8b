// The engine's thread: opens the database for writing, loads the models, and answers what the main thread asks.
import { parentPort, workerData } from 'node:worker_threads';
import { noModels } from '../risk/no-models.ts';
import type { RiskModels } from '../risk/port.ts';
import { openWritable } from '../store/database.ts';
import { storeWriter } from '../store/writer.ts';
import { decodeBatch, encodeOutcomes } from './batch-codec.ts';
import { type CoreWrites, engineCore } from './engine-core.ts';
import type { FollowedReading } from './follow-up.ts';
import { RunCounts } from './run-watch.ts';
import type { ScoringState } from './scoring.ts';
import {
  type Answer,
  type Call,
  dispatch,
  type Hello,
  type StopRequest,
  type StoreAnswer,
  type StoreRequest,
  toWire,
} from './wire.ts';

export interface EngineWorkerData {
  readonly databasePath: string;
  readonly maxPages: number | null;
  /** URL of a module that exports `loadRiskModels`. */
  readonly modelsModule: string;
  readonly modelsDir: string;
  /** Where model runs are counted (run-watch.ts). */
  readonly runs: SharedArrayBuffer;
}

/** The first thing the worker is asked: from here on it may score what waits. */
export interface TakeUpRequest {
  readonly type: 'take-up';
  /** Whether single posts that were stored and not scored before are scored now. */
  readonly unscored: boolean;
  /** No model is asked for so long: the last thread hung in one. 0: at once. */
  readonly restMs: number;
}

/** How far the predictions are behind, and those that have come since. Only sent while they are. */
export interface ScoringNews {
  readonly type: 'scoring';
  readonly state: ScoringState;
  readonly followed: readonly FollowedReading[];
}

export type ToEngine = Call<CoreWrites> | StoreRequest | TakeUpRequest | StopRequest;
export type FromEngine = Hello | Answer | StoreAnswer | ScoringNews;

interface ModelsModule {
  readonly loadRiskModels: (modelsDir: string) => Promise<RiskModels>;
}

function isModelsModule(module: unknown): module is ModelsModule {
  return (
    typeof module === 'object' && module !== null && 'loadRiskModels' in module && typeof module.loadRiskModels === 'function'
  );
}

async function loadModels({ modelsModule, modelsDir }: EngineWorkerData, counts: RunCounts): Promise<RiskModels> {
  if (counts.leftOut) return noModels('The risk models could not be loaded: that did not come to an end. Restart HealthSense.');
  counts.begin();
  try {
    const module: unknown = await import(modelsModule);
    if (!isModelsModule(module)) throw new Error(`${modelsModule} has no loadRiskModels`);
    return await module.loadRiskModels(modelsDir);
  } catch (error) {
    return noModels(`The risk models could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    counts.end();
  }
}

async function run(
  data: EngineWorkerData,
  send: (message: FromEngine, transfer?: readonly ArrayBuffer[]) => void,
): Promise<void> {
  const db = openWritable(data.databasePath, data.maxPages === null ? {} : { maxPages: data.maxPages });
  send({ type: 'opened' });
  const counts = new RunCounts(data.runs);
  const models = await loadModels(data, counts);
  const core = engineCore(storeWriter(db), models, {
    counts,
    told: (state, followed) => send({ type: 'scoring', state, followed }),
  });

  async function store({ seq, batch }: StoreRequest): Promise<void> {
    try {
      const { problems, ...outcome } = await core.storeBatch(decodeBatch(batch));
      const outcomes = encodeOutcomes(outcome);
      send({ type: 'stored', seq, ok: true, outcomes, problems }, [outcomes.numbers.buffer]);
    } catch (error) {
      send({ type: 'stored', seq, ok: false, error: toWire(error) });
      return;
    }
    // Where that cannot be written, the arrivals stay where they are safe, and it is tried again after the next batch.
    await core.tidyUp().catch(() => undefined);
  }

  async function answer(call: Call<CoreWrites>): Promise<void> {
    const { seq } = call;
    try {
      send({ type: 'answer', seq, ok: true, result: await dispatch<CoreWrites>(core.writes, call) });
    } catch (error) {
      send({ type: 'answer', seq, ok: false, error: toWire(error) });
    }
  }

  parentPort?.on('message', (message: ToEngine) => {
    switch (message.type) {
      case 'store':
        void store(message);
        break;
      case 'call':
        void answer(message);
        break;
      case 'take-up':
        if (message.restMs > 0) core.rest(message.restMs);
        // What cannot be read now is no worse off than before.
        if (message.unscored) core.recover().catch(() => undefined);
        break;
      case 'stop':
        void core.end().then(() => {
          db.close();
          parentPort?.close();
        });
        break;
    }
  });
  const problems = models.info.flatMap(({ title, problem }) => (problem === null ? [] : [`${title}: ${problem}`]));
  if (models.info.length === 0) problems.push(...(await models.answer([])).problems);
  send({ type: 'ready', problems });
}

if (parentPort !== null) {
  const port = parentPort;
  const send = (message: FromEngine, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(message, [...transfer]);
  try {
    await run(workerData as EngineWorkerData, send);
  } catch (error) {
    send({ type: 'unready', error: toWire(error) });
    port.close();
  }
}

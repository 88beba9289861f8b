// The engine's thread: opens the database for writing, loads the models, and answers what the main thread asks.
import { parentPort, workerData } from 'node:worker_threads';
import type { RiskModels } from '../risk/port.ts';
import { openWritable } from '../store/database.ts';
import { storeWriter } from '../store/writer.ts';
import { decodeBatch, encodeOutcomes } from './batch-codec.ts';
import { type CoreWrites, engineCore, noModels } from './engine-core.ts';
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
}

export type ToEngine = Call<CoreWrites> | StoreRequest | StopRequest;
export type FromEngine = Hello | Answer | StoreAnswer;

interface ModelsModule {
  readonly loadRiskModels: (modelsDir: string) => Promise<RiskModels>;
}

function isModelsModule(module: unknown): module is ModelsModule {
  return (
    typeof module === 'object' && module !== null && 'loadRiskModels' in module && typeof module.loadRiskModels === 'function'
  );
}

async function loadModels({ modelsModule, modelsDir }: EngineWorkerData): Promise<RiskModels> {
  try {
    const module: unknown = await import(modelsModule);
    if (!isModelsModule(module)) throw new Error(`${modelsModule} has no loadRiskModels`);
    return await module.loadRiskModels(modelsDir);
  } catch (error) {
    return noModels(`The risk models could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function run(
  data: EngineWorkerData,
  send: (message: FromEngine, transfer?: readonly ArrayBuffer[]) => void,
): Promise<void> {
  const db = openWritable(data.databasePath, data.maxPages === null ? {} : { maxPages: data.maxPages });
  send({ type: 'opened' });
  const models = await loadModels(data);
  const core = engineCore(storeWriter(db), models);

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
      case 'stop':
        void core.idle().then(() => {
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

// The two workers that hold the database: one that writes, with the models, and one that reads.
import { Engine, type EngineOptions } from './engine.ts';
import { Query } from './query.ts';

export interface Storage {
  readonly engine: Engine;
  readonly query: Query;
}

/** @throws ConsoleError where the database cannot be used. */
export async function openStorage(options: EngineOptions): Promise<Storage> {
  // ONNX Runtime reports use to its maker unless told otherwise, and reads this once, before any thread has loaded it.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const engine = new Engine(options);
  const query = new Query({ databasePath: options.databasePath });
  const starting = engine.start();
  // The reader needs the file, and not the models.
  await Promise.race([engine.opened, starting]);
  try {
    await Promise.all([query.start(), starting]);
  } catch (error) {
    await Promise.all([query.stop(), engine.stop()]);
    throw error;
  }
  return { engine, query };
}

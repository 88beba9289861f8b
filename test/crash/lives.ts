// The lives of a console that is killed again and again, and what its database file holds between two of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFailed } from 'vitest';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { checkDatabase } from '../../src-main/store/check.ts';
import { openReadable } from '../../src-main/store/database.ts';
import type { Chance } from './seeded-random.ts';
import type { Serving } from './serve-process.ts';

export interface Life {
  /** What devices send from its start on, each until `stop` says so or the console is gone. */
  readonly streams: (stop: AbortSignal) => readonly Promise<void>[];
  /** It is not killed before this resolves. */
  readonly until: () => Promise<void>;
  readonly thenForMs: number;
}

/** @returns when it is gone and every stream has ended */
export async function killWhileStreaming(serving: Serving, { streams, until, thenForMs }: Life): Promise<void> {
  const stop = new AbortController();
  const running = streams(stop.signal);
  await until();
  await sleep(thenForMs);
  await serving.kill();
  stop.abort();
  await Promise.all(running);
}

/** The start after a kill brings the write-ahead log in: that must bear being killed too. */
export async function killWhileStarting(serving: Serving, afterMs: number): Promise<void> {
  await sleep(afterMs);
  await serving.kill();
}

/** Pages, references and the chain of the audit. */
export function expectWhole(dataDir: string): void {
  expect(checkDatabase(databasePath(dataDir)).problem).toBeNull();
}

export function rowsOf<Row>(dataDir: string, sql: string): readonly Row[] {
  const db = openReadable(databasePath(dataDir));
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

/** Call in the test that kills. */
export function tellSeedWhereItFails({ seed }: Chance): void {
  onTestFailed(() => {
    process.stdout.write(`repeat with HEALTHSENSE_SEED=${seed}\n`);
  });
}

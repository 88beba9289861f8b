// A backup taken while readings pour in: restored to another console it passes the self-test and holds every reading that was
// acknowledged before the backup began.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openConsole } from '../../src-main/console.ts';
import type { Caller, ConsolePort } from '../../src-main/console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import { openReadable } from '../../src-main/store/database.ts';

const ADMIN: Caller = {
  user: { userId: 0, userName: 'test', displayName: 'Test', role: 'admin', disabled: false },
  sessionHash: null,
  origin: 'test',
};
const SENDERS = 8;
const DEVICE = 'LOAD-01';

const send = async <N extends CommandName>(console: ConsolePort, command: N, params: CommandInput<N>) =>
  (await console.handle(command, params, ADMIN)) as CommandResult<N>;

it('holds every reading acknowledged before it began, and restores to a console that passes the self-test', {
  timeout: 120_000,
}, async () => {
  const [from, to] = [mkdtempSync(join(tmpdir(), 'healthsense-load-')), mkdtempSync(join(tmpdir(), 'healthsense-restored-'))];
  const loaded = await openConsole({ dataDir: from, host: 'headless', links: false });
  const startMs = Date.now() - 20 * 86_400_000;
  const acknowledged = new Set<number>();
  let next = 0;
  let isLoading = true;
  const pour = async (): Promise<void> => {
    while (isLoading) {
      const batch = Array.from({ length: 50 }, () => {
        const takenAtMs = startMs + next++ * 1000;
        const values = { heartRate: 60 + (next % 40), spo2: 97 };
        return {
          deviceId: DEVICE,
          takenAtMs,
          receivedAtMs: takenAtMs,
          sequence: 0,
          origin: 'backfill',
          values,
          specials: {},
          quality: 0,
        } as const;
      });
      for (const [index, { status }] of (await loaded.sink.accept(batch)).entries()) {
        if (status === 'stored') acknowledged.add(batch[index]?.takenAtMs ?? 0);
      }
    }
  };
  const senders = Array.from({ length: SENDERS }, pour);
  await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(3000);

  const before = new Set(acknowledged);
  const made = await send(loaded, 'backup.make', {});
  const after = acknowledged.size;
  isLoading = false;
  await Promise.all(senders);
  await loaded.close();
  expect(after).toBeGreaterThan(before.size);
  expect(made.readings).toBeGreaterThanOrEqual(before.size);

  mkdirSync(join(to, 'backups'));
  copyFileSync(join(from, 'backups', made.fileName), join(to, 'backups', made.fileName));
  const restored = await openConsole({ dataDir: to, host: 'headless', links: false });
  await send(restored, 'backup.restore', { fileName: made.fileName });
  const { checks } = await send(restored, 'selfTest.run', { screenAtMs: Date.now() });
  expect(checks.filter(({ verdict, name }) => verdict === 'bad' || (name === 'database' && verdict !== 'good'))).toEqual([]);
  await restored.close();

  const db = openReadable(join(to, 'healthsense.db'));
  const stored = db.prepare<[], number>('SELECT taken_at_ms FROM reading').pluck().all();
  db.close();
  expect(stored).toHaveLength(made.readings);
  const held = new Set(stored);
  expect([...before].filter((takenAtMs) => !held.has(takenAtMs))).toEqual([]);
  for (const folder of [from, to]) rmSync(folder, { recursive: true, force: true });
});

// A backup is whole or not there; a restore takes what it can trust and keeps what it replaces.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { backupDatabase } from '../../src-main/store/backup.ts';
import { checkDatabase } from '../../src-main/store/check.ts';
import { openReadable } from '../../src-main/store/database.ts';
import { SCHEMA } from '../../src-main/store/migrations/index.ts';
import { storeReader } from '../../src-main/store/reader.ts';
import { restoreDatabase } from '../../src-main/store/restore.ts';
import { ADA, by, measurement, openStore, SECOND, T0, tempDir } from './fixtures.ts';

const quiet = (): void => undefined;

function filled(readings: number) {
  const store = openStore();
  store.plain.addPatient({ ...by(), patient: ADA });
  store.plain.putDevice({ ...by(), deviceId: 'HEALTH01', transport: 'http' });
  for (let from = 0; from < readings; from += 500) {
    const count = Math.min(500, readings - from);
    store.put(...Array.from({ length: count }, (_, index) => measurement({ takenAtMs: T0 + (from + index) * SECOND })));
  }
  return store;
}

const readingsIn = (path: string): number => {
  const db = openReadable(path);
  const { readings } = storeReader(db).size();
  db.close();
  return readings;
};

describe('a backup', () => {
  test('holds what was committed before it began, and nothing of what comes while it is made', async () => {
    const { path, put } = filled(3000);
    const target = join(tempDir(), 'copy.db');
    let added = 0;
    const steps = new Set<string>();
    const made = await backupDatabase(path, target, (step) => {
      steps.add(step);
      put(measurement({ takenAtMs: T0 + (100_000 + added++) * SECOND }));
    });
    expect(added).toBeGreaterThan(1);
    expect(made).toMatchObject({ problem: null, schema: SCHEMA, readings: 3000, patients: 1 });
    expect(made.newestReadingAtMs).toBe(T0 + 2999 * SECOND);
    expect([...steps]).toEqual(['Copying', 'Checking every page', 'Checking references', 'Checking the audit', 'Counting']);
    expect(readdirSync(dirname(target))).toEqual(['copy.db']);
    expect(checkDatabase(target)).toEqual(made);
  });

  test('that cannot be made leaves the old one as it was, and no piece of a new one', async () => {
    const target = join(tempDir(), 'copy.db');
    writeFileSync(target, 'the old one');
    await expect(backupDatabase(join(tempDir(), 'gone.db'), target, quiet)).rejects.toThrow();
    expect(readFileSync(target, 'utf8')).toBe('the old one');
    expect(readdirSync(dirname(target))).toEqual(['copy.db']);
  });
});

describe('the check', () => {
  async function copyOf(readings: number): Promise<string> {
    const target = join(tempDir(), 'copy.db');
    await backupDatabase(filled(readings).path, target, quiet);
    return target;
  }

  test('finds a page that was overwritten', async () => {
    const path = await copyOf(5000);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, bytes.length - 3 * 4096 + 100, bytes.length - 4096);
    writeFileSync(path, bytes);
    expect(checkDatabase(path).problem).toMatch(/damaged|cannot be read/);
  });

  test('finds a row that refers to nothing, and an audit entry that was changed', async () => {
    const [orphan, forged] = [await copyOf(10), await copyOf(10)];
    const first = new Database(orphan);
    first.pragma('foreign_keys = OFF');
    first.exec("DELETE FROM source WHERE device_id = 'HEALTH01'");
    first.close();
    const second = new Database(forged);
    second.exec("UPDATE audit SET actor = 'somebody else' WHERE audit_id = 1");
    second.close();
    expect(checkDatabase(orphan).problem).toMatch(/^10 rows refer|rows refer to rows that are not there/);
    expect(checkDatabase(forged).problem).toBe('the audit was changed at entry 1');
  });

  test('knows what is no database of HealthSense', () => {
    const path = join(tempDir(), 'other.db');
    const other = new Database(path);
    other.exec('CREATE TABLE something (x INTEGER)');
    other.close();
    expect(checkDatabase(path).problem).toBe('it is no database of HealthSense');
  });
});

describe('a restore', () => {
  test('replaces the database, signs everybody out, is in the audit, and keeps what was there', async () => {
    const { path, plain, db, readDb } = filled(100);
    const user = plain.addUser({ ...by(), userName: 'nora', displayName: 'Nora', passwordHash: 'x', role: 'nurse' });
    plain.addSession({ ...by(), userId: user.userId, tokenHash: 'a', expiresAtMs: T0 * 2 });
    const backup = join(tempDir(), 'copy.db');
    await backupDatabase(path, backup, quiet);
    plain.putDevice({ ...by(), deviceId: 'LATER', transport: 'http' });
    db.close();
    readDb.close();
    const restored = restoreDatabase(path, backup, by(), quiet);
    const [now, before] = [openReadable(path), openReadable(restored.replaced ?? '')];
    expect(
      storeReader(now)
        .devices()
        .map(({ deviceId }) => deviceId),
    ).toEqual(['HEALTH01']);
    expect(storeReader(now).userBySession({ tokenHash: 'a', nowMs: T0 })).toBeNull();
    expect(storeReader(now).audit({ limit: 1 })[0]).toMatchObject({ action: 'backup.restore', actor: 'nurse' });
    expect(storeReader(before).devices()).toHaveLength(2);
    now.close();
    before.close();
    expect(checkDatabase(path).problem).toBeNull();
    expect(readingsIn(backup)).toBe(100);
  });

  test('of a newer schema is refused, and the database stays as it is', async () => {
    const { path } = filled(10);
    const backup = join(tempDir(), 'newer.db');
    await backupDatabase(path, backup, quiet);
    const newer = new Database(backup);
    newer.pragma(`user_version = ${SCHEMA + 1}`);
    newer.close();
    expect(() => restoreDatabase(path, backup, by(), quiet)).toThrow(
      `This backup cannot be restored: it was written by a newer version of HealthSense (schema ${SCHEMA + 1};`,
    );
    expect(readingsIn(path)).toBe(10);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('replaced') || name.includes('incoming'))).toEqual([]);
  });

  test('under a console that has the database open is refused', async () => {
    const { path } = filled(10);
    const backup = join(tempDir(), 'copy.db');
    await backupDatabase(path, backup, quiet);
    expect(() => restoreDatabase(path, backup, by(), quiet)).toThrow(/Another program holds the database/);
    expect(readingsIn(path)).toBe(10);
    expect(existsSync(`${path}.incoming`)).toBe(false);
  });

  test('works where the database is damaged beyond opening', async () => {
    const backup = join(tempDir(), 'copy.db');
    await backupDatabase(filled(10).path, backup, quiet);
    const path = join(tempDir(), 'healthsense.db');
    writeFileSync(path, 'burnt');
    const { replaced } = restoreDatabase(path, backup, by(), quiet);
    expect(readingsIn(path)).toBe(10);
    expect(readFileSync(replaced ?? '', 'utf8')).toBe('burnt');
  });
});

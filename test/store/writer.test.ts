// Patients, people, devices, entries, alarms, settings: stored, audited, refused in plain words.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { ConsoleError } from '../../src-main/contract/errors.ts';
import { auditReads } from '../../src-main/store/audit.ts';
import { openReadable, openWritable } from '../../src-main/store/database.ts';
import { DiskFullError } from '../../src-main/store/errors.ts';
import { MIGRATIONS, migrate } from '../../src-main/store/migrations/index.ts';
import { ADA, BEN, by, HOUR, measurement, openStore, SECOND, T0, tempDir } from './fixtures.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConsoleError) return `${error.detail.code} ${error.detail.field ?? ''}`.trim();
    throw error;
  }
  return 'nothing thrown';
}

const CURRENT = MIGRATIONS.at(-1)?.version ?? 0;

describe('the database file', () => {
  test('is WAL with full synchronisation and checks foreign keys', () => {
    const { db } = openStore();
    expect(['journal_mode', 'synchronous', 'foreign_keys'].map((name) => db.pragma(name, { simple: true }))).toEqual([
      'wal',
      2,
      1,
    ]);
  });

  test('every table is STRICT', () => {
    const { db } = openStore();
    const loose = db
      .prepare("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
      .all();
    expect(loose).toEqual([]);
  });

  test('of a newer schema is refused in plain words and left as it is', () => {
    const path = join(tempDir(), 'newer.db');
    const raw = new Database(path);
    raw.pragma('user_version = 99');
    raw.close();
    expect(() => openWritable(path)).toThrow(/newer version of HealthSense \(schema 99; this one knows up to \d+\)/);
    expect(codeOf(() => openWritable(path))).toBe('unavailable');
  });

  test('is copied beside itself before a later migration changes it', () => {
    const path = join(tempDir(), 'old.db');
    const first = openWritable(path);
    first.close();
    const raw = new Database(path);
    migrate(raw, path, [...MIGRATIONS, { version: CURRENT + 1, name: 'later', sql: 'CREATE TABLE later (x INTEGER) STRICT' }]);
    expect(raw.pragma('user_version', { simple: true })).toBe(CURRENT + 1);
    raw.close();
    const copy = new Database(`${path}.v${CURRENT}.backup`, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(CURRENT);
    copy.close();
  });

  test('is unchanged after a migration that fails half-way', () => {
    const path = join(tempDir(), 'half.db');
    openWritable(path).close();
    const raw = new Database(path);
    const broken = {
      version: CURRENT + 1,
      name: 'broken',
      sql: 'CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE half (y INTEGER) STRICT',
    };
    expect(() => migrate(raw, path, [...MIGRATIONS, broken])).toThrow();
    expect(raw.pragma('user_version', { simple: true })).toBe(CURRENT);
    expect(raw.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
    raw.close();
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(existsSync(`${path}.v${CURRENT}.backup`)).toBe(true);
  });

  test('opened for reading cannot be changed', () => {
    const { path } = openStore();
    const readable = openReadable(path);
    expect(() => readable.prepare('DELETE FROM patient').run()).toThrow(/readonly/);
    readable.close();
  });
});

describe('a full disk', () => {
  test('is an error of its own, stores nothing of the batch, and the next attempt works when there is room', () => {
    const { db, put, reader, plain, path } = openStore();
    plain.putDevice({ ...by(), deviceId: 'HEALTH01', transport: 'bluetooth' });
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 1}`);
    const batch = Array.from({ length: 2000 }, (_, index) => measurement({ takenAtMs: T0 + index * SECOND }));
    expect(() => put(...batch)).toThrow(DiskFullError);
    expect(reader.size().readings).toBe(0);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.pragma('max_page_count = 100000');
    put(...batch);
    expect(reader.size().readings).toBe(2000);
    expect(path).toContain('healthsense.db');
  });
});

describe('the audit', () => {
  function withChanges() {
    const store = openStore();
    const { plain } = store;
    const ada = plain.addPatient({ ...by(T0), patient: ADA });
    plain.updatePatient({ ...by(T0 + 1), patient: { patientId: ada.patientId, ...ADA, location: 'Bed 7' } });
    plain.setDischarged({ ...by(T0 + 2), patientId: ada.patientId, discharged: true });
    plain.setDischarged({ ...by(T0 + 2), patientId: ada.patientId, discharged: false });
    plain.addUser({ ...by(T0 + 3), userName: 'nina', displayName: 'Nina', passwordHash: 'x', role: 'nurse' });
    plain.putDevice({ ...by(T0 + 4), deviceId: 'HEALTH01', transport: 'http', tokenHash: 't' });
    plain.bind({ ...by(T0 + 5), deviceId: 'HEALTH01', patientId: ada.patientId });
    plain.saveSettings({ ...by(T0 + 6), settings: { ...store.reader.settings(), clinicName: 'Riverside' } });
    return { ...store, chain: auditReads(store.readDb) };
  }

  test('tells of every change, who and when, newest first', () => {
    const { reader } = withChanges();
    const entries = reader.audit({ limit: 100 });
    expect(entries.map(({ action }) => action)).toEqual([
      'settings.save',
      'device.bind',
      'device.add',
      'user.add',
      'patient.readmit',
      'patient.discharge',
      'patient.update',
      'patient.add',
    ]);
    expect(entries.at(-2)).toMatchObject({ actor: 'nurse', atMs: T0 + 1, detail: 'location: "Bed 1" → "Bed 7"' });
  });

  test('is a chain: a changed, removed or inserted row shows where', () => {
    const { db, chain } = withChanges();
    expect(chain.firstBrokenAuditId()).toBeNull();
    db.exec('SAVEPOINT test');
    db.exec("UPDATE audit SET actor = 'nobody' WHERE audit_id = 3");
    expect(auditReads(db).firstBrokenAuditId()).toBe(3);
    db.exec('ROLLBACK TO test; DELETE FROM audit WHERE audit_id = 2');
    expect(auditReads(db).firstBrokenAuditId()).toBe(3);
    db.exec('ROLLBACK TO test; RELEASE test');
    expect(auditReads(db).firstBrokenAuditId()).toBeNull();
  });

  test('has no row of a change that was refused', () => {
    const { plain, reader } = withChanges();
    const before = reader.audit({ limit: 1 })[0]?.auditId;
    expect(codeOf(() => plain.addPatient({ ...by(), patient: { ...BEN, mrn: '1001' } }))).toBe('already_exists mrn');
    expect(reader.audit({ limit: 1 })[0]?.auditId).toBe(before);
  });
});

describe('refusals name what is wrong', () => {
  test.each<[string, (plain: ReturnType<typeof openStore>['plain']) => unknown]>([
    ['not_found patientId', (plain) => plain.setDischarged({ ...by(), patientId: 9, discharged: true })],
    ['not_found deviceId', (plain) => plain.bind({ ...by(), deviceId: 'NO', patientId: 1 })],
    ['not_found deviceId', (plain) => plain.revokeDevice({ ...by(), deviceId: 'NO' })],
    ['not_found userId', (plain) => plain.setUserDisabled({ ...by(), userId: 9, disabled: true })],
    [
      'already_exists userName',
      (plain) => {
        plain.addUser({ ...by(), userName: 'Nina', displayName: '', passwordHash: 'x', role: 'nurse' });
        plain.addUser({ ...by(), userName: 'nina', displayName: '', passwordHash: 'x', role: 'nurse' });
      },
    ],
  ])('%s', (code, work) => {
    const { plain } = openStore();
    expect(codeOf(() => work(plain))).toBe(code);
  });
});

describe('sessions and tokens', () => {
  test('a session ends by time, by sign-out and by disabling the user', () => {
    const { plain, reader } = openStore();
    const { userId } = plain.addUser({ ...by(), userName: 'nina', displayName: 'Nina', passwordHash: 'x', role: 'nurse' });
    for (const tokenHash of ['a', 'b']) plain.addSession({ ...by(), userId, tokenHash, expiresAtMs: T0 + HOUR });
    const who = (tokenHash: string, nowMs = T0) => reader.userBySession({ tokenHash, nowMs })?.userName ?? null;
    expect([who('a'), who('a', T0 + HOUR), who('c')]).toEqual(['nina', null, null]);
    plain.endSession({ tokenHash: 'a' });
    expect([who('a'), who('b')]).toEqual([null, 'nina']);
    plain.setUserDisabled({ ...by(), userId, disabled: true });
    expect(who('b')).toBeNull();
    plain.setUserDisabled({ ...by(), userId, disabled: false });
    expect(who('b')).toBeNull();
  });

  test('a revoked device has no token; adding it again restores it', () => {
    const { plain, reader } = openStore();
    plain.putDevice({ ...by(), deviceId: 'HEALTH01', transport: 'http', tokenHash: 't1' });
    expect(reader.deviceByToken({ tokenHash: 't1' })?.deviceId).toBe('HEALTH01');
    plain.revokeDevice({ ...by(), deviceId: 'HEALTH01' });
    expect(reader.deviceByToken({ tokenHash: 't1' })).toBeNull();
    plain.putDevice({ ...by(), deviceId: 'HEALTH01', transport: 'http', tokenHash: 't2', name: 'Wrist' });
    expect(reader.deviceByToken({ tokenHash: 't2' })).toMatchObject({ name: 'Wrist', revokedAtMs: null });
  });
});

test('a retracted entry stays, says who retracted it and why, and cannot be retracted twice', () => {
  const { plain, writer, reader } = openStore();
  const { patientId } = plain.addPatient({ ...by(), patient: ADA });
  const entries = [{ kind: 'heightCm', value: 170, enteredValue: '1.70', enteredUnit: 'm', override: false }] as const;
  const [entry] = writer.addObservations({ ...by(), patientId, takenAtMs: T0, note: 'standing', entries });
  const observationId = entry?.observationId ?? 0;
  writer.retractObservation({ actor: 'doctor', atMs: T0 + 5, observationId, reason: 'wrong patient' });
  expect(reader.observations({ patientId })).toMatchObject([
    {
      value: 170,
      enteredValue: '1.70',
      note: 'standing',
      overrides: null,
      retractedBy: 'doctor',
      retractedReason: 'wrong patient',
    },
  ]);
  expect(codeOf(() => writer.retractObservation({ ...by(), observationId, reason: 'again' }))).toBe('conflict');
  expect(writer.facts(patientId, T0 + HOUR, HOUR).observations.size).toBe(0);
});

test('alarms are found by state, patient and the time their condition held', () => {
  const { plain, reader } = openStore();
  const { patientId } = plain.addPatient({ ...by(), patient: ADA });
  const alarm = (alarmId: string, over: object) => ({
    alarmId,
    category: 'physiological' as const,
    rule: 'spo2-low',
    priority: 'high' as const,
    patientId,
    deviceId: null,
    message: 'SpO2 low',
    detail: '',
    raisedAtMs: T0,
    lastSeenAtMs: T0,
    endedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    state: 'active' as const,
    ...over,
  });
  plain.saveAlarm({ alarm: alarm('a', {}) });
  plain.saveAlarm({ alarm: alarm('b', { patientId: null, category: 'technical', raisedAtMs: T0 + HOUR }) });
  plain.saveAlarm({
    alarm: alarm('a', { endedAtMs: T0 + SECOND, acknowledgedBy: 'nurse', acknowledgedAtMs: T0 + 2, state: 'cleared' }),
  });
  const ids = (ask: Partial<Parameters<typeof reader.alarms>[0]>) =>
    reader.alarms({ which: 'all', limit: 10, ...ask }).map(({ alarmId }) => alarmId);
  expect(ids({})).toEqual(['b', 'a']);
  expect(ids({ which: 'open' })).toEqual(['b']);
  expect(ids({ patientId })).toEqual(['a']);
  expect(ids({ fromMs: T0 + 2 * SECOND })).toEqual(['b']);
  expect(ids({ toMs: T0 + HOUR })).toEqual(['a']);
});

test('a threshold for one patient stands beside the one for everybody', () => {
  const { plain, reader } = openStore();
  const { patientId } = plain.addPatient({ ...by(), patient: ADA });
  const rule = {
    ruleId: 'spo2-low',
    title: 'SpO2 low',
    subject: 'spo2',
    comparison: 'below',
    limit: 92,
    unit: '%',
    hysteresis: 1,
    consecutive: 2,
    priority: 'high',
    enabled: true,
    patientId: null,
  } as const;
  plain.saveThreshold({ ...by(), rule });
  plain.saveThreshold({ ...by(), rule: { ...rule, limit: 88, patientId } });
  plain.saveThreshold({ ...by(), rule: { ...rule, limit: 90, enabled: false } });
  expect(reader.thresholds()).toEqual([
    { ...rule, limit: 90, enabled: false },
    { ...rule, limit: 88, patientId },
  ]);
});

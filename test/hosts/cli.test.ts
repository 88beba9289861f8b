// The command line as people and scripts use it: what it prints where, how it ends, and beside a server that is running.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsole } from '../../src-main/console.ts';
import type { ConsolePort } from '../../src-main/console-port.ts';
import { type RunningServer, startServer } from '../../src-main/hosts/headless/server.ts';

const cli = fileURLToPath(new URL('../../src-main/hosts/cli.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-cli-'));
const PASSWORD = 'tulips and rain';

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function healthsense(args: readonly string[], input = '', directory: string | null = dataDir): Promise<Ended> {
  const child: ChildProcess = spawn(process.execPath, [cli, ...args, ...(directory === null ? [] : ['--data-dir', directory])]);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin?.end(input);
  const [status] = (await once(child, 'close')) as [number];
  return { status, out, err };
}

describe('command line', () => {
  let console: ConsolePort;
  let server: RunningServer;
  let token = '';
  beforeAll(async () => {
    console = await openConsole({ dataDir, host: 'headless', links: false });
    server = await startServer({
      console,
      host: '127.0.0.1',
      port: 0,
      version: '9.9.9',
      rendererDir: null,
      onError: () => undefined,
    });
  });
  afterAll(async () => {
    await server.close();
    await console.close();
  });

  const post = (deviceToken: string, body: unknown): Promise<Response> =>
    fetch(`${server.url}api/healthdata`, {
      method: 'POST',
      headers: { authorization: `Bearer ${deviceToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('adds a patient and says under which id', async () => {
    const added = await healthsense([
      'patient',
      'add',
      '--mrn',
      '1001',
      '--name',
      'Ada Example',
      '--birth-date',
      '1960-05-01',
      '--sex',
      'female',
    ]);
    expect(added).toEqual({
      status: 0,
      out: expect.stringMatching(/^patient \d+: Ada Example, medical record number 1001\n$/),
      err: '',
    });
  });

  it('adds a device worn by that patient and prints its token alone, which a running server takes', async () => {
    const added = await healthsense(['device', 'add', 'HEALTH01', '--patient', '1001']);
    expect(added).toEqual({ status: 0, out: expect.stringMatching(/^[A-Za-z0-9_-]{43}\n$/), err: '' });
    token = added.out.trim();
    const reading = { device_id: 'HEALTH01', spo2: 97, heart_rate: 70, timestamp: new Date().toISOString() };
    expect((await post(token, reading)).status).toBe(201);
    expect((await post(token, reading)).status).toBe(200);
  });

  it('lists devices with who wears them, and never the token', async () => {
    const { out } = await healthsense(['device', 'list']);
    expect(out).toMatch(
      /^DEVICE +LINK +PATIENT +LAST HEARD +TOKEN LAST USED +STATE\nHEALTH01 +http +1001 Ada Example +\S+ +\S+ from 127\.0\.0\.1 +in use\n$/,
    );
    expect(out).not.toContain(token);
  });

  it('revokes a device', async () => {
    expect(await healthsense(['device', 'revoke', 'HEALTH01'])).toMatchObject({ status: 0, err: '' });
    expect((await healthsense(['device', 'list'])).out).toContain('revoked');
  });

  it('adds a user who can sign in, with the password from a pipe or a file', async () => {
    const user = (name: string) => ['user', 'add', '--user-name', name, '--display-name', 'Nora Nurse', '--role', 'nurse'];
    expect(await healthsense(user('nora'), `${PASSWORD}\n`)).toMatchObject({ status: 0, err: '' });
    const file = join(dataDir, 'password.txt');
    writeFileSync(file, PASSWORD);
    expect(await healthsense([...user('nina'), '--password-file', file])).toMatchObject({ status: 0, err: '' });
    for (const userName of ['nora', 'nina']) {
      const caller = { user: null, sessionHash: null, origin: 'test' };
      await console.handle('session.signIn', { userName, password: PASSWORD }, caller);
      expect(caller.user).toMatchObject({ userName, role: 'nurse' });
    }
  });

  it('copies the database while a server has it open', async () => {
    const out = join(dataDir, 'copy.db');
    const { status, out: said, err } = await healthsense(['backup', '--out', out]);
    expect([status, said, err]).toEqual([0, `1 reading of 1 patient; the copy is checked and whole: ${out}\n`, '']);
    expect(readFileSync(out).subarray(0, 15).toString()).toBe('SQLite format 3');
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('copy.db'))).toEqual(['copy.db']);
  });

  it('refuses to restore under a running console, and restores beside it what it has copied', async () => {
    const copy = join(dataDir, 'copy.db');
    const running = await healthsense(['restore', '--file', copy]);
    expect([running.status, running.err]).toEqual([1, expect.stringMatching(/^Another program holds the database/)]);
    const elsewhere = mkdtempSync(join(tmpdir(), 'healthsense-restored-'));
    const first = await healthsense(['restore', '--file', copy], '', elsewhere);
    expect(first).toMatchObject({ status: 0, out: expect.stringMatching(/^1 reading of 1 patient restored; everybody/) });
    const again = await healthsense(['restore', '--file', copy], '', elsewhere);
    const kept = / is kept as (\S+)\.\n$/.exec(again.out)?.[1] ?? '';
    expect(existsSync(kept)).toBe(true);
    expect((await healthsense(['device', 'list'], '', elsewhere)).out).toContain('HEALTH01');
    writeFileSync(join(elsewhere, 'text.db'), 'no database at all, but a text of some length'.repeat(100));
    const text = await healthsense(['restore', '--file', join(elsewhere, 'text.db')], '', elsewhere);
    expect([text.status, text.err]).toEqual([1, expect.stringMatching(/^This backup cannot be restored: it cannot be read/)]);
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it('exports a patient, imports it elsewhere once, and exports the same again', { timeout: 60_000 }, async () => {
    const file = join(dataDir, 'export.csv');
    const admin = { userId: 0, userName: 'test', displayName: 'Test', role: 'admin', disabled: false } as const;
    const entry = { kind: 'spo2', value: '95', unit: '%', override: true, confirmed: true };
    await console.handle(
      'observation.add',
      { patientId: 1, takenAtMs: Date.now(), note: 'the probe was off', entries: [entry] },
      { user: admin, sessionHash: null, origin: 'test' },
    );
    expect(await healthsense(['export', '--patient', '1001', '--format', 'csv', '--out', file])).toMatchObject({ status: 0 });
    const elsewhere = mkdtempSync(join(tmpdir(), 'healthsense-imported-'));
    const person = ['--mrn', '1001', '--name', 'Ada Example', '--birth-date', '1960-05-01', '--sex', 'female'];
    expect(await healthsense(['patient', 'add', ...person], '', elsewhere)).toMatchObject({ status: 0 });
    const take = () => healthsense(['import', '--patient', '1001', '--file', file], '', elsewhere);
    expect(await take()).toMatchObject({ status: 0, out: expect.stringMatching(/^1 readings and 1 entries taken in, 0 were/) });
    expect(await take()).toMatchObject({ status: 0, out: expect.stringMatching(/^0 readings and 0 entries taken in, 2 were/) });
    const back = join(elsewhere, 'back.csv');
    await healthsense(['export', '--patient', '1001', '--format', 'csv', '--out', back], '', elsewhere);
    const readings = (path: string): string[] =>
      readFileSync(path, 'utf8')
        .split('\r\n')
        .filter((line) => line.startsWith('reading,'))
        .map((line) => line.replace(/,(live|backfill),/, ','));
    expect(readings(back)).toEqual(readings(file));
    // The device's value that the entry replaces is still replaced.
    const overridden = (path: string): string[] =>
      readFileSync(path, 'utf8')
        .split('\r\n')
        .filter((line) => line.startsWith('entry,'))
        .map((line) => line.slice(line.indexOf(',HEALTH01,')));
    expect(overridden(file)).toEqual([expect.stringMatching(/^,HEALTH01,[^,]+Z,97,/)]);
    expect(overridden(back)).toEqual(overridden(file));
    writeFileSync(file, 'a,b\r\n1,2\r\n');
    expect(await take()).toMatchObject({ status: 1, err: expect.stringContaining('no export of HealthSense') });
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it.each([
    [1, 'There is no patient with the record number 9', ['report', '--patient', '9', '--out', 'x.pdf']],
    [
      1,
      'MRN 1001 belongs to Ada Example',
      ['patient', 'add', '--mrn', '1001', '--name', 'Again', '--birth-date', '1960-05-01', '--sex', 'female'],
    ],
    [
      1,
      '^--birth-date: ',
      ['patient', 'add', '--mrn', '1002', '--name', 'No Day', '--birth-date', '1960-02-31', '--sex', 'female'],
    ],
    [1, '^device id: A device id is 1 to 40 letters', ['device', 'add', 'A/B']],
    [1, '^password: at least 8 characters\\n$', ['user', 'add', '--user-name', 'x', '--display-name', 'x', '--role', 'nurse']],
    [1, '^There is no device NOBODY\\.\n$', ['device', 'revoke', 'NOBODY']],
    [
      1,
      'does not exist',
      ['user', 'add', '--user-name', 'x', '--display-name', 'x', '--role', 'nurse', '--password-file', '/nowhere/p'],
    ],
    [2, 'RFC|day as', ['report', '--patient', '1001', '--out', 'x.pdf', '--from', 'yesterday']],
    [2, 'Allowed choices', ['export', '--patient', '1001', '--format', 'xml', '--out', 'x']],
    [2, "missing required argument 'id'", ['device', 'add']],
    [2, 'unknown', ['explode']],
  ])('ends with %i and plain words: %s', async (status, words, args) => {
    const ended = await healthsense(args, '', args[0] === 'explode' ? null : dataDir);
    expect({ ...ended, out: '' }).toEqual({ status, out: '', err: expect.stringMatching(new RegExp(words)) });
    expect(ended.err).not.toMatch(/\n\s+at /);
    expect(existsSync('x.pdf')).toBe(false);
  });

  it('shows a name that would drive the terminal, or turn the text around, without what would', async () => {
    const name = 'Eve\u001b[2J\u001b]0;owned\u0007\u202e\nEND';
    const add = (as: string) =>
      healthsense(['patient', 'add', '--mrn', '6666', '--name', as, '--birth-date', '1970-01-01', '--sex', 'other']);
    expect(await add(name)).toMatchObject({ status: 1, err: expect.stringContaining('--name: Line breaks') });
    expect(await add('Eve')).toMatchObject({ status: 0 });
    // As it may have been stored before such names were refused.
    const db = new Database(join(dataDir, 'healthsense.db'));
    db.prepare("UPDATE patient SET name = ? WHERE mrn = '6666'").run(name);
    db.close();
    await healthsense(['device', 'add', 'EVES', '--patient', '6666']);
    const { out } = await healthsense(['device', 'list']);
    const again = await add('X');
    expect(again.err).toContain('belongs to Eve');
    for (const text of [out, again.err]) expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect(out.split('\n').filter((line) => line.startsWith('EVES') && line.includes('END'))).toHaveLength(1);
  });

  it('says that a folder holds no database, and makes none', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'healthsense-empty-'));
    const { status, err } = await healthsense(['backup', '--out', join(empty, 'copy.db')], '', empty);
    expect([status, err]).toEqual([1, `There is no database in ${empty}.\n`]);
    expect(existsSync(join(empty, 'healthsense.db'))).toBe(false);
  });
});

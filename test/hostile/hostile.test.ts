// Ten thousand requests that no honest device sends, against the real server: it answers each with a code of its own, goes on serving
// honest devices, and keeps its memory.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { hashToken, newToken } from '../../src-main/accounts/tokens.ts';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { checkDatabase } from '../../src-main/store/check.ts';
import { openReadable, openWritable } from '../../src-main/store/database.ts';
import { storeReader } from '../../src-main/store/reader.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { chanceFromEnvironment } from '../crash/seeded-random.ts';
import { type Serving, serve } from '../crash/serve-process.ts';
import { type Answer, attacker, slowLoris } from './attack.ts';
import type { Device, OpenApi } from './fuzzer.ts';
import { honestDevices } from './honest.ts';
import type { Measured } from './measured-server.ts';
import { ALLOWED_TIMES, inWords, p99Ms, type Round, share } from './waits.ts';

const REQUESTS = 10_000;
const WARM_UP = 1_000;
const CONNECTIONS = 8;
/** As many as keep the rate limit of one device from answering for all of them. */
const HOSTILE_DEVICES = 40;
/** As many patients with a wearable. They post oftener than in a clinic, that a lap has enough posts to know its p99 by. */
const HONEST_DEVICES = 40;
const HONEST_EVERY_MS = 100;
/** Calm and attack take turns, short ones, so that what else the machine does meets both. */
const ROUNDS = 8;
const LAP_MS = 2_000;
/** What is still on its way when an attack ends, and what it leaves to be done, is part of the attack. */
const AFTERMATH_MS = 300;
/** Another program that takes the processors is gone a while later, and a fault of the console is not: so often all rounds are run anew. */
const ATTEMPTS = 3;
const SLOW = 200;
/** After all these, as many again and again, to see what each leaves behind. */
const LEAK_WAVES = 4;
const LEAK_REQUESTS = 3_000;
/** What one of them may leave once the garbage is gone: the smallest has some 400 bytes, and its request and answer some thousand. */
const LEFT_BYTES = 100;
/** Broken requests end their connections a moment after they are answered. */
const PAUSE_MS = 500;

const chance = chanceFromEnvironment();
const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-hostile-'));

function addDevices(): readonly Device[] {
  mkdirSync(dataDir, { recursive: true });
  const db = openWritable(databasePath(dataDir));
  const { plain } = storeWriter(db);
  const devices = Array.from({ length: HOSTILE_DEVICES + HONEST_DEVICES }, (_, index) => ({
    deviceId: `DEVICE-${index}`,
    token: newToken(),
  }));
  const by = { actor: 'test', atMs: Date.now() };
  for (const [index, { deviceId, token }] of devices.entries()) {
    plain.putDevice({ ...by, deviceId, transport: 'http', tokenHash: hashToken(token) });
    const patient = {
      mrn: `${index}`,
      name: `Patient ${index}`,
      birthDate: '1960-05-01',
      sex: 'female',
      location: '',
      note: '',
    } as const;
    plain.bind({ ...by, deviceId, patientId: plain.addPatient({ ...by, patient }).patientId });
  }
  db.close();
  return devices;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function inMib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(2);
}

describe(`${REQUESTS} hostile requests`, () => {
  const devices = addDevices();
  const [honest, hostile] = [devices.slice(0, HONEST_DEVICES), devices.slice(HONEST_DEVICES)];
  let serving: Serving;
  let url: string;
  const answers: Answer[] = [];
  let end = (): void => undefined;
  const surprises: string[] = [];
  const attempts: Round[][] = [];
  const measures: Measured[] = [];

  beforeAll(async () => {
    let server: ChildProcess | undefined;
    const onStarted = (child: ChildProcess): void => {
      server = child;
    };
    serving = serve(dataDir, { program: [fileURLToPath(new URL('./measured-server.ts', import.meta.url))], onStarted });
    url = await serving.ready;
    async function measure(): Promise<Measured> {
      if (server === undefined) throw new Error('the server was not started');
      server.send('measure');
      const [measured] = (await once(server, 'message')) as [Measured];
      return measured;
    }
    const document = (await (await fetch(`${url}api/openapi.json`)).json()) as OpenApi;
    const port = Number(new URL(url).port);
    const outsider = attacker({ port, document, seed: chance.seed, devices: hostile, connections: CONNECTIONS });
    const wearables = honestDevices({ port, devices: honest, everyMs: HONEST_EVERY_MS });
    end = () => {
      outsider.end();
      wearables.end();
    };
    async function lap(): Promise<number> {
      const { tookMs, surprises: found } = await wearables.lap();
      surprises.push(...found);
      return p99Ms(tookMs);
    }
    async function round(): Promise<Round> {
      await sleep(LAP_MS);
      const calmMs = await lap();
      const loris = slowLoris(port, SLOW);
      answers.push(...(await outsider.wave({ requests: REQUESTS / ROUNDS, ms: LAP_MS })));
      await sleep(AFTERMATH_MS);
      const attackedMs = await lap();
      loris.end();
      return { calmMs, attackedMs };
    }
    // First posts open connections and compile what they pass: no part of a calm day.
    await outsider.wave({ requests: WARM_UP, ms: 0 });
    await sleep(2_000);
    await lap();
    do {
      const rounds: Round[] = [];
      for (let count = 0; count < ROUNDS; count++) rounds.push(await round());
      attempts.push(rounds);
    } while (share(attempts.at(-1) ?? []) > 1 && attempts.length < ATTEMPTS);
    const loris = slowLoris(port, SLOW);
    await loris.allCut(SLOW);
    loris.end();
    // What honest devices send is kept in part, and rightly so: they stop, that nothing but the attack can leave anything behind.
    wearables.end();
    end = () => outsider.end();
    for (let again = 0; again < LEAK_WAVES; again++) {
      answers.push(...(await outsider.wave({ requests: LEAK_REQUESTS, ms: 0 })));
      await sleep(PAUSE_MS);
      measures.push(await measure());
    }
  }, 300_000);

  afterAll(async () => {
    end();
    await serving.kill().catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('never earn a 5xx other than 503, and each refusal of the device API has a code', () => {
    onTestFailed(() => {
      process.stdout.write(`repeat with HEALTHSENSE_SEED=${chance.seed}\n`);
    });
    expect(answers.length).toBeGreaterThanOrEqual(REQUESTS);
    expect(answers.filter(({ status }) => status >= 500 && status !== 503)).toEqual([]);
    const uncoded = answers.filter(
      ({ status, contentType, code }) => status >= 400 && contentType.includes('problem') && code === '',
    );
    expect(uncoded).toEqual([]);
    expect(answers.filter(({ code }) => code === 'no JSON')).toEqual([]);
    const statuses = new Set(answers.map(({ status }) => status));
    for (const status of [201, 400, 401, 403, 404, 405, 413, 415, 422, 429]) expect([...statuses]).toContain(status);
    const counts = [...statuses]
      .sort()
      .map((status) => `${status}: ${answers.filter((answer) => answer.status === status).length}`);
    process.stdout.write(`answers by status: ${counts.join(', ')}\n`);
  });

  it('leave an honest device what it had: every reading stored, and no long waits', () => {
    expect(surprises).toEqual([]);
    for (const rounds of attempts) process.stdout.write(`honest p99, calm → under attack: ${inWords(rounds)}\n`);
    expect(share(attempts.at(-1) ?? []), `1: ${ALLOWED_TIMES} times the calm p99`).toBeLessThanOrEqual(1);
  });

  it('leave nothing behind: once the garbage is gone every thread holds what it held before, and no connection is left', () => {
    const words = measures.map(({ main, workers, handles }) => {
      const threads = [main, ...workers].map(({ heap, outside }) => `${inMib(heap)} + ${inMib(outside)}`);
      return `${threads.join(', ')} MiB; ${handles.TCPSocketWrap ?? 0} connections, ${sum(Object.values(handles))} handles`;
    });
    process.stdout.write(`held by each thread (heap + outside) after every ${LEAK_REQUESTS} requests:\n${words.join('\n')}\n`);
    const [first, last] = [measures[0], measures.at(-1)];
    if (first === undefined || last === undefined) throw new Error('nothing was measured');
    expect(first.workers.length).toBeGreaterThanOrEqual(2);
    const held = ({ main, workers }: Measured): number => sum([main, ...workers].map(({ heap, outside }) => heap + outside));
    expect((held(last) - held(first)) / ((LEAK_WAVES - 1) * LEAK_REQUESTS)).toBeLessThan(LEFT_BYTES);
    // Those of the attacker that are kept alive.
    expect(last.handles.TCPSocketWrap ?? 0).toBeLessThanOrEqual(2 * CONNECTIONS);
  });

  it('are in the audit as what they were, in a few lines', async () => {
    expect(await serving.end()).toBe(0);
    const db = openReadable(databasePath(dataDir));
    const refused = storeReader(db)
      .audit({ limit: 1000 })
      .filter(({ action }) => action === 'device.refused');
    db.close();
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(10);
    expect(checkDatabase(databasePath(dataDir)).problem).toBeNull();
  });
});

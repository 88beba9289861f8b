// Ten thousand requests that no honest device sends, against the real server: it answers each with a code of its own, goes on serving
// honest devices, and keeps its memory.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { hashToken, newToken } from '../../src-main/accounts/tokens.ts';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { checkDatabase } from '../../src-main/store/check.ts';
import { openReadable, openWritable } from '../../src-main/store/database.ts';
import { storeReader } from '../../src-main/store/reader.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { chanceFromEnvironment } from '../crash/seeded-random.ts';
import { type Serving, serve } from '../crash/serve-process.ts';
import { type Answer, attackFromOutside, honestPosts, percentile, slowLoris } from './attack.ts';
import type { Device, OpenApi } from './fuzzer.ts';

const REQUESTS = 10_000;
const WARM_UP = 1_000;
const CONNECTIONS = 8;
/** As many as keep the rate limit of one device from answering for all of them. */
const HOSTILE_DEVICES = 40;
/** What a clinic sees all day: as many wearables, each of which posts at this interval. */
const HONEST_DEVICES = 40;
const HONEST_EVERY_MS = 500;
const CALM_MS = 8_000;
const SLOW = 200;
/** On a machine that does other work too, a request may wait for its turn as long as this whatever the console does. */
const BUSY_MACHINE_MS = 400;
/** From the first half of the requests to the second: what V8 leaves lying about until it needs the room. */
const GROWTH_MIB = 64;

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
  for (const { deviceId, token } of devices) {
    plain.putDevice({ actor: 'test', atMs: Date.now(), deviceId, transport: 'http', tokenHash: hashToken(token) });
  }
  db.close();
  return devices;
}

/** Null where the system does not tell. */
function residentMib(pid: number): number | null {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return null;
  }
}

describe(`${REQUESTS} hostile requests`, () => {
  const devices = addDevices();
  const [honest, hostile] = [devices.slice(0, HONEST_DEVICES), devices.slice(HONEST_DEVICES)];
  let serving: Serving;
  let url: string;
  let answers: readonly Answer[] = [];
  let [calm, attacked]: { tookMs: readonly number[]; surprises: readonly string[] }[] = [];
  const memoryMib: (number | null)[] = [];

  async function whileHonest<R>(work: () => Promise<R>) {
    const stop = new AbortController();
    const posts = honest.map(async (device, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * HONEST_EVERY_MS) / HONEST_DEVICES));
      return honestPosts(url, device, stop.signal, HONEST_EVERY_MS);
    });
    await work();
    stop.abort();
    const all = await Promise.all(posts);
    return { tookMs: all.flatMap(({ tookMs }) => tookMs), surprises: all.flatMap(({ surprises }) => surprises) };
  }

  beforeAll(async () => {
    serving = serve(dataDir);
    url = await serving.ready;
    const document = (await (await fetch(`${url}api/openapi.json`)).json()) as OpenApi;
    const port = Number(new URL(url).port);
    const attack = (requests: number, seed: number): Promise<readonly Answer[]> =>
      attackFromOutside({ port, document, seed, devices: hostile, requests, connections: CONNECTIONS });
    await attack(WARM_UP, chance.seed + 1);
    // Its first posts open connections and compile what they pass: no part of a calm day.
    await whileHonest(() => new Promise((resolve) => setTimeout(resolve, 2_000)));
    calm = await whileHonest(() => new Promise((resolve) => setTimeout(resolve, CALM_MS)));
    const loris = slowLoris(port, SLOW);
    attacked = await whileHonest(async () => {
      for (const half of [0, 1]) {
        answers = [...answers, ...(await attack(REQUESTS / 2, chance.seed + 2 + half))];
        memoryMib.push(residentMib(serving.pid));
      }
    });
    await loris.allCut(SLOW);
    loris.end();
  }, 300_000);

  afterAll(async () => {
    await serving.kill().catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('never earn a 5xx other than 503, and each refusal of the device API has a code', () => {
    onTestFailed(() => {
      process.stdout.write(`repeat with HEALTHSENSE_SEED=${chance.seed}\n`);
    });
    expect(answers).toHaveLength(REQUESTS);
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
    expect([...(calm?.surprises ?? []), ...(attacked?.surprises ?? [])]).toEqual([]);
    const [before, during] = [percentile(calm?.tookMs ?? [], 0.99), percentile(attacked?.tookMs ?? [], 0.99)];
    process.stdout.write(
      `honest p99: ${before.toFixed(1)} ms before (${calm?.tookMs.length} posts), ${during.toFixed(1)} ms under attack (${attacked?.tookMs.length} posts), ratio ${(during / before).toFixed(2)}\n`,
    );
    expect(attacked?.tookMs.length).toBeGreaterThan(50);
    expect(during).toBeLessThan(Math.max(3 * before, BUSY_MACHINE_MS));
  });

  it('leave no memory behind', () => {
    const [before, after] = memoryMib;
    if (before === null || before === undefined || after === null || after === undefined) return;
    process.stdout.write(`resident: ${before.toFixed(0)} MiB half-way, ${after.toFixed(0)} MiB at the end\n`);
    expect(after - before).toBeLessThan(GROWTH_MIB);
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

// Acknowledge after commit, over the real server: killed without warning at any moment, it has lost nothing it had acknowledged
// and stores nothing twice.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWhole, killWhileStarting, killWhileStreaming, rowsOf, tellSeedWhereItFails } from './lives.ts';
import { PostingDevice, type SentReading } from './posting-device.ts';
import { chanceFromEnvironment } from './seeded-random.ts';
import { healthsense, type Serving, serve } from './serve-process.ts';

/** While readings stream in. One more kill hits the start after one of them. */
const KILLS_WHILE_STREAMING = 3;
const CONNECTIONS_PER_DEVICE = 2;
const DEVICE_IDS = ['CRASH-A', 'CRASH-B', 'CRASH-C'] as const;
const MRN = '4711';

const chance = chanceFromEnvironment();
const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-crash-'));
const at = ['--data-dir', dataDir];

interface StoredRow {
  readonly deviceId: string;
  readonly takenAtMs: number;
  readonly heartRate: number;
  readonly spo2: number;
  readonly glucose: number;
  readonly copies: number;
}

/** What the database file holds; values × 10, as stored. */
const STORED = `
  SELECT s.device_id AS deviceId, r.taken_at_ms AS takenAtMs, r.heart_rate AS heartRate, r.spo2, r.glucose, count(*) AS copies
    FROM reading r JOIN source s USING (source_id) GROUP BY s.device_id, r.taken_at_ms`;

function keyOf(deviceId: string, takenAtMs: number): string {
  return `${deviceId} ${new Date(takenAtMs).toISOString()}`;
}

describe('a server that is killed without warning', () => {
  const devices: PostingDevice[] = [];
  const sentKeys = (): Map<string, SentReading> =>
    new Map(
      devices.flatMap((device) => [...device.acknowledged].map(([time, reading]) => [`${device.deviceId} ${time}`, reading])),
    );
  let serving: Serving | undefined;

  beforeAll(async () => {
    process.stdout.write(`kill moments and streams from HEALTHSENSE_SEED=${chance.seed}\n`);
    const person = ['--mrn', MRN, '--name', 'Ada Example', '--birth-date', '1960-05-01', '--sex', 'female'];
    await healthsense(['patient', 'add', ...person, ...at]);
    const startMs = Date.now() - 60_000;
    for (const deviceId of DEVICE_IDS) {
      const token = await healthsense(['device', 'add', deviceId, '--patient', MRN, ...at]);
      devices.push(new PostingDevice(deviceId, token, chance, startMs));
    }
  }, 60_000);

  afterAll(async () => {
    await serving?.kill().catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`${KILLS_WHILE_STREAMING} times while readings stream in, and once while it starts, has every acknowledged one when it is back`, {
    timeout: 150_000,
  }, async () => {
    tellSeedWhereItFails(chance);
    const startThatIsKilled = chance.whole(1, KILLS_WHILE_STREAMING);
    for (let kill = 0; kill < KILLS_WHILE_STREAMING; kill++) {
      if (kill === startThatIsKilled) await killWhileStarting(serve(dataDir), chance.between(100, 900));
      serving = serve(dataDir);
      const url = await serving.ready;
      expectWhole(dataDir);
      const before = sentKeys().size;
      for (const device of devices) await device.sendAgain(url);

      await killWhileStreaming(serving, {
        streams: (stop) =>
          devices.flatMap((device) => Array.from({ length: CONNECTIONS_PER_DEVICE }, () => device.stream(url, stop))),
        until: () => expect.poll(() => sentKeys().size, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before),
        thenForMs: chance.between(20, 700),
      });

      const stored = new Set(rowsOf<StoredRow>(dataDir, STORED).map((row) => keyOf(row.deviceId, row.takenAtMs)));
      expect([...sentKeys().keys()].filter((key) => !stored.has(key))).toEqual([]);
    }
  });

  it('takes what had no answer once more: as new, or as a duplicate', { timeout: 60_000 }, async () => {
    const left = devices.reduce((sum, device) => sum + device.unanswered.length, 0);
    expect(left).toBeGreaterThan(0);
    serving = serve(dataDir);
    const url = await serving.ready;
    for (const device of devices) await device.sendAgain(url);
    expect(devices.map((device) => device.unanswered)).toEqual(devices.map(() => []));
    expect(devices.flatMap((device) => device.surprises)).toEqual([]);
    expect(await serving.end()).toBe(0);
    serving = undefined;
  });

  it('holds each acknowledged reading once, with its values, and nothing that was not sent', () => {
    const sent = sentKeys();
    const rows = rowsOf<StoredRow>(dataDir, STORED);
    expectWhole(dataDir);
    expect(rows.filter(({ copies }) => copies !== 1)).toEqual([]);
    const wrong = rows.filter(({ deviceId, takenAtMs, heartRate, spo2, glucose }) => {
      const reading = sent.get(keyOf(deviceId, takenAtMs));
      return reading?.heart_rate !== heartRate / 10 || reading.spo2 !== spo2 / 10 || reading.glucose !== glucose / 10;
    });
    expect(wrong).toEqual([]);
    expect(rows).toHaveLength(sent.size);
    const total = (count: (device: PostingDevice) => number): number => devices.reduce((sum, device) => sum + count(device), 0);
    process.stdout.write(
      `${sent.size} readings acknowledged and stored once; ${total((device) => device.sentAgain)} sent again, ` +
        `${total((device) => device.knownAlready)} of them stored before the kill\n`,
    );
  });

  it('exports each of them once', { timeout: 60_000 }, async () => {
    const out = join(dataDir, 'export.csv');
    await healthsense(['export', '--patient', MRN, '--format', 'csv', '--out', out, ...at]);
    const [head = '', ...lines] = readFileSync(out, 'utf8').replace('\ufeff', '').trimEnd().split('\r\n');
    const columns = head.split(',');
    const [record, time, device] = ['record', 'taken_at_utc', 'device_id'].map((name) => columns.indexOf(name));
    const exported = lines
      .map((line) => line.split(','))
      .filter((cells) => cells[record ?? 0] === 'reading')
      .map((cells) => `${cells[device ?? 0]} ${cells[time ?? 0]}`);
    expect(exported).toHaveLength(sentKeys().size);
    expect(new Set(exported)).toEqual(new Set(sentKeys().keys()));
  });
});

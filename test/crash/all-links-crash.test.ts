// Killed fifty times at random instants while single posts, arrays, MQTT and Bluetooth stream in: after every restart each
// acknowledged reading is there once, and the database is whole.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedWearable, type SimulatedWearable } from '../../firmware/raspberry-pi/index.ts';
import { hashToken, newToken } from '../../src-main/accounts/tokens.ts';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { openWritable } from '../../src-main/store/database.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { expectWhole, killWhileStarting, killWhileStreaming, rowsOf, tellSeedWhereItFails } from './lives.ts';
import { PostingDevice } from './posting-device.ts';
import { PublishingDevice } from './publishing-device.ts';
import { hostRadio } from './remote-radio.ts';
import { chanceFromEnvironment } from './seeded-random.ts';
import { type Serving, serve } from './serve-process.ts';
import { WatchedStore } from './watched-store.ts';

const KILLS = 50;
/** As many of them hit the start, which brings the write-ahead log in. */
const WHILE_STARTING = 0.15;
const PROGRAM = [fileURLToPath(new URL('./console-process.ts', import.meta.url))];
const WEARABLE = { serial: 'CRASH-BT', name: 'Crash band', address: 'c0:de:00:00:0c:01' };

const chance = chanceFromEnvironment();
const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-kills-'));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

interface Stored {
  readonly deviceId: string;
  readonly takenAtMs: number;
  readonly sequence: number;
}

const STORED =
  'SELECT s.device_id AS deviceId, r.taken_at_ms AS takenAtMs, r.sequence FROM reading r JOIN source s USING (source_id)';

describe('a console with every link', () => {
  const token = Object.fromEntries(['CRASH-1', 'CRASH-2', 'CRASH-MQ', WEARABLE.serial].map((deviceId) => [deviceId, newToken()]));
  const startMs = Date.now() - 600_000;
  const posting = ['CRASH-1', 'CRASH-2'].map((deviceId) => new PostingDevice(deviceId, token[deviceId] ?? '', chance, startMs));
  const publishing = new PublishingDevice('CRASH-MQ', token['CRASH-MQ'] ?? '', chance, startMs);
  const memory = new WatchedStore({ path: ':memory:', capacity: 100_000, ways: ['bluetooth'] });
  const radio = new VirtualRadio({ advertiseEveryMs: 40, connectMs: 5 });
  let wearable: SimulatedWearable;
  let serving: Serving | undefined;
  let mqttPort = 0;

  beforeAll(async () => {
    mqttPort = await freePort();
    const db = openWritable(databasePath(dataDir));
    const { plain } = storeWriter(db);
    for (const [deviceId, secret] of Object.entries(token)) {
      plain.putDevice({ actor: 'test', atMs: startMs, deviceId, transport: 'http', tokenHash: hashToken(secret) });
    }
    db.close();
    wearable = createSimulatedWearable({
      ...WEARABLE,
      token: token[WEARABLE.serial] ?? '',
      store: memory,
      dropOutsPerHour: 0,
      tickMs: 25,
    });
    radio.add(wearable.peripheral);
    wearable.start();
  });

  afterAll(async () => {
    await serving?.kill().catch(() => undefined);
    wearable?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function start(): Serving {
    return serve(dataDir, {
      program: PROGRAM,
      args: ['--mqtt-port', String(mqttPort), '--wearable', WEARABLE.name],
      onStarted: (child) => hostRadio(radio, [WEARABLE.address], child),
    });
  }

  /** Every acknowledged reading that is not there, or there more than once. */
  function missing(): readonly string[] {
    const times = new Map<string, number>();
    for (const { deviceId, takenAtMs, sequence } of rowsOf<Stored>(dataDir, STORED)) {
      const key = deviceId === WEARABLE.serial ? `${deviceId} record ${sequence}` : `${deviceId} ${takenAtMs}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    const acknowledged = [
      ...posting.flatMap((device) => [...device.acknowledged.keys()].map((time) => `${device.deviceId} ${Date.parse(time)}`)),
      ...[...publishing.acknowledged].map((atMs) => `${publishing.deviceId} ${atMs}`),
      ...Array.from({ length: memory.acknowledgedUpTo }, (_, index) => `${WEARABLE.serial} record ${index + 1}`),
    ];
    return acknowledged.filter((key) => times.get(key) !== 1);
  }

  const counts = (): readonly number[] => [
    posting.reduce((sum, device) => sum + device.acknowledged.size, 0),
    publishing.acknowledged.size,
    memory.acknowledgedUpTo,
  ];

  it(`killed ${KILLS} times has lost nothing it had acknowledged and stored nothing twice`, { timeout: 400_000 }, async () => {
    tellSeedWhereItFails(chance);
    for (let kill = 0; kill < KILLS; kill++) {
      serving = start();
      if (kill > 0 && chance.happens(WHILE_STARTING)) {
        await killWhileStarting(serving, chance.between(50, 800));
        continue;
      }
      const url = await serving.ready;
      expectWhole(dataDir);
      expect(missing()).toEqual([]);
      await killWhileStreaming(serving, {
        streams: (stop) => [
          ...posting.map(async (device) => {
            await device.sendAgain(url);
            await device.stream(url, stop);
          }),
          publishing.stream(mqttPort, stop),
        ],
        // The wearable is paired in the first life; later ones are mostly too short for more than finding it again.
        until: async () => {
          if (counts().includes(0)) await expect.poll(() => counts().includes(0), { timeout: 30_000 }).toBe(false);
        },
        thenForMs: chance.between(20, chance.happens(0.3) ? 2_500 : 700),
      });
    }
    expect(missing()).toEqual([]);
    expectWhole(dataDir);
    expect(posting.flatMap(({ surprises }) => surprises)).toEqual([]);
    const [http, mqtt, bluetooth] = counts();
    process.stdout.write(
      `after ${KILLS} kills: ${http} readings acknowledged over HTTP, ${mqtt} MQTT, ${bluetooth} Bluetooth, each there once\n`,
    );
    for (const count of counts()) expect(count).toBeGreaterThan(100);
  });
});

// A console with every link, and devices on each of them that keep account of what was acknowledged.
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { createSimulatedWearable, type SimulatedWearable } from '../../firmware/raspberry-pi/index.ts';
import { hashToken, newToken } from '../../src-main/accounts/tokens.ts';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { openWritable } from '../../src-main/store/database.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { killWhileStreaming, rowsOf } from './lives.ts';
import { PostingDevice } from './posting-device.ts';
import { PublishingDevice } from './publishing-device.ts';
import { hostRadio } from './remote-radio.ts';
import type { Chance } from './seeded-random.ts';
import { type Serving, serve } from './serve-process.ts';
import { WatchedStore } from './watched-store.ts';

const PROGRAM = [fileURLToPath(new URL('./console-process.ts', import.meta.url))];
const WEARABLE = { serial: 'CRASH-BT', name: 'Crash band', address: 'c0:de:00:00:0c:01' };
const DEVICE_IDS = ['CRASH-1', 'CRASH-2', 'CRASH-MQ', WEARABLE.serial];

const STORED =
  'SELECT s.device_id AS deviceId, r.taken_at_ms AS takenAtMs, r.sequence FROM reading r JOIN source s USING (source_id)';

interface Stored {
  readonly deviceId: string;
  readonly takenAtMs: number;
  readonly sequence: number;
}

/** How many readings were acknowledged by each link. */
export interface Acknowledged {
  readonly http: number;
  readonly mqtt: number;
  readonly bluetooth: number;
}

export class AllLinks {
  readonly #dataDir: string;
  readonly #mqttPort: number;
  readonly #posting: readonly PostingDevice[];
  readonly #publishing: PublishingDevice;
  readonly #memory = new WatchedStore({ path: ':memory:', capacity: 100_000, ways: ['bluetooth'] });
  readonly #radio = new VirtualRadio({ advertiseEveryMs: 40, connectMs: 5 });
  readonly #wearable: SimulatedWearable;

  /** Makes the database in `dataDir`, with the devices. */
  static async create(dataDir: string, chance: Chance): Promise<AllLinks> {
    return new AllLinks(dataDir, chance, await freePort());
  }

  private constructor(dataDir: string, chance: Chance, mqttPort: number) {
    this.#dataDir = dataDir;
    this.#mqttPort = mqttPort;
    const startMs = Date.now() - 600_000;
    const token = Object.fromEntries(DEVICE_IDS.map((deviceId) => [deviceId, newToken()]));
    const db = openWritable(databasePath(dataDir));
    const { plain } = storeWriter(db);
    for (const [deviceId, secret] of Object.entries(token)) {
      plain.putDevice({ actor: 'test', atMs: startMs, deviceId, transport: 'http', tokenHash: hashToken(secret) });
    }
    db.close();
    this.#posting = ['CRASH-1', 'CRASH-2'].map((id) => new PostingDevice(id, token[id] ?? '', chance, startMs));
    this.#publishing = new PublishingDevice('CRASH-MQ', token['CRASH-MQ'] ?? '', chance, startMs);
    this.#wearable = createSimulatedWearable({
      ...WEARABLE,
      token: token[WEARABLE.serial] ?? '',
      store: this.#memory,
      dropOutsPerHour: 0,
      tickMs: 25,
    });
    this.#radio.add(this.#wearable.peripheral);
    this.#wearable.start();
  }

  serve(env: Readonly<Record<string, string>> = {}): Serving {
    return serve(this.#dataDir, {
      program: PROGRAM,
      args: ['--mqtt-port', String(this.#mqttPort), '--wearable', WEARABLE.name],
      env,
      onStarted: (child) => hostRadio(this.#radio, [WEARABLE.address], child),
    });
  }

  /** Everything streams; `thenForMs` after each link has had an acknowledgement, of this life or an earlier one, the console is killed. */
  async killWhileStreaming(serving: Serving, thenForMs: number): Promise<void> {
    const url = await serving.ready;
    await killWhileStreaming(serving, {
      streams: (stop) => [
        ...this.#posting.map(async (device) => {
          await device.sendAgain(url);
          await device.stream(url, stop);
        }),
        this.#publishing.stream(this.#mqttPort, stop),
      ],
      // The wearable is paired in the first life; later ones are mostly too short for more than finding it again.
      until: async () => {
        const hasSilent = (): boolean => Object.values(this.acknowledged).includes(0);
        if (hasSilent()) await expect.poll(hasSilent, { timeout: 30_000 }).toBe(false);
      },
      thenForMs,
    });
  }

  /** Every acknowledged reading that is not there, or there more than once. */
  missing(): readonly string[] {
    const times = new Map<string, number>();
    for (const { deviceId, takenAtMs, sequence } of rowsOf<Stored>(this.#dataDir, STORED)) {
      const key = deviceId === WEARABLE.serial ? `${deviceId} record ${sequence}` : `${deviceId} ${takenAtMs}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    const acknowledged = [
      ...this.#posting.flatMap(({ deviceId, acknowledged }) =>
        [...acknowledged.keys()].map((time) => `${deviceId} ${Date.parse(time)}`),
      ),
      ...[...this.#publishing.acknowledged].map((atMs) => `${this.#publishing.deviceId} ${atMs}`),
      ...Array.from({ length: this.#memory.acknowledgedUpTo }, (_, index) => `${WEARABLE.serial} record ${index + 1}`),
    ];
    return acknowledged.filter((key) => times.get(key) !== 1);
  }

  get acknowledged(): Acknowledged {
    return {
      http: this.#posting.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0),
      mqtt: this.#publishing.acknowledged.size,
      bluetooth: this.#memory.acknowledgedUpTo,
    };
  }

  /** Answers that a device must never see here. */
  get surprises(): readonly string[] {
    return this.#posting.flatMap(({ surprises }) => surprises);
  }

  stop(): void {
    this.#wearable.stop();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

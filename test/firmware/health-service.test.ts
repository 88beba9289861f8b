// The wearable's HealthSense service: who may ask what, and that no record is lost, doubled or given twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ATT, GattServer } from '../../firmware/raspberry-pi/gatt-server.ts';
import {
  BLUETOOTH_WAY,
  HEALTH_CHARACTERISTIC,
  HEALTH_SERVICE,
  HealthService,
} from '../../firmware/raspberry-pi/health-service.ts';
import { CONTROL_STATUS } from '../../firmware/raspberry-pi/healthsense-frames.ts';
import { consoleProof, keyOfToken, type ProofInput, wearableProof } from '../../firmware/raspberry-pi/proof.ts';
import { Chance } from '../../firmware/raspberry-pi/random.ts';
import { RecordStore } from '../../firmware/raspberry-pi/record-store.ts';

const TOKEN = 'only-for-tests';
const DEVICE = 'HS-TEST';
const { challenge, proof, records, control } = HEALTH_CHARACTERISTIC;
const consoleNonce = Uint8Array.from({ length: 16 }, (_, at) => at);

/** One wearable and the console's end of one link to it. */
class Bench {
  readonly store: RecordStore;
  readonly server: GattServer;
  readonly #health: HealthService;
  waiting = 0;
  /** Sequences of the records heard, and the answers of Control. */
  heard: number[] = [];
  answers: Uint8Array[] = [];

  constructor(capacity = 1_000, path = ':memory:') {
    this.store = new RecordStore({ path, capacity, ways: [BLUETOOTH_WAY] });
    this.#health = new HealthService({ token: TOKEN, deviceId: DEVICE, store: this.store });
    this.server = new GattServer([this.#health.service]);
    this.#health.attach(this.server);
    this.connect();
  }

  connect(): void {
    this.server.open({
      notify: (_service, uuid, bytes) => {
        if (uuid === control) this.answers.push(bytes);
        else this.heard.push(new DataView(bytes.buffer).getUint32(0, true));
      },
      lost: () => {},
      waiting: () => this.waiting,
    });
    this.server.setNotify(HEALTH_SERVICE, records, true);
    this.server.setNotify(HEALTH_SERVICE, control, true);
  }

  make(count: number): void {
    this.store.append(
      Array.from({ length: count }, (_, at) => ({ takenAtMs: 1_000 + at, values: { heartRate: 60 }, quality: 0 })),
    );
    this.#health.stored();
  }

  write(uuid: string, bytes: Uint8Array): number {
    return this.server.write(HEALTH_SERVICE, uuid, bytes);
  }

  input(token = TOKEN): ProofInput | null {
    this.write(challenge, consoleNonce);
    const read = this.server.read(HEALTH_SERVICE, proof);
    return read && { key: keyOfToken(token), deviceId: DEVICE, consoleNonce, wearableNonce: read.slice(0, 16) };
  }

  prove(token = TOKEN): number {
    const input = this.input(token);
    return input === null ? ATT.unlikely : this.write(proof, consoleProof(input));
  }

  /** @returns status, oldest, newest of the answer. */
  async ask(op: number, sequence?: number): Promise<readonly number[]> {
    const bytes = new Uint8Array(sequence === undefined ? 1 : 5);
    bytes[0] = op;
    if (sequence !== undefined) new DataView(bytes.buffer).setUint32(1, sequence, true);
    this.write(control, bytes);
    await vi.advanceTimersByTimeAsync(500);
    const view = new DataView((this.answers.at(-1) ?? new Uint8Array(15)).buffer);
    return [view.getUint8(2), view.getUint32(3, true), view.getUint32(7, true)];
  }
}

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

let folder = '';
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'healthsense-wearable-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe('proof', () => {
  it('the wearable shows that it holds the token, and does so the same way until the next challenge', () => {
    const bench = new Bench();
    const input = bench.input();
    expect(bench.server.read(HEALTH_SERVICE, proof)).toEqual(input && wearableProof(input));
    expect(bench.server.read(HEALTH_SERVICE, proof)).toEqual(input && wearableProof(input));
    const again = bench.input();
    expect(again?.wearableNonce).not.toEqual(input?.wearableNonce);
  });

  it('there is nothing to read without a challenge, and a challenge has its length', () => {
    const bench = new Bench();
    expect(bench.server.read(HEALTH_SERVICE, proof)).toBeNull();
    expect(bench.write(challenge, new Uint8Array(15))).toBe(ATT.invalidLength);
    expect(bench.server.read(HEALTH_SERVICE, proof)).toBeNull();
  });

  it('before the console has proved itself, nothing is streamed, told or freed', async () => {
    const bench = new Bench();
    bench.make(3);
    expect(await bench.ask(1, 0)).toEqual([CONTROL_STATUS.notProved, 0, 0]);
    expect(await bench.ask(2, 3)).toEqual([CONTROL_STATUS.notProved, 0, 0]);
    expect(bench.heard).toEqual([]);
    expect(bench.store.from(1, 10)).toHaveLength(3);
  });

  it('a wrong token is refused and spends the challenge', async () => {
    const bench = new Bench();
    const input = bench.input();
    expect(bench.write(proof, new Uint8Array(32))).toBe(ATT.refused);
    expect(input && bench.write(proof, consoleProof(input))).toBe(ATT.refused);
    expect(bench.prove('another token')).toBe(ATT.refused);
    expect((await bench.ask(1, 0))[0]).toBe(CONTROL_STATUS.notProved);
  });

  it('the wearable cannot be made to prove itself to itself', () => {
    const bench = new Bench();
    const read = bench.input() && bench.server.read(HEALTH_SERVICE, proof);
    expect(read && bench.write(proof, read.slice(16))).toBe(ATT.refused);
  });

  it('a proof ends with its link', async () => {
    const bench = new Bench();
    expect(bench.prove()).toBe(ATT.done);
    bench.server.closed();
    bench.connect();
    expect((await bench.ask(1, 0))[0]).toBe(CONTROL_STATUS.notProved);
  });
});

describe('a stranger', () => {
  it('writes what it likes, and frees or hears nothing', () => {
    const bench = new Bench();
    bench.make(5);
    const chance = new Chance(7);
    const uuids = [challenge, proof, control, records, 'no such characteristic'];
    for (let written = 0; written < 20_000; written += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(chance.between(0, 40)) }, () => Math.floor(chance.between(0, 256)));
      bench.write(uuids[written % uuids.length] ?? '', bytes);
      bench.server.read(HEALTH_SERVICE, uuids[written % uuids.length] ?? '');
    }
    expect(bench.heard).toEqual([]);
    expect(bench.store.oldest).toBe(1);
  });
});

describe('records', () => {
  it('what is stored comes first, then what is made, each once and in order', async () => {
    const bench = new Bench();
    bench.make(70);
    bench.prove();
    expect(await bench.ask(1, 0)).toEqual([CONTROL_STATUS.done, 1, 70]);
    bench.make(5);
    expect(bench.heard).toEqual(upTo(1, 75));
  });

  it('the answer leaves before the first record', async () => {
    const bench = new Bench();
    bench.make(1);
    bench.prove();
    bench.write(control, Uint8Array.of(1, 0, 0, 0, 0));
    await Promise.resolve();
    expect([bench.answers.length, bench.heard.length]).toEqual([1, 1]);
  });

  it('a link that was cut goes on from the sequence the console asks for', async () => {
    const bench = new Bench();
    bench.prove();
    await bench.ask(1, 0);
    bench.make(10);
    await vi.advanceTimersByTimeAsync(100);
    bench.server.closed();
    bench.make(30);
    bench.connect();
    bench.prove();
    expect(await bench.ask(1, 11)).toEqual([CONTROL_STATUS.done, 1, 40]);
    bench.make(1);
    expect(bench.heard).toEqual(upTo(1, 41));
  });

  it('a radio that is behind gets no more until it has caught up, and then everything', async () => {
    const bench = new Bench();
    bench.make(10);
    bench.prove();
    bench.waiting = 6;
    await bench.ask(1, 0);
    bench.make(10);
    expect(bench.heard).toEqual([]);
    bench.waiting = 0;
    await vi.advanceTimersByTimeAsync(100);
    expect(bench.heard).toEqual(upTo(1, 20));
  });

  it('what was acknowledged is freed, and asking for it again begins with the oldest there is', async () => {
    const bench = new Bench();
    bench.make(10);
    bench.prove();
    expect(await bench.ask(2, 4)).toEqual([CONTROL_STATUS.done, 5, 10]);
    expect(await bench.ask(2, 2)).toEqual([CONTROL_STATUS.done, 5, 10]);
    expect(await bench.ask(1, 3)).toEqual([CONTROL_STATUS.noSuchSequence, 5, 10]);
    expect(bench.heard).toEqual(upTo(5, 10));
    expect(await bench.ask(2, 10)).toEqual([CONTROL_STATUS.done, 11, 10]);
  });

  it('a sequence that was never given is refused, and so is what is not a request', async () => {
    const bench = new Bench();
    bench.make(2);
    bench.prove();
    expect(await bench.ask(2, 3)).toEqual([CONTROL_STATUS.badOperand, 1, 2]);
    expect(await bench.ask(1, 4)).toEqual([CONTROL_STATUS.badOperand, 1, 2]);
    expect(await bench.ask(9)).toEqual([CONTROL_STATUS.badOperand, 1, 2]);
    expect(await bench.ask(1)).toEqual([CONTROL_STATUS.badOperand, 1, 2]);
    expect(bench.heard).toEqual([]);
  });

  it('after stop nothing more is sent', async () => {
    const bench = new Bench();
    bench.prove();
    await bench.ask(1, 0);
    await bench.ask(3);
    bench.make(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(bench.heard).toEqual([]);
  });
});

describe('memory', () => {
  it('numbers go on after a restart, also when everything had been acknowledged; another memory has another number', () => {
    const path = join(folder, 'records.sqlite');
    const ways = [BLUETOOTH_WAY];
    const first = new RecordStore({ path, capacity: 10, ways });
    first.append([{ takenAtMs: 1, values: { spo2: null }, quality: 8 }]);
    first.append([{ takenAtMs: 2, values: { spo2: 97.5 }, quality: 0 }]);
    first.acknowledge(BLUETOOTH_WAY, 2);
    first.close();
    const second = new RecordStore({ path, capacity: 10, ways });
    expect([second.id, second.oldest, second.newest]).toEqual([first.id, 3, 2]);
    expect(second.append([{ takenAtMs: 3, values: { spo2: null }, quality: 8 }])).toEqual([
      { sequence: 3, takenAtMs: 3, values: { spo2: null }, quality: 8 },
    ]);
    expect(second.from(1, 10)).toEqual([{ sequence: 3, takenAtMs: 3, values: { spo2: null }, quality: 8 }]);
    second.close();
    const other = new RecordStore({ path: ':memory:', capacity: 10, ways });
    expect(other.id).not.toBe(first.id);
    expect(other.id).toBeGreaterThan(0);
  });

  it('a full memory overwrites the oldest, and says how many', () => {
    const bench = new Bench(5);
    bench.make(12);
    expect([bench.store.oldest, bench.store.newest, bench.store.overwritten]).toEqual([8, 12, 7]);
    expect(bench.store.from(1, 10).map(({ sequence }) => sequence)).toEqual(upTo(8, 12));
  });

  it('a record is freed only when every way has delivered it', () => {
    const store = new RecordStore({ path: ':memory:', capacity: 100, ways: ['bluetooth', 'http'] });
    store.append(upTo(1, 6).map((takenAtMs) => ({ takenAtMs, values: { glucose: 100 }, quality: 0 })));
    store.acknowledge('bluetooth', 5);
    expect([store.oldest, store.next('bluetooth'), store.next('http')]).toEqual([1, 6, 1]);
    store.acknowledge('http', 3);
    expect([store.oldest, store.next('bluetooth'), store.next('http')]).toEqual([4, 6, 4]);
  });

  it('a way taken out of use holds nothing back, and a new one begins with what is held', () => {
    const path = join(folder, 'ways.sqlite');
    const first = new RecordStore({ path, capacity: 100, ways: ['bluetooth', 'http'] });
    first.append(upTo(1, 4).map((takenAtMs) => ({ takenAtMs, values: { glucose: 100 }, quality: 0 })));
    first.acknowledge('http', 4);
    first.acknowledge('bluetooth', 2);
    first.close();
    const second = new RecordStore({ path, capacity: 100, ways: ['http', 'mqtt'] });
    expect([second.next('http'), second.next('mqtt')]).toEqual([5, 3]);
    second.acknowledge('mqtt', 4);
    expect(second.oldest).toBe(5);
    second.close();
  });
});

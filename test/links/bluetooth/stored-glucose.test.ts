// Glucose meters and sensors hand in what they have kept: from the last record the store has, whatever of RACP they understand.
import { afterEach, describe, expect, it } from 'vitest';
import { encodeCgm, encodeCgmFeatures, encodeCgmSessionStart, encodeCgmStatus } from '../../../firmware/raspberry-pi/encoders.ts';
import { forgetfulMemory, type LinkMemory } from '../../../src-main/links/bluetooth/memory.ts';
import { GattPeripheral } from './gatt-peripheral.ts';
import { type Bench, openBench, until } from './test-bench.ts';

const ADDRESS = '02:00:00:00:00:99';
const METER = { address: ADDRESS, name: 'Meter', serial: 'METER-77', advertised: ['1808'] };
const SENSOR = { address: ADDRESS, name: 'Sensor', serial: 'CGM-4711', advertised: ['181f'] };
const DAY_MS = 86_400_000;

let bench: Bench;

afterEach(() => bench.close());

type Manner = 'whole' | 'only all' | 'silent';

/** Keeps records by number and answers as its manner is. */
class RecordKeeper {
  readonly asked: string[] = [];
  manner: Manner = 'whole';
  readonly #records = new Map<number, () => Uint8Array>();
  readonly #tell: (bytes: Uint8Array) => void;
  readonly #answer: (bytes: Uint8Array) => void;

  constructor(tell: (bytes: Uint8Array) => void, answer: (bytes: Uint8Array) => void) {
    this.#tell = tell;
    this.#answer = answer;
  }

  keep(number: number, frame: () => Uint8Array): void {
    this.#records.set(number, frame);
  }

  erase(): void {
    this.#records.clear();
  }

  written(bytes: Uint8Array): void {
    this.asked.push(Buffer.from(bytes).toString('hex'));
    if (this.manner === 'silent' && bytes[0] === 1) return;
    const numbers = [...this.#records.keys()].sort((a, b) => a - b);
    const [op = 0, operator = 0] = bytes;
    const result = op === 3 ? 1 : operator !== 1 && this.manner === 'only all' ? 4 : null;
    if (result !== null) {
      this.#answer(Uint8Array.of(6, 0, op, result));
      return;
    }
    const from = operator === 3 ? (bytes[3] ?? 0) | ((bytes[4] ?? 0) << 8) : 0;
    const wanted = operator === 6 ? numbers.slice(-1) : numbers.filter((number) => number >= from);
    for (const number of wanted) this.#tell(this.#records.get(number)?.() ?? new Uint8Array());
    this.#answer(Uint8Array.of(6, 0, op, wanted.length === 0 ? 6 : 1));
  }
}

function meter(): { readonly peripheral: GattPeripheral; readonly keeper: RecordKeeper } {
  const keeper = new RecordKeeper(
    (bytes) => peripheral.notify('1808', '2a18', bytes),
    (bytes) => peripheral.notify('1808', '2a52', bytes),
  );
  const peripheral = new GattPeripheral(METER, [
    { service: '1808', uuid: '2a18', properties: ['notify'] },
    { service: '1808', uuid: '2a52', properties: ['write', 'indicate'], written: (bytes) => keeper.written(bytes) },
  ]);
  return { peripheral, keeper };
}

/** 2A18: number, time, 0.00120 kg/L = 120 mg/dL, capillary blood of a finger. */
function fingerstick(number: number, hour: number): Uint8Array {
  return Uint8Array.of(0x02, number & 0xff, number >>> 8, 0xea, 0x07, 3, 14, hour, 0, 0, 0x78, 0xb0, 0x11);
}

async function connected(memory: LinkMemory, peripheral: GattPeripheral, deviceId: string): Promise<void> {
  bench = await openBench({ memory, timing: { checkEveryMs: 200 } });
  bench.radio.add(peripheral);
  bench.link.restore([{ deviceId, address: ADDRESS }]);
  await until('connected', () => bench.sink.states(deviceId).includes('connected'));
}

describe('a glucose meter', () => {
  it('is asked for all once, then only for what came after', async () => {
    const memory = forgetfulMemory();
    const { peripheral, keeper } = meter();
    for (const number of [1, 2, 3]) keeper.keep(number, () => fingerstick(number, number));
    await connected(memory, peripheral, METER.serial);
    await until('three', () => bench.sink.measurements.length === 3);
    expect(bench.sink.measurements.map(({ sequence, origin, values }) => [sequence, origin, values.glucose])).toEqual([
      [1, 'backfill', 120],
      [2, 'backfill', 120],
      [3, 'backfill', 120],
    ]);
    expect(keeper.asked).toEqual(['0101']);
    await until(
      'remembered',
      eventually(async () => (await memory.of(METER.serial))?.glucose?.position === 3),
    );
    await bench.close();
    keeper.keep(4, () => fingerstick(4, 4));
    await connected(memory, peripheral, METER.serial);
    await until('the fourth', () => bench.sink.measurements.some(({ sequence }) => sequence === 4));
    expect(keeper.asked.slice(1)).toEqual(['0106', '0103010400']);
    expect(bench.sink.measurements.map(({ sequence }) => sequence).filter((sequence) => sequence < 4)).toEqual([]);
  });

  it('that has nothing new, was erased, or knows only "all", is read all the same', async () => {
    const memory = forgetfulMemory();
    await memory.savePosition(METER.serial, 'glucose', { position: 9, anchor: 0, takenAtMs: 0 });
    const { peripheral, keeper } = meter();
    keeper.keep(9, () => fingerstick(9, 9));
    await connected(memory, peripheral, METER.serial);
    await until('asked', () => keeper.asked.length === 1);
    await bench.close();
    keeper.erase();
    keeper.keep(1, () => fingerstick(1, 10));
    await connected(memory, peripheral, METER.serial);
    await until(
      'read anew',
      () => keeper.asked.at(-1) === '0101' && bench.sink.measurements.some(({ sequence }) => sequence === 1),
    );
    await bench.close();
    keeper.manner = 'only all';
    keeper.keep(2, () => fingerstick(2, 11));
    await connected(memory, peripheral, METER.serial);
    await until('read by all', () => bench.sink.measurements.some(({ sequence }) => sequence === 2));
    expect(keeper.asked.slice(-3)).toEqual(['0106', '0103010200', '0101']);
  });

  it('that does not answer is aborted, and tried again', async () => {
    const quick = { nowMs: () => Date.now(), after: quickTimer };
    bench = await openBench({ clock: quick, timing: { checkEveryMs: 200, connectWithinMs: 5_000 } });
    const { peripheral, keeper } = meter();
    keeper.manner = 'silent';
    keeper.keep(1, () => fingerstick(1, 1));
    bench.radio.add(peripheral);
    bench.link.restore([{ deviceId: METER.serial, address: ADDRESS }]);
    await until('aborted', () => keeper.asked.includes('0300'));
    keeper.manner = 'whole';
    await until('read at last', () => bench.sink.measurements.length === 1);
  });
});

describe('a glucose sensor', () => {
  it('is asked from the minute after the last one of its session, and for all of a new session', async () => {
    const memory = forgetfulMemory();
    let startMs = Math.floor((Date.now() - 100 * 60_000) / 1000) * 1000;
    const keeper = new RecordKeeper(
      (bytes) => peripheral.notify('181f', '2aa7', bytes),
      (bytes) => peripheral.notify('181f', '2a52', bytes),
    );
    const minute = (): number => Math.floor((Date.now() - startMs) / 60_000);
    const peripheral = new GattPeripheral(SENSOR, [
      { service: '181f', uuid: '2aa7', properties: ['notify'] },
      { service: '181f', uuid: '2aa8', properties: ['read'], value: encodeCgmFeatures },
      { service: '181f', uuid: '2aa9', properties: ['read'], value: () => encodeCgmStatus(minute()) },
      { service: '181f', uuid: '2aaa', properties: ['read'], value: () => encodeCgmSessionStart(startMs) },
      { service: '181f', uuid: '2a52', properties: ['write', 'indicate'], written: (bytes) => keeper.written(bytes) },
    ]);
    const keep = (offset: number): void =>
      keeper.keep(offset, () =>
        encodeCgm({ glucoseMgDl: 100 + offset, timeOffsetMinutes: offset, trendMgDlPerMin: 0, qualityPercent: 99 }),
      );
    for (const offset of [5, 10, 15]) keep(offset);
    await connected(memory, peripheral, SENSOR.serial);
    await until('three', () => bench.sink.measurements.length === 3);
    expect(bench.sink.measurements.map(({ takenAtMs }) => (takenAtMs - startMs) / 60_000)).toEqual([5, 10, 15]);
    await until(
      'remembered',
      eventually(async () => (await memory.of(SENSOR.serial))?.cgm?.position === 15),
    );
    await bench.close();
    keep(20);
    await connected(memory, peripheral, SENSOR.serial);
    await until('the fourth', () => bench.sink.measurements.length === 1);
    expect(keeper.asked).toEqual(['0101', '0103011000']);
    await bench.close();
    startMs += 60 * 60_000;
    await connected(memory, peripheral, SENSOR.serial);
    await until('a new session', () => bench.sink.measurements.length === 4);
    expect(keeper.asked.at(-1)).toBe('0101');
  });

  it('whose session start is a day off is dated by what it counts since, and marked', async () => {
    const startMs = Math.floor((Date.now() - 30 * 60_000) / 1000) * 1000;
    const peripheral = new GattPeripheral(SENSOR, [
      {
        service: '181f',
        uuid: '2aa7',
        properties: ['notify'],
        subscribed: () =>
          peripheral.notify(
            '181f',
            '2aa7',
            encodeCgm({ glucoseMgDl: 111, timeOffsetMinutes: 30, trendMgDlPerMin: 0, qualityPercent: 99 }),
          ),
      },
      { service: '181f', uuid: '2aa8', properties: ['read'], value: encodeCgmFeatures },
      { service: '181f', uuid: '2aa9', properties: ['read'], value: () => encodeCgmStatus(30) },
      { service: '181f', uuid: '2aaa', properties: ['read'], value: () => encodeCgmSessionStart(startMs - DAY_MS) },
    ]);
    await connected(forgetfulMemory(), peripheral, SENSOR.serial);
    await until('the record', () => bench.sink.measurements.length === 1);
    const [record] = bench.sink.measurements;
    expect(Math.abs((record?.takenAtMs ?? 0) - Date.now())).toBeLessThan(90_000);
    expect(record).toMatchObject({ origin: 'live', quality: 1 << 12 });
  });
});

/** For `until`: a question that is answered later; false until then. */
function eventually(ask: () => Promise<boolean>): () => boolean {
  let isTrue = false;
  return () => {
    void ask().then((answer) => {
      isTrue = answer;
    });
    return isTrue;
  };
}

/** Half a minute in a third of a second. */
function quickTimer(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs >= 5_000 ? delayMs / 100 : delayMs);
  return () => clearTimeout(timer);
}

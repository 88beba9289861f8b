// HealthSense wearables on the virtual radio: proof before anything is taken, records without gap or repeat, acknowledged after commit.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { LinkMemory } from '../../../src-main/links/bluetooth/memory.ts';
import { QUALITY } from '../../../src-main/links/link.ts';
import { type KeptWearable, keptWearable, memoryKnowing, TOKEN } from './healthsense-bench.ts';
import { type Bench, openBench, ScriptedPeripheral, until } from './test-bench.ts';

const A = { serial: 'HEALTH-A', name: 'Band A', address: '02:00:00:00:00:0a' };
const AT_A = '02:00:00:00:00:0A';
const B = { serial: 'HEALTH-B', name: 'Band B', address: '02:00:00:00:00:0b' };
const AT_B = '02:00:00:00:00:0B';

let bench: Bench;
const worn: KeptWearable[] = [];

afterEach(async () => {
  await bench.close();
  for (const { wearable } of worn.splice(0)) wearable.stop();
});

function wear(options: Parameters<typeof keptWearable>[0]): KeptWearable {
  const kept = keptWearable(options);
  worn.push(kept);
  bench.radio.add(kept.wearable.peripheral);
  kept.wearable.start();
  return kept;
}

async function pair(address: string): Promise<void> {
  bench.link.scan(true);
  await until(`${address} is heard`, () => bench.link.found().some((found) => found.address === address));
  await bench.link.pair(address);
}

/** Of records: those with a number of their own. */
function sequences(deviceId: string, sink = bench.sink): readonly number[] {
  return sink.of(deviceId).flatMap(({ sequence, values }) => (sequence > 1 || 'spo2' in values ? [sequence] : []));
}

function expectWhole(numbers: readonly number[]): void {
  expect(new Set(numbers).size).toBe(numbers.length);
  const [first = 0, last = 0] = [Math.min(...numbers), Math.max(...numbers)];
  expect(numbers.length).toBe(last - first + 1);
}

describe('a wearable that knows its token', () => {
  it('is read by its records alone, and frees them once they are committed', async () => {
    bench = await openBench({ memory: memoryKnowing({ [A.serial]: TOKEN }) });
    const { store } = wear(A);
    await pair(AT_A);
    await until('a hundred records', () => bench.sink.of(A.serial).length > 100);
    expectWhole(sequences(A.serial));
    expect(bench.sink.statuses.findLast(({ state }) => state === 'connected')).toMatchObject({
      deviceId: A.serial,
      trust: 'proved',
      clock: 'right',
      lostRecords: 0,
    });
    // The standard characteristics tell the same once more: nobody listens to them.
    const moments = bench.sink.of(A.serial).map(({ takenAtMs, values }) => `${takenAtMs} ${Object.keys(values).join()}`);
    expect(new Set(moments).size).toBe(moments.length);
    await until('acknowledged', () => store.oldest > 50);
    expect(bench.sink.rejections).toEqual([]);
  });

  it('what it kept while nobody listened is back-filled, without gap or repeat, through losses of the link', async () => {
    bench = await openBench({ memory: memoryKnowing({ [A.serial]: TOKEN }) });
    const { store } = wear(A);
    await until('some records are kept', () => store.newest > 30);
    await pair(AT_A);
    for (let loss = 0; loss < 4; loss += 1) {
      await sleep(150);
      bench.radio.breakLink(A.address);
    }
    const newest = store.newest;
    await until('all of them', () => sequences(A.serial).includes(newest));
    expectWhole(sequences(A.serial));
    expect(Math.min(...sequences(A.serial))).toBe(1);
    const origins = bench.sink.of(A.serial).map(({ origin }) => origin);
    expect(origins.slice(0, 30)).not.toContain('live');
    expect(origins).toContain('live');
  });

  it('a console that is started again goes on after the last committed record', async () => {
    const memory = memoryKnowing({ [A.serial]: TOKEN });
    bench = await openBench({ memory });
    const { store, wearable } = wear(A);
    await pair(AT_A);
    await until('acknowledged', () => store.oldest > 50);
    await bench.close();
    const before = bench.sink;
    const committed = store.oldest - 1;
    bench = await openBench({ memory });
    bench.radio.add(wearable.peripheral);
    bench.link.restore([{ deviceId: A.serial, address: AT_A }]);
    await until('read on', () => sequences(A.serial).includes(committed + 20));
    expect(Math.min(...sequences(A.serial))).toBe(committed + 1);
    expectWhole([...new Set([...sequences(A.serial, before), ...sequences(A.serial)])]);
  });

  it('nothing is acknowledged while the store fails, and nothing is lost by it', async () => {
    const saved: number[] = [];
    const base = memoryKnowing({ [A.serial]: TOKEN });
    const memory: LinkMemory = {
      ...base,
      savePosition: (deviceId, stream, position) => {
        saved.push(position.position);
        return base.savePosition(deviceId, stream, position);
      },
    };
    bench = await openBench({ memory });
    const { store } = wear(A);
    bench.sink.full = true;
    await pair(AT_A);
    await sleep(1_500);
    expect([store.oldest, saved, bench.sink.of(A.serial)]).toEqual([1, [], []]);
    bench.sink.full = false;
    await until('stored and acknowledged', () => store.oldest > 100);
    expectWhole(sequences(A.serial));
  });

  it('a wearable whose memory was exchanged is read from its first record on', async () => {
    const memory = memoryKnowing({ [A.serial]: TOKEN });
    bench = await openBench({ memory });
    const first = wear(A);
    await pair(AT_A);
    await until('acknowledged', () => first.store.oldest > 20);
    first.wearable.stop();
    bench.radio.remove(A.address);
    const heard = bench.sink.of(A.serial).length;
    const second = wear(A);
    await until('its first records', () => bench.sink.of(A.serial).length > heard + 20);
    const numbers = bench.sink
      .of(A.serial)
      .slice(heard)
      .map(({ sequence }) => sequence);
    expect(numbers).toContain(1);
    await until('acknowledged anew', () => second.store.oldest > 10);
  });

  it('a wrong clock is put right on arrival and marked', async () => {
    bench = await openBench({ memory: memoryKnowing({ [A.serial]: TOKEN }) });
    const SLOW_MS = 3 * 3_600_000;
    wear({ ...A, nowMs: () => Date.now() - SLOW_MS });
    await pair(AT_A);
    await until('records', () => bench.sink.of(A.serial).length > 30);
    for (const { takenAtMs, receivedAtMs, quality } of bench.sink.of(A.serial)) {
      expect(Math.abs(receivedAtMs - takenAtMs)).toBeLessThan(5_000);
      expect(quality & QUALITY.clockCorrected).toBe(QUALITY.clockCorrected);
    }
    const status = bench.sink.statuses.findLast(({ state }) => state === 'connected');
    expect(status).toMatchObject({ clock: 'corrected' });
    expect(Math.abs((status?.clockOffsetMs ?? 0) + SLOW_MS)).toBeLessThan(2_000);
  });

  it('its ECG is heard, and no sample is lost or told twice', async () => {
    bench = await openBench({ memory: memoryKnowing({ [A.serial]: TOKEN }) });
    const frames: { sampleIndex: number; samples: readonly number[]; missingBefore: number }[] = [];
    bench.link.onEcg((deviceId, frame) => {
      expect(deviceId).toBe(A.serial);
      frames.push(frame);
    });
    wear({ ...A, tickMs: 1000 });
    await pair(AT_A);
    await until('two seconds of ECG', () => frames.length >= 10);
    frames.reduce((next, { sampleIndex, samples, missingBefore }) => {
      if (next !== 0) expect([sampleIndex, missingBefore]).toEqual([next, 0]);
      return sampleIndex + samples.length;
    }, 0);
    expect(bench.sink.statuses.findLast(({ state }) => state === 'connected')?.ecg).toEqual({ lead: 'II', sampleRateHz: 250 });
  });
});

describe('a wearable that cannot prove itself', () => {
  it.each([
    ['the console has no token of it', {}, /has no token at this console/],
    ['its token is another', { [A.serial]: 'another token' }, /does not know that device's token/],
  ])('%s: nothing is taken, the reason is plain, it is counted', async (_, tokens, words) => {
    bench = await openBench({ memory: memoryKnowing(tokens) });
    const { store } = wear(A);
    bench.link.scan(true);
    await until('heard', () => bench.link.found().length === 1);
    await expect(bench.link.pair(AT_A)).rejects.toMatchObject({ detail: { message: expect.stringMatching(words) } });
    expect(bench.link.found()[0]?.refusal).toMatch(words);
    expect(bench.sink.rejections.map(({ deviceId, reason }) => [deviceId, words.test(reason)])).toEqual([[A.serial, true]]);
    expect(bench.sink.statuses.at(-1)).toMatchObject({ deviceId: A.serial, trust: 'refused', state: 'stopped' });
    await sleep(200);
    expect([bench.sink.measurements, store.oldest]).toEqual([[], 1]);
  });

  it('an impostor changes nothing for the device it claims to be', async () => {
    bench = await openBench({ memory: memoryKnowing({ [A.serial]: TOKEN }) });
    wear(A);
    await pair(AT_A);
    wear({ ...B, serial: A.serial, token: 'stolen? no' });
    await expect(pair(AT_B)).rejects.toThrow();
    const before = bench.sink.of(A.serial).length;
    await until('read on', () => bench.sink.of(A.serial).length > before + 20);
    const states = bench.sink.statuses.filter(({ deviceId }) => deviceId === A.serial);
    expect(states.at(-1)).toMatchObject({ state: 'connected', trust: 'proved', address: AT_A });
    expect(bench.sink.statuses.find(({ trust }) => trust === 'refused')?.deviceId).toBe('BLE-02000000000B');
    expect(bench.sink.rejections).toEqual([
      { deviceId: A.serial, reason: expect.stringMatching(/^02:00:00:00:00:0B: It calls itself/) },
    ]);
  });

  it('a device that leaves the proof out is not taken for one that has a token', async () => {
    bench = await openBench({ memory: memoryKnowing({ [A.serial]: TOKEN }) });
    bench.radio.add(new ScriptedPeripheral({ ...A, frames: () => [Uint8Array.of(0, 72)] }));
    await expect(pair(AT_A)).rejects.toThrow(/has a token at this console, and this device offers no way to prove it/);
    await sleep(100);
    expect(bench.sink.measurements).toEqual([]);
  });

  it('given its token, it is taken without being paired again', async () => {
    const tokens: { [deviceId: string]: string } = {};
    bench = await openBench({ memory: memoryKnowing(tokens), timing: { refusedRetryMs: 100 } });
    wear(A);
    bench.link.restore([{ deviceId: A.serial, address: AT_A }]);
    await until('refused', () => bench.sink.statuses.some(({ trust }) => trust === 'refused'));
    tokens[A.serial] = TOKEN;
    await until('records', () => bench.sink.of(A.serial).length > 5);
  });

  it('a wearable at a new address takes the place of its former self', async () => {
    bench = await openBench({ memory: memoryKnowing({ [A.serial]: TOKEN }) });
    const first = wear(A);
    await pair(AT_A);
    first.wearable.stop();
    bench.radio.remove(A.address);
    await until('lost', () => bench.sink.states(A.serial).at(-1) === 'lost');
    wear({ ...B, serial: A.serial });
    await pair(AT_B);
    expect(bench.sink.statuses.at(-1)).toMatchObject({ deviceId: A.serial, address: AT_B, state: 'connected' });
    await bench.link.disconnect(A.serial);
    await expect(bench.link.disconnect(A.serial)).rejects.toMatchObject({ detail: { code: 'not_found' } });
  });
});

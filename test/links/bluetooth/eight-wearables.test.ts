// Eight wearables for ten minutes of accelerated time, with links that are lost and a disk that is full now and then: nothing is lost, nothing twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { Chance } from '../../../firmware/raspberry-pi/random.ts';
import { BluetoothLink } from '../../../src-main/links/bluetooth/bluetooth-link.ts';
import { VirtualRadio } from '../../../src-main/links/bluetooth/virtual-radio.ts';
import { hashOf, keptWearable, TOKEN } from './healthsense-bench.ts';
import { StoredSink } from './stored-bench.ts';

const WEARABLES = 8;
const RUN_MS = 10 * 60_000;
const STEP_MS = 100;
/** After the ten minutes, what is still kept is handed in. */
const LAST_ONES_MS = 60_000;
const DROP_OUTS_PER_HOUR = 90;
const FULL_DISK_EACH = 0.01;
const START_MS = Date.UTC(2026, 2, 14, 9, 0, 0);

let folder = '';

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** Lets accelerated time pass; the radio's own turns run on the real event loop in between. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await vi.advanceTimersByTimeAsync(STEP_MS);
    for (let turn = 0; turn < 4; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

it('eight wearables, ten minutes, random losses: every record is stored exactly once', { timeout: 120_000 }, async () => {
  vi.useFakeTimers({ now: START_MS, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  folder = mkdtempSync(join(tmpdir(), 'healthsense-eight-'));
  const chance = new Chance(20_261_124);
  const serials = Array.from({ length: WEARABLES }, (_, index) => `HS-EIGHT-${index + 1}`);
  // Each device has a token of its own.
  const tokens = serials.map((serial) => `${TOKEN}/${serial}`);
  const hashes = Object.fromEntries(serials.map((serial, index) => [serial, hashOf(tokens[index] ?? '')]));
  const sink = new StoredSink(join(folder, 'healthsense.db'), hashes, () => chance.next() < FULL_DISK_EACH);
  const radio = new VirtualRadio();
  const link = new BluetoothLink({
    radio: { kind: 'virtual', bindings: radio },
    sink,
    memory: sink.memory,
    random: () => chance.next(),
  });
  const worn = serials.map((serial, index) =>
    keptWearable({
      serial,
      name: `Band ${index + 1}`,
      address: `02:00:00:00:08:0${index}`,
      token: tokens[index] ?? '',
      seed: index + 1,
      tickMs: 1_000,
      dropOutsPerHour: DROP_OUTS_PER_HOUR,
    }),
  );
  for (const { wearable } of worn) {
    radio.add(wearable.peripheral);
    wearable.start();
  }
  await link.start();
  link.restore(worn.map(({ serial, wearable }) => ({ deviceId: serial, address: wearable.peripheral.address.toUpperCase() })));
  await pass(RUN_MS);
  const sent = worn.map(({ store }) => store.newest);
  await pass(LAST_ONES_MS);
  await link.stop();
  for (const { wearable } of worn) wearable.stop();

  const table = serials.map((serial, index) => {
    const made = sent[index] ?? 0;
    // The console's own heart rate from the ECG has no number of the wearable's.
    const rows = sink
      .rows(serial)
      .filter(({ sequence, takenAtMs }) => sequence <= made && (sequence > 1 || takenAtMs < START_MS + 2_000));
    const distinct = new Set(rows.map(({ sequence }) => sequence));
    distinct.delete(0);
    const kept = rows.filter(({ sequence }) => sequence > 0);
    return {
      wearable: serial,
      sent: made,
      live: kept.filter(({ backfilled }) => backfilled === 0).length,
      'back-filled': kept.filter(({ backfilled }) => backfilled === 1).length,
      lost: made - distinct.size,
      duplicated: kept.length - distinct.size,
    };
  });
  console.table(table);
  console.log(`batches refused by a full disk and offered again: ${sink.failed}`);
  for (const row of table) {
    expect(row.sent).toBeGreaterThan(600);
    expect(row.live).toBeGreaterThan(300);
    expect(row['back-filled']).toBeGreaterThan(5);
    expect([row.wearable, row.lost, row.duplicated]).toEqual([row.wearable, 0, 0]);
    expect(row.live + row['back-filled']).toBe(row.sent);
  }
  expect(sink.failed).toBeGreaterThan(0);
  expect([...sink.rejections]).toEqual([]);
  expect(serials.map((serial) => sink.statuses.get(serial)?.lostRecords)).toEqual(serials.map(() => 0));
});

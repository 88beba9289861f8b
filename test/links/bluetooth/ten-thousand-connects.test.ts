// Ten thousand connections, each lost again: never two sessions of one device at once, and nothing is left behind by any of them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { BluetoothLink } from '../../../src-main/links/bluetooth/bluetooth-link.ts';
import { VirtualRadio } from '../../../src-main/links/bluetooth/virtual-radio.ts';
import type { DeviceStatus, IntakeOutcome, LinkSink, Measurement } from '../../../src-main/links/link.ts';
import { GattPeripheral } from './gatt-peripheral.ts';

const CONNECTS = 10_000;
/** What caches and compiled code may take after the first connections. */
const WARM_AFTER = 2_000;
const MAY_GROW_BYTES = 6 * 1024 * 1024;
/** Eight restless devices: while one waits, another connects. */
const DEVICES = 8;

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Counts, and keeps nothing. */
class CountingSink implements LinkSink {
  measurements = 0;
  connected = 0;
  onConnected: (address: string) => void = () => {};

  async accept(batch: readonly Measurement[]): Promise<readonly IntakeOutcome[]> {
    this.measurements += batch.length;
    return batch.map(() => ({ status: 'stored', readingId: '', predictions: [], alerts: [] }));
  }

  deviceStatus({ state, address = '' }: DeviceStatus): void {
    if (state !== 'connected') return;
    this.connected += 1;
    this.onConnected(address);
  }

  frameRejected(_deviceId: string, reason: string): void {
    throw new Error(reason);
  }
}

/** Says one thing when it is listened to, and counts how often it is connected at once. */
class Restless extends GattPeripheral {
  readonly serial: string;
  mostOpen = 0;
  #open = 0;

  constructor(index: number) {
    const serial = `RESTLESS-${index}`;
    super({ address: `02:00:00:00:0a:0${index}`, name: 'Restless', serial }, [
      {
        service: '180d',
        uuid: '2a37',
        properties: ['notify'],
        subscribed: () => this.notify('180d', '2a37', Uint8Array.of(0, 72)),
      },
    ]);
    this.serial = serial;
  }

  override connected(...ask: Parameters<GattPeripheral['connected']>): boolean {
    this.#open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    return super.connected(...ask);
  }

  override disconnected(): void {
    this.#open -= 1;
    super.disconnected();
  }
}

const warnings: string[] = [];
const noteWarning = (warning: Error): void => void warnings.push(warning.message);
let link: BluetoothLink | null = null;

afterEach(async () => {
  process.removeListener('warning', noteWarning);
  await link?.stop();
});

it('ten thousand connects leave nothing behind', { timeout: 120_000 }, async () => {
  process.on('warning', noteWarning);
  const radio = new VirtualRadio({ advertiseEveryMs: 1, connectMs: 0 });
  const sink = new CountingSink();
  const devices = Array.from({ length: DEVICES }, (_, index) => new Restless(index));
  for (const device of devices) radio.add(device);
  const timing = { firstRetryMs: 0, longestRetryMs: 0 };
  link = new BluetoothLink({ radio: { kind: 'virtual', bindings: radio }, sink, timing });
  await link.start();
  const listenersBefore = radio.eventNames().map((name) => radio.listenerCount(name));
  let warmBytes = 0;
  const done = new Promise<void>((resolve) => {
    sink.onConnected = (address) => {
      if (sink.connected === WARM_AFTER) warmBytes = heapBytes();
      if (sink.connected >= CONNECTS) resolve();
      else setImmediate(() => radio.breakLink(address));
    };
  });
  link.restore(devices.map(({ serial, address }) => ({ deviceId: serial, address: address.toUpperCase() })));
  await done;
  const grownBytes = heapBytes() - warmBytes;
  console.log(
    `${sink.connected} connects, ${sink.measurements} readings, heap grew by ${(grownBytes / 1024).toFixed(0)} KiB after the first ${WARM_AFTER}`,
  );
  expect(devices.map(({ mostOpen }) => mostOpen)).toEqual(devices.map(() => 1));
  expect(devices.reduce((sum, { connections }) => sum + connections, 0)).toBeGreaterThanOrEqual(CONNECTS);
  expect(sink.measurements).toBeGreaterThan(CONNECTS - DEVICES);
  expect(radio.eventNames().map((name) => radio.listenerCount(name))).toEqual(listenersBefore);
  expect(warnings).toEqual([]);
  expect(grownBytes).toBeLessThan(MAY_GROW_BYTES);
});

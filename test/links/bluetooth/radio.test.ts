// The radio below: a computer that has none says so in plain words, and nothing it does or hears ends the console.
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BluetoothLink } from '../../../src-main/links/bluetooth/bluetooth-link.ts';
import type { RadioChoice } from '../../../src-main/links/bluetooth/noble-central.ts';
import { RateLimit } from '../../../src-main/links/bluetooth/rate-limit.ts';
import { hasSystemAdapter, openSystemRadio } from '../../../src-main/links/bluetooth/system-radio.ts';
import { type LinkLogger, silentLogger } from '../../../src-main/links/logger.ts';
import { MemorySink, until } from './test-bench.ts';

class FailingBindings extends EventEmitter {
  readonly #message: string;

  constructor(message: string) {
    super();
    this.#message = message;
  }

  init(): void {
    throw new Error(this.#message);
  }

  stopScanning(): void {}
}

function linkOn(radio: RadioChoice): BluetoothLink {
  return new BluetoothLink({ radio, sink: new MemorySink() });
}

describe('a radio that cannot be used', () => {
  it.each([
    ['ENODEV, No such device', 'unavailable', /No Bluetooth adapter was found/],
    ['EPERM, Operation not permitted', 'unauthorized', /cap_net_raw/],
  ])('%s is state %s in plain words, and start does not fail', async (message, state, words) => {
    const link = linkOn({ kind: 'virtual', bindings: new FailingBindings(message) });
    await link.start();
    await until(state, () => link.state().state === state);
    expect(link.state().detail).toMatch(words);
    expect(() => link.scan(true)).toThrow(words);
    await expect(link.pair('02:00:00:00:00:01')).rejects.toMatchObject({ detail: { code: 'bluetooth_unavailable' } });
    await link.stop();
  });

  it.each(['unsupported', 'unauthorized', 'poweredOff', 'resetting'])(
    'adapter state %s lets nothing be scanned',
    async (adapterState) => {
      const bindings = Object.assign(new EventEmitter(), { init() {}, stopScanning() {} });
      const link = linkOn({ kind: 'virtual', bindings });
      await link.start();
      bindings.emit('stateChange', adapterState);
      expect(link.state().state).not.toMatch(/ready|scanning/);
      expect(link.state().detail).not.toBe('');
      expect(() => link.scan(true)).toThrow();
      await link.stop();
    },
  );

  it.skipIf(hasSystemAdapter())('a computer without an adapter has a link that says so', async () => {
    const link = linkOn({ kind: 'system' });
    await link.start();
    expect(link.state()).toMatchObject({
      state: 'unavailable',
      radio: 'Bluetooth adapter of this computer',
      detail: expect.stringMatching(/adapter/),
    });
    await link.stop();
  });
});

describe('the HCI socket', () => {
  it.skipIf(process.platform !== 'linux')('a malformed packet costs that packet only', async () => {
    const warnings: string[] = [];
    const logger: LinkLogger = { ...silentLogger, warn: (_, message) => warnings.push(message) };
    const { bindings } = (await openSystemRadio({ kind: 'system' }, logger, () => {})) as unknown as {
      bindings: { _hci: { onSocketData(data: Buffer): void } };
    };
    for (const packet of [
      [4, 0x3e, 1],
      [4, 5, 4],
      [4, 0x0e, 1],
    ])
      expect(() => bindings._hci.onSocketData(Buffer.from(packet))).not.toThrow();
    expect(warnings.length).toBeGreaterThan(0);
  });
});

describe('rate limit', () => {
  it('lets a burst through, then the rate, then the burst again after a pause', () => {
    const limit = new RateLimit(10, 5);
    const allowed = (nowMs: number, tries: number) =>
      Array.from({ length: tries }, () => limit.allows(nowMs)).filter(Boolean).length;
    expect(allowed(0, 20)).toBe(5);
    expect(allowed(1_000, 20)).toBe(5);
    expect(allowed(1_200, 20)).toBe(2);
    expect(allowed(60_000, 20)).toBe(5);
  });
});

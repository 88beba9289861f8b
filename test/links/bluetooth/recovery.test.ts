// Adapters and computers that come and go: what is said of each trouble, and that links stand again without anybody's help.
import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { adapterOffers } from '../../../src-main/links/bluetooth/adapters.ts';
import { BluetoothLink } from '../../../src-main/links/bluetooth/bluetooth-link.ts';
import { problemOf, titleOfRadio } from '../../../src-main/links/bluetooth/system-radio.ts';
import { VirtualRadio } from '../../../src-main/links/bluetooth/virtual-radio.ts';
import { GattPeripheral } from './gatt-peripheral.ts';
import { type Bench, MemorySink, openBench, until } from './test-bench.ts';

const DEVICE = { address: '02:00:00:00:00:77', name: 'Strap', serial: 'STRAP-77' };
const AT = DEVICE.address.toUpperCase();

let bench: Bench | null = null;

afterEach(async () => {
  await bench?.close();
  bench = null;
});

function strap(): GattPeripheral {
  const device: GattPeripheral = new GattPeripheral(DEVICE, [
    {
      service: '180d',
      uuid: '2a37',
      properties: ['notify'],
      subscribed: () => device.notify('180d', '2a37', Uint8Array.of(0, 72)),
    },
  ]);
  return device;
}

describe('what an adapter is unhappy about', () => {
  it.each([
    ['EPERM, Operation not permitted', 'unauthorized'],
    ['Error: Permission denied, cannot open /dev/ttyACM0', 'unauthorized'],
    ['LIBUSB_ERROR_ACCESS', 'unauthorized'],
    ['EBUSY: Device or resource busy', 'busy'],
    ['Error Resource temporarily unavailable Cannot lock port', 'busy'],
    ['LIBUSB_ERROR_BUSY', 'busy'],
    ["Cannot find module 'usb'", 'no-usb-driver'],
    ['Error: No such file or directory, cannot open /dev/ttyACM0', 'unavailable'],
    ['ENODEV, No such device', 'unavailable'],
    ['EAFNOSUPPORT: Address family not supported by protocol', 'unavailable'],
  ])('%s means %s', (message, problem) => {
    expect(problemOf(message)).toBe(problem);
  });

  it('an error that is not known keeps nothing from working', () => {
    expect(problemOf('Network is down')).toBeNull();
  });
});

describe('the choice of an adapter', () => {
  it('offers the first of this computer at least, and names each in words', async () => {
    expect((await adapterOffers())[0]?.adapter).toEqual({ kind: 'system', hci: null });
    expect([
      titleOfRadio({ kind: 'system', hci: 1 }),
      titleOfRadio({ kind: 'uart', port: '/dev/ttyACM0', baud: 1_000_000 }),
      titleOfRadio({ kind: 'usb', vendorId: 0x0a12, productId: 1 }),
    ]).toEqual([
      'Bluetooth adapter hci1 of this computer',
      'Bluetooth controller on /dev/ttyACM0',
      'USB Bluetooth dongle 0a12:0001',
    ]);
  });

  it('a serial port that is not there, or a dongle nothing drives, is said in words, and does not end the console', async () => {
    for (const radio of [
      { kind: 'uart', port: '/dev/serial/by-id/nothing-is-here', baud: 1_000_000 },
      { kind: 'usb', vendorId: 0x0a12, productId: 1 },
    ] as const) {
      const link = new BluetoothLink({ radio, sink: new MemorySink() });
      await link.start();
      await until(`${radio.kind} is told`, () => link.state().state === 'unavailable');
      expect(link.state().detail).toMatch(/No Bluetooth adapter was found|cannot drive USB dongles/);
      await link.stop();
    }
  });

  it('another radio takes over while the console runs, and devices are found on it', async () => {
    bench = await openBench();
    const states: string[] = [];
    bench.link.onChange(({ state }) => states.push(state));
    bench.radio.add(strap());
    bench.link.restore([{ deviceId: DEVICE.serial, address: AT }]);
    await until('connected', () => bench?.sink.states(DEVICE.serial).at(-1) === 'connected');
    const other = new VirtualRadio({ advertiseEveryMs: 20, connectMs: 5 });
    other.add(strap());
    await bench.link.changeRadio({ kind: 'virtual', bindings: other });
    await until('lost on the old one', () => bench?.sink.states(DEVICE.serial).includes('lost') === true);
    await until('connected on the new one', () => bench?.sink.states(DEVICE.serial).at(-1) === 'connected');
    expect(states).toContain('starting');
    bench.radio.remove(DEVICE.address);
    expect(bench.sink.states(DEVICE.serial).at(-1)).toBe('connected');
  });
});

describe('a computer that has slept', () => {
  it('looks at every link and for every lost device at once', async () => {
    let sleptMs = 0;
    const due = new EventEmitter();
    const clock = {
      nowMs: () => Date.now() + sleptMs,
      after: (delayMs: number, action: () => void) => {
        // The link's own look for a sleep comes when the test says so; everything else in its time.
        if (delayMs === 10_000) {
          due.once('due', action);
          return () => due.removeListener('due', action);
        }
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    };
    bench = await openBench({ clock, timing: { firstRetryMs: 3_600_000, longestRetryMs: 3_600_000, connectWithinMs: 150 } });
    const device = strap();
    bench.radio.add(device);
    bench.link.restore([{ deviceId: DEVICE.serial, address: AT }]);
    await until('connected', () => bench?.sink.states(DEVICE.serial).at(-1) === 'connected');
    bench.radio.breakLink(DEVICE.address);
    await until('lost', () => bench?.sink.states(DEVICE.serial).at(-1) === 'lost');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(device.connections).toBe(1);
    // Not yet: the timer came in its time.
    due.emit('due');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(device.connections).toBe(1);
    sleptMs = 40_000;
    due.emit('due');
    await until('connected again', () => bench?.sink.states(DEVICE.serial).at(-1) === 'connected');
  });

  it('a link that died in the night is closed and opened again', async () => {
    bench = await openBench();
    let answers = true;
    const device: GattPeripheral = new GattPeripheral(DEVICE, [
      {
        service: '180d',
        uuid: '2a37',
        properties: ['notify'],
        subscribed: () => device.notify('180d', '2a37', Uint8Array.of(0, 72)),
      },
      { service: '180f', uuid: '2a19', properties: ['read'], value: () => (answers ? Uint8Array.of(80) : new Uint8Array()) },
    ]);
    bench.radio.add(device);
    bench.link.restore([{ deviceId: DEVICE.serial, address: AT }]);
    await until('connected', () => bench?.sink.states(DEVICE.serial).at(-1) === 'connected');
    answers = false;
    const silent = device.read.bind(device);
    device.read = (service, uuid) => (answers ? silent(service, uuid) : null);
    bench.link.woke();
    setTimeout(() => {
      answers = true;
    }, 6_500);
    await until('connected a second time', () => device.connections === 2, 12_000);
  });
});

// A radio whose wearables live in another process, so that they outlive the console: calls go one way over IPC, what is heard the other.
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';

interface Call {
  readonly radio: 'call';
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Heard {
  readonly radio: 'heard';
  readonly event: string;
  readonly args: readonly unknown[];
}

const METHODS = [
  'init',
  'startScanning',
  'stopScanning',
  'connect',
  'cancelConnect',
  'disconnect',
  'updateRssi',
  'discoverServices',
  'discoverCharacteristics',
  'read',
  'write',
  'notify',
] as const;
type Method = (typeof METHODS)[number];

const EVENTS = [
  'stateChange',
  'scanStart',
  'scanStop',
  'discover',
  'connect',
  'disconnect',
  'rssiUpdate',
  'servicesDiscover',
  'characteristicsDiscover',
  'read',
  'write',
  'notify',
];

/** In the console's process: what noble takes for its bindings. */
export function remoteRadio(): EventEmitter {
  const bindings = new EventEmitter();
  const calls = Object.fromEntries(
    METHODS.map((method) => [
      method,
      (...args: readonly unknown[]) => process.send?.({ radio: 'call', method, args } satisfies Call),
    ]),
  );
  process.on('message', (message: Heard) => {
    if (message.radio === 'heard') bindings.emit(message.event, ...message.args);
  });
  return Object.assign(bindings, calls);
}

/** In the process of the wearables: serves a radio to one console. A console that is gone is out of range. */
export function hostRadio(radio: VirtualRadio, addresses: readonly string[], child: ChildProcess): void {
  const tell = EVENTS.map((event) => {
    const listener = (...args: readonly unknown[]): void => {
      if (child.connected) child.send({ radio: 'heard', event, args } satisfies Heard, () => undefined);
    };
    radio.on(event, listener);
    return [event, listener] as const;
  });
  child.on('message', (message: Call) => {
    if (message.radio !== 'call' || !METHODS.includes(message.method as Method)) return;
    Reflect.apply(radio[message.method as Method], radio, message.args);
  });
  child.once('exit', () => {
    for (const [event, listener] of tell) radio.off(event, listener);
    radio.stopScanning();
    for (const address of addresses) radio.breakLink(address);
  });
}

// A bench for the Bluetooth link: a virtual radio with short waits, a sink that remembers, and peripherals that do as they are told.
import { setTimeout as sleep } from 'node:timers/promises';
import { BluetoothLink, type BluetoothLinkOptions } from '../../../src-main/links/bluetooth/bluetooth-link.ts';
import {
  type VirtualLink,
  type VirtualPeripheral,
  VirtualRadio,
  type VirtualService,
} from '../../../src-main/links/bluetooth/virtual-radio.ts';
import type { DeviceStatus, IntakeOutcome, LinkSink, Measurement } from '../../../src-main/links/link.ts';

export class MemorySink implements LinkSink {
  readonly measurements: Measurement[] = [];
  readonly statuses: DeviceStatus[] = [];
  readonly rejections: { readonly deviceId: string; readonly reason: string }[] = [];
  /** While true the store takes nothing. */
  full = false;

  async accept(batch: readonly Measurement[]): Promise<readonly IntakeOutcome[]> {
    if (this.full) throw new Error('disk full');
    this.measurements.push(...batch);
    return batch.map(() => ({ status: 'stored', readingId: 'r', predictions: [], alerts: [] }));
  }

  deviceStatus(status: DeviceStatus): void {
    this.statuses.push(status);
  }

  frameRejected(deviceId: string, reason: string): void {
    this.rejections.push({ deviceId, reason });
  }

  of(deviceId: string): readonly Measurement[] {
    return this.measurements.filter((measurement) => measurement.deviceId === deviceId);
  }

  states(deviceId: string): readonly string[] {
    return this.statuses.filter((status) => status.deviceId === deviceId).map(({ state }) => state);
  }
}

export interface ScriptedOptions {
  readonly address: string;
  readonly name?: string;
  readonly serial?: string;
  /** What is sent to a subscriber of 2A37, at once. */
  readonly frames?: () => readonly Uint8Array[];
  readonly answers?: () => boolean;
  readonly measures?: boolean;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export class ScriptedPeripheral implements VirtualPeripheral {
  readonly address: string;
  readonly services: readonly VirtualService[];
  visible = true;
  attempts = 0;
  readonly #options: ScriptedOptions;
  #link: VirtualLink | null = null;

  constructor(options: ScriptedOptions) {
    this.address = options.address;
    this.#options = options;
    const information = { uuid: '180a', characteristics: [{ uuid: '2a25', properties: ['read'] }] };
    const heart = { uuid: '180d', characteristics: [{ uuid: '2a37', properties: ['notify'] }] };
    this.services = options.measures === false ? [information] : [heart, information];
  }

  advertisement() {
    if (!this.visible) return null;
    return { localName: this.#options.name ?? 'Scripted', serviceUuids: ['180d'], rssiDbm: -60, connectable: true };
  }

  connected(link: VirtualLink): boolean {
    this.attempts += 1;
    if (this.#options.answers?.() === false) return false;
    this.#link = link;
    return true;
  }

  disconnected(): void {
    this.#link = null;
  }

  read(_service: string, characteristic: string): Uint8Array | null {
    return characteristic === '2a25' && this.#options.serial !== undefined ? text(this.#options.serial) : text('');
  }

  write(): void {}

  setNotify(_service: string, characteristic: string, on: boolean): void {
    if (!on || characteristic !== '2a37') return;
    for (const frame of this.#options.frames?.() ?? []) this.send(frame);
  }

  send(frame: Uint8Array): void {
    this.#link?.notify('180d', '2a37', frame);
  }
}

export interface Bench {
  readonly radio: VirtualRadio;
  readonly sink: MemorySink;
  readonly link: BluetoothLink;
  close(): Promise<void>;
}

export async function openBench(changes: Partial<BluetoothLinkOptions> = {}): Promise<Bench> {
  const radio = new VirtualRadio({ advertiseEveryMs: 20, connectMs: 5 });
  const sink = new MemorySink();
  const timing = {
    firstRetryMs: 40,
    longestRetryMs: 200,
    connectWithinMs: 150,
    attempts: 3,
    freshAfterMs: 300,
    acknowledgeEveryMs: 100,
    ...changes.timing,
  };
  const link = new BluetoothLink({ radio: { kind: 'virtual', bindings: radio }, sink, ...changes, timing });
  await link.start();
  await until('the radio is ready', () => link.state().state === 'ready');
  return { radio, sink, link, close: () => link.stop() };
}

/** @throws Error naming `what`, when it does not come true within `withinMs`. */
export async function until(what: string, isTrue: () => boolean, withinMs = 5_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > deadlineMs) throw new Error(`did not happen: ${what}`);
    await sleep(10);
  }
}

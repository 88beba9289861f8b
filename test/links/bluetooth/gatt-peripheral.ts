// A peripheral made of a table of characteristics, for devices that a test writes by hand: meters, sensors, cuffs, liars.
import type { VirtualLink, VirtualPeripheral, VirtualService } from '../../../src-main/links/bluetooth/virtual-radio.ts';

export interface GattEntry {
  readonly service: string;
  readonly uuid: string;
  readonly properties: readonly string[];
  readonly value?: () => Uint8Array;
  readonly written?: (bytes: Uint8Array) => void;
  /** Somebody listens from now on. */
  readonly subscribed?: () => void;
}

export interface GattPeripheralOptions {
  readonly address: string;
  readonly name: string;
  readonly serial?: string;
  readonly advertised?: readonly string[];
}

export class GattPeripheral implements VirtualPeripheral {
  readonly address: string;
  readonly services: readonly VirtualService[];
  connections = 0;
  readonly #options: GattPeripheralOptions;
  readonly #entries: readonly GattEntry[];
  #link: VirtualLink | null = null;

  constructor(options: GattPeripheralOptions, entries: readonly GattEntry[]) {
    this.address = options.address;
    this.#options = options;
    const { serial } = options;
    const information: readonly GattEntry[] =
      serial === undefined
        ? []
        : [{ service: '180a', uuid: '2a25', properties: ['read'], value: () => new TextEncoder().encode(serial) }];
    this.#entries = [...entries, ...information];
    const uuids = [...new Set(this.#entries.map(({ service }) => service))];
    this.services = uuids.map((uuid) => ({ uuid, characteristics: this.#entries.filter(({ service }) => service === uuid) }));
  }

  advertisement() {
    const { name, advertised = ['180d'] } = this.#options;
    return { localName: name, serviceUuids: advertised, rssiDbm: -60, connectable: true };
  }

  connected(link: VirtualLink): boolean {
    this.connections += 1;
    this.#link = link;
    return true;
  }

  disconnected(): void {
    this.#link = null;
  }

  read(service: string, uuid: string): Uint8Array | null {
    return this.#entry(service, uuid)?.value?.() ?? null;
  }

  write(service: string, uuid: string, bytes: Uint8Array): void {
    this.#entry(service, uuid)?.written?.(bytes);
  }

  setNotify(service: string, uuid: string, on: boolean): void {
    if (on) this.#entry(service, uuid)?.subscribed?.();
  }

  notify(service: string, uuid: string, bytes: Uint8Array): void {
    this.#link?.notify(service, uuid, bytes);
  }

  #entry(service: string, uuid: string): GattEntry | undefined {
    return this.#entries.find((entry) => entry.service === service && entry.uuid === uuid);
  }
}

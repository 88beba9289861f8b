// One open link on noble: every question has a time limit, and a link that closes answers all that are open.
import type { Characteristic, Peripheral, Service } from '@abandonware/noble';
import type { Connection, RemoteCharacteristic } from './central.ts';
import { type LinkClock, withDeadline } from './clock.ts';
import { normalUuid } from './uuid.ts';

const ANSWER_WITHIN_MS = 6_000;

export class NobleConnection implements Connection {
  readonly address: string;
  readonly #peripheral: Peripheral;
  readonly #clock: LinkClock;
  readonly #closed: Promise<never>;
  readonly #characteristics = new Map<RemoteCharacteristic, Characteristic>();
  readonly #closeListeners: (() => void)[] = [];
  #isClosed = false;

  constructor(peripheral: Peripheral, address: string, clock: LinkClock) {
    this.address = address;
    this.#peripheral = peripheral;
    this.#clock = clock;
    this.#closed = new Promise((_, reject) => {
      peripheral.once('disconnect', () => {
        this.#isClosed = true;
        reject(new Error('The link was lost'));
        for (const listener of this.#closeListeners) listener();
      });
    });
    this.#closed.catch(() => {});
  }

  async discover(): Promise<readonly RemoteCharacteristic[]> {
    const services = await this.#answered<Service[]>('Finding its services', this.#peripheral.discoverServicesAsync([]));
    const found: RemoteCharacteristic[] = [];
    for (const service of services) {
      const characteristics = await this.#answered('Finding its characteristics', service.discoverCharacteristicsAsync());
      for (const characteristic of characteristics) {
        const remote = remoteOf(service, characteristic);
        this.#characteristics.set(remote, characteristic);
        found.push(remote);
      }
    }
    return found;
  }

  async read(characteristic: RemoteCharacteristic): Promise<Uint8Array> {
    return this.#answered('Reading', this.#known(characteristic).readAsync());
  }

  async write(characteristic: RemoteCharacteristic, bytes: Uint8Array): Promise<void> {
    await this.#answered('Writing', this.#known(characteristic).writeAsync(Buffer.from(bytes), false));
  }

  async subscribe(characteristic: RemoteCharacteristic, listener: (bytes: Uint8Array) => void): Promise<void> {
    const known = this.#known(characteristic);
    known.on('data', (bytes, isNotification) => {
      if (isNotification) listener(bytes);
    });
    await this.#answered('Subscribing', known.subscribeAsync());
  }

  async readRssiDbm(): Promise<number> {
    return this.#answered('Measuring the signal', this.#peripheral.updateRssiAsync());
  }

  async disconnect(): Promise<void> {
    if (this.#isClosed || this.#peripheral.state === 'disconnected') return;
    const asked = new Promise<void>((resolve) => this.#peripheral.disconnect(() => resolve()));
    await withDeadline(this.#clock, ANSWER_WITHIN_MS, 'Disconnecting', asked).catch(() => {
      // The adapter never said that the link is gone: count it as gone, or this device could never be connected again.
      this.#peripheral.state = 'disconnected';
      this.#peripheral.emit('disconnect', 'no answer');
    });
  }

  onClosed(listener: () => void): void {
    if (this.#isClosed) listener();
    else this.#closeListeners.push(listener);
  }

  #known(remote: RemoteCharacteristic): Characteristic {
    const characteristic = this.#characteristics.get(remote);
    if (characteristic === undefined) throw new Error('The characteristic is of another connection');
    return characteristic;
  }

  #answered<T>(what: string, work: Promise<T>): Promise<T> {
    return withDeadline(this.#clock, ANSWER_WITHIN_MS, what, Promise.race([work, this.#closed]));
  }
}

function remoteOf(service: Service, characteristic: Characteristic): RemoteCharacteristic {
  const { properties } = characteristic;
  return {
    service: normalUuid(service.uuid),
    uuid: normalUuid(characteristic.uuid),
    canRead: properties.includes('read'),
    canWrite: properties.includes('write') || properties.includes('writeWithoutResponse'),
    canSubscribe: properties.includes('notify') || properties.includes('indicate'),
  };
}

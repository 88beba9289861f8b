// The wearable's GATT database, independent of the radio that serves it: services, values to read, values to send.

export interface GattCharacteristic {
  readonly uuid: string;
  readonly properties: readonly ('read' | 'notify' | 'indicate')[];
  /** For readable ones: the value at this moment. */
  readonly value?: () => Uint8Array;
}

export interface GattService {
  readonly uuid: string;
  readonly characteristics: readonly GattCharacteristic[];
}

/** The radio's end of an open link. */
export interface GattLink {
  notify(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): void;
  lost(): void;
}

export class GattServer {
  readonly services: readonly GattService[];
  readonly #subscribed = new Set<string>();
  #link: GattLink | null = null;

  constructor(services: readonly GattService[]) {
    this.services = services;
  }

  get isConnected(): boolean {
    return this.#link !== null;
  }

  open(link: GattLink): void {
    this.#link = link;
    this.#subscribed.clear();
  }

  closed(): void {
    this.#link = null;
    this.#subscribed.clear();
  }

  /** Ends the link as a device does that goes out of range. */
  lose(): void {
    this.#link?.lost();
    this.closed();
  }

  read(serviceUuid: string, characteristicUuid: string): Uint8Array | null {
    return this.#find(serviceUuid, characteristicUuid)?.value?.() ?? null;
  }

  setNotify(serviceUuid: string, characteristicUuid: string, on: boolean): void {
    const key = `${serviceUuid}/${characteristicUuid}`;
    if (!on) this.#subscribed.delete(key);
    else if (this.#find(serviceUuid, characteristicUuid) !== undefined) this.#subscribed.add(key);
  }

  /** @returns false where nobody is subscribed. */
  send(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): boolean {
    if (this.#link === null || !this.#subscribed.has(`${serviceUuid}/${characteristicUuid}`)) return false;
    this.#link.notify(serviceUuid, characteristicUuid, bytes);
    return true;
  }

  #find(serviceUuid: string, characteristicUuid: string): GattCharacteristic | undefined {
    return this.services
      .find(({ uuid }) => uuid === serviceUuid)
      ?.characteristics.find(({ uuid }) => uuid === characteristicUuid);
  }
}

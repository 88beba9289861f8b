// The wearable's GATT database, independent of the radio that serves it: services, values to read and write, values to send.

/** Error codes of the Attribute Protocol; 0: done. */
export const ATT = { done: 0x00, invalidLength: 0x0d, unlikely: 0x0e, refused: 0x80 } as const;

export interface GattCharacteristic {
  readonly uuid: string;
  readonly properties: readonly ('read' | 'write' | 'notify' | 'indicate')[];
  /** For readable ones: the value at this moment; null: reading it is an error now. */
  readonly value?: () => Uint8Array | null;
  /** For writable ones. @returns a code of ATT. */
  readonly write?: (bytes: Uint8Array) => number;
}

export interface GattService {
  readonly uuid: string;
  readonly characteristics: readonly GattCharacteristic[];
}

/** The radio's end of an open link. */
export interface GattLink {
  notify(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): void;
  lost(): void;
  /** Frames that wait to leave. A radio without this method sends at once. */
  waiting?(): number;
}

/** More than this in front of a live frame, and it would be old when it is heard. */
const MOST_WAITING = 40;

export class GattServer {
  readonly services: readonly GattService[];
  readonly #subscribed = new Set<string>();
  readonly #onClosed: (() => void)[] = [];
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
    for (const listener of this.#onClosed) listener();
  }

  /** What was agreed on a link ends with it. */
  onClosed(listener: () => void): void {
    this.#onClosed.push(listener);
  }

  /** Ends the link as a device does that goes out of range. */
  lose(): void {
    this.#link?.lost();
    this.closed();
  }

  read(serviceUuid: string, characteristicUuid: string): Uint8Array | null {
    return this.#find(serviceUuid, characteristicUuid)?.value?.() ?? null;
  }

  /** @returns a code of ATT. */
  write(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): number {
    return this.#find(serviceUuid, characteristicUuid)?.write?.(bytes) ?? ATT.unlikely;
  }

  setNotify(serviceUuid: string, characteristicUuid: string, on: boolean): void {
    const key = `${serviceUuid}/${characteristicUuid}`;
    if (!on) this.#subscribed.delete(key);
    else if (this.#find(serviceUuid, characteristicUuid) !== undefined) this.#subscribed.add(key);
  }

  isSubscribed(serviceUuid: string, characteristicUuid: string): boolean {
    return this.#subscribed.has(`${serviceUuid}/${characteristicUuid}`);
  }

  /** Frames that wait to leave; the fewer, the fresher. */
  waiting(): number {
    return this.#link?.waiting?.() ?? 0;
  }

  /** @returns false where nobody is subscribed, or the radio is so far behind that the frame would be stale. */
  send(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): boolean {
    if (this.#link === null || !this.isSubscribed(serviceUuid, characteristicUuid) || this.waiting() > MOST_WAITING) return false;
    this.#link.notify(serviceUuid, characteristicUuid, bytes);
    return true;
  }

  #find(serviceUuid: string, characteristicUuid: string): GattCharacteristic | undefined {
    return this.services
      .find(({ uuid }) => uuid === serviceUuid)
      ?.characteristics.find(({ uuid }) => uuid === characteristicUuid);
  }
}

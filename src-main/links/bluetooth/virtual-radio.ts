// A radio without hardware: noble bindings that let peripherals in this process be scanned, connected and subscribed to.
import { EventEmitter } from 'node:events';

export interface VirtualAdvertisement {
  readonly localName: string;
  readonly serviceUuids: readonly string[];
  readonly rssiDbm: number;
  readonly connectable: boolean;
}

export interface VirtualCharacteristic {
  /** Four or 32 hex digits, lower case. */
  readonly uuid: string;
  readonly properties: readonly string[];
}

export interface VirtualService {
  readonly uuid: string;
  readonly characteristics: readonly VirtualCharacteristic[];
}

/** The far end of a link, as a peripheral sees it. */
export interface VirtualLink {
  /** A notification or indication; dropped unless the central subscribed. */
  notify(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): void;
  /** Out of range, switched off, battery flat. */
  lost(): void;
}

/** What the radio asks of a simulated device. */
export interface VirtualPeripheral {
  /** `aa:bb:cc:dd:ee:ff` */
  readonly address: string;
  readonly services: readonly VirtualService[];
  /** Null while it does not advertise. */
  advertisement(): VirtualAdvertisement | null;
  /** @returns false: it does not answer. */
  connected(link: VirtualLink): boolean;
  disconnected(): void;
  /** Null: no such value. */
  read(serviceUuid: string, characteristicUuid: string): Uint8Array | null;
  write(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): void;
  setNotify(serviceUuid: string, characteristicUuid: string, on: boolean): void;
}

interface OpenLink {
  readonly peripheral: VirtualPeripheral;
  readonly subscribed: Set<string>;
}

export interface VirtualRadioTiming {
  readonly advertiseEveryMs: number;
  readonly connectMs: number;
}

const DEFAULT_TIMING: VirtualRadioTiming = { advertiseEveryMs: 250, connectMs: 20 };

/** Hand it to BluetoothLink as `{ kind: 'virtual', bindings: radio }`. Method names are those noble calls. */
export class VirtualRadio extends EventEmitter {
  readonly #timing: VirtualRadioTiming;
  readonly #peripherals = new Map<string, VirtualPeripheral>();
  readonly #links = new Map<string, OpenLink>();
  readonly #connecting = new Set<string>();
  #advertising: NodeJS.Timeout | null = null;
  #powered = true;

  constructor(timing: Partial<VirtualRadioTiming> = {}) {
    super();
    this.#timing = { ...DEFAULT_TIMING, ...timing };
  }

  add(peripheral: VirtualPeripheral): void {
    this.#peripherals.set(idOf(peripheral.address), peripheral);
  }

  remove(address: string): void {
    this.breakLink(address);
    this.#peripherals.delete(idOf(address));
  }

  /** Ends the link as if the device had gone out of range. */
  breakLink(address: string): void {
    this.#close(idOf(address), 'connection timeout');
  }

  setPowered(on: boolean): void {
    this.#powered = on;
    if (!on) {
      this.stopScanning();
      for (const id of [...this.#links.keys()]) this.#close(id, 'adapter off');
    }
    this.emit('stateChange', on ? 'poweredOn' : 'poweredOff');
  }

  init(): void {
    setImmediate(() => this.emit('stateChange', this.#powered ? 'poweredOn' : 'poweredOff'));
  }

  startScanning(_serviceUuids: readonly string[], _allowDuplicates: boolean): void {
    this.#stopAdvertising();
    this.#advertising = setInterval(() => this.#advertise(), this.#timing.advertiseEveryMs);
    setImmediate(() => this.emit('scanStart', false));
  }

  stopScanning(): void {
    this.#stopAdvertising();
    setImmediate(() => this.emit('scanStop'));
  }

  connect(id: string): void {
    this.#connecting.add(id);
    setTimeout(() => this.#connect(id), this.#timing.connectMs);
  }

  cancelConnect(id: string): void {
    this.#connecting.delete(id);
  }

  disconnect(id: string): void {
    setImmediate(() => this.#close(id, 'ended by this computer'));
  }

  updateRssi(id: string): void {
    const rssiDbm = this.#links.get(id)?.peripheral.advertisement()?.rssiDbm;
    setImmediate(() => this.emit('rssiUpdate', id, rssiDbm ?? -60));
  }

  discoverServices(id: string, _uuids: readonly string[]): void {
    const services = this.#links.get(id)?.peripheral.services.map((service) => service.uuid);
    if (services !== undefined) setImmediate(() => this.emit('servicesDiscover', id, services));
  }

  discoverCharacteristics(id: string, serviceUuid: string, _uuids: readonly string[]): void {
    const service = this.#links.get(id)?.peripheral.services.find(({ uuid }) => uuid === serviceUuid);
    const characteristics = service?.characteristics.map(({ uuid, properties }) => ({ uuid, properties: [...properties] }));
    if (characteristics !== undefined) setImmediate(() => this.emit('characteristicsDiscover', id, serviceUuid, characteristics));
  }

  read(id: string, serviceUuid: string, characteristicUuid: string): void {
    setImmediate(() => {
      const value = this.#links.get(id)?.peripheral.read(serviceUuid, characteristicUuid);
      if (value) this.emit('read', id, serviceUuid, characteristicUuid, Buffer.from(value), false);
    });
  }

  write(id: string, serviceUuid: string, characteristicUuid: string, bytes: Uint8Array, _withoutResponse: boolean): void {
    setImmediate(() => {
      this.#links.get(id)?.peripheral.write(serviceUuid, characteristicUuid, bytes);
      this.emit('write', id, serviceUuid, characteristicUuid);
    });
  }

  notify(id: string, serviceUuid: string, characteristicUuid: string, on: boolean): void {
    setImmediate(() => {
      const link = this.#links.get(id);
      if (link === undefined) return;
      const key = keyOf(serviceUuid, characteristicUuid);
      if (on) link.subscribed.add(key);
      else link.subscribed.delete(key);
      this.emit('notify', id, serviceUuid, characteristicUuid, on);
      link.peripheral.setNotify(serviceUuid, characteristicUuid, on);
    });
  }

  #stopAdvertising(): void {
    if (this.#advertising !== null) clearInterval(this.#advertising);
    this.#advertising = null;
  }

  #advertise(): void {
    for (const [id, peripheral] of this.#peripherals) {
      const advertisement = this.#links.has(id) ? null : peripheral.advertisement();
      if (advertisement === null) continue;
      const { localName, serviceUuids, rssiDbm, connectable } = advertisement;
      const heard = { localName, serviceUuids: [...serviceUuids], serviceData: [] };
      this.emit('discover', id, peripheral.address.toLowerCase(), 'public', connectable, heard, rssiDbm, true);
    }
  }

  /** A device that is gone or does not answer leaves the attempt hanging, as on air, until it is cancelled. */
  #connect(id: string): void {
    const peripheral = this.#peripherals.get(id);
    if (!this.#connecting.has(id) || peripheral === undefined || peripheral.advertisement() === null) return;
    const link: OpenLink = { peripheral, subscribed: new Set() };
    const accepted = peripheral.connected({
      notify: (serviceUuid, characteristicUuid, bytes) => {
        if (this.#links.get(id) !== link || !link.subscribed.has(keyOf(serviceUuid, characteristicUuid))) return;
        this.emit('read', id, serviceUuid, characteristicUuid, Buffer.from(bytes), true);
      },
      lost: () => {
        if (this.#links.get(id) === link) this.#close(id, 'connection timeout');
      },
    });
    if (!accepted) return;
    this.#connecting.delete(id);
    this.#links.set(id, link);
    this.emit('connect', id, null);
  }

  #close(id: string, reason: string): void {
    const link = this.#links.get(id);
    if (link === undefined) return;
    this.#links.delete(id);
    link.peripheral.disconnected();
    this.emit('disconnect', id, reason);
  }
}

function idOf(address: string): string {
  return address.replace(/:/g, '').toLowerCase();
}

function keyOf(serviceUuid: string, characteristicUuid: string): string {
  return `${serviceUuid}/${characteristicUuid}`;
}

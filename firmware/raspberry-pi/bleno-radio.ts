// The wearable on a real radio: its GATT database served by bleno, on the computer's adapter or a controller on a serial line.
import { type Bleno, type ConnectionHandle, type Characteristic as ServedCharacteristic, withBindings } from '@stoprocent/bleno';
import { ATT, type GattCharacteristic, type GattLink, type GattService } from './gatt-server.ts';

export type AdapterChoice =
  /** `hci` null: the first adapter. */
  | { readonly kind: 'system'; readonly hci: number | null }
  | { readonly kind: 'uart'; readonly port: string; readonly baud: number };

/** What the radio serves: the wearable. */
export interface Peripheral {
  readonly services: readonly GattService[];
  connected(link: GattLink): boolean;
  disconnected(): void;
  read(serviceUuid: string, characteristicUuid: string): Uint8Array | null;
  write(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): number;
  setNotify(serviceUuid: string, characteristicUuid: string, on: boolean): void;
}

export interface BlenoRadioOptions {
  readonly adapter: AdapterChoice;
  /** At most 29 octets fit into an advertisement. */
  readonly name: string;
  readonly serviceUuids: readonly string[];
  /** For the journal. */
  readonly say: (text: string) => void;
}

/** What bleno keeps to itself: the packets that wait for the controller, and where its answers are read. */
interface BlenoInside {
  readonly _bindings?: {
    readonly _hci?: { readonly _aclOutQueue?: { readonly length: number }; onSocketData(data: Buffer): void };
  };
  disconnect(handle: ConnectionHandle): void;
}

type Send = (bytes: Buffer) => void;

export class BlenoRadio {
  readonly #peripheral: Peripheral;
  readonly #options: BlenoRadioOptions;
  readonly #bleno: Bleno & BlenoInside;
  readonly #send = new Map<string, Send>();
  readonly #indicated = new Set<string>();
  /** An indication leaves when the one before it was confirmed. */
  #indications: { readonly key: string; readonly bytes: Uint8Array }[] = [];
  #isUnconfirmed = false;
  #handle: ConnectionHandle | null = null;

  /** @throws where the adapter cannot be opened. */
  constructor(peripheral: Peripheral, options: BlenoRadioOptions) {
    this.#peripheral = peripheral;
    this.#options = options;
    const { adapter } = options;
    const bindings =
      adapter.kind === 'uart'
        ? { hciDriver: 'uart', bindParams: { uart: { port: adapter.port, baudRate: adapter.baud } } }
        : { hciDriver: 'native', ...(adapter.hci !== null && { deviceId: adapter.hci }) };
    this.#bleno = withBindings('hci', bindings) as Bleno & BlenoInside;
  }

  start(): void {
    const bleno = this.#bleno;
    this.#guard();
    bleno.on('accept', (address, handle) => this.#accepted(address, handle));
    bleno.on('disconnect', (address, handle) => this.#disconnected(address, handle));
    bleno.on('advertisingStart', (error) => this.#options.say(error ? `cannot advertise: ${error.message}` : 'advertising'));
    // bleno opens the adapter when somebody asks for its state.
    bleno.on('stateChange', (state) => {
      this.#options.say(`Bluetooth is ${state}`);
      if (state !== 'poweredOn') return;
      bleno.setServices(this.#peripheral.services.map((service) => this.#served(service)));
      bleno.startAdvertising(this.#options.name, [...this.#options.serviceUuids]);
    });
  }

  stop(): void {
    this.#bleno.stop();
    this.#peripheral.disconnected();
  }

  /** bleno reads what a central sends without checking lengths: a malformed packet must cost that packet only. */
  #guard(): void {
    const hci = this.#bleno._bindings?._hci;
    if (hci === undefined) return;
    const read = hci.onSocketData;
    hci.onSocketData = (data) => {
      try {
        read.call(hci, data);
      } catch (error) {
        this.#options.say(`a malformed Bluetooth packet was dropped: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
  }

  #served({ uuid, characteristics }: GattService): InstanceType<Bleno['PrimaryService']> {
    const served = characteristics.map((characteristic) => this.#servedCharacteristic(uuid, characteristic));
    return new this.#bleno.PrimaryService({ uuid, characteristics: served });
  }

  #servedCharacteristic(service: string, { uuid, properties }: GattCharacteristic): ServedCharacteristic {
    const key = keyOf(service, uuid);
    const peripheral = this.#peripheral;
    if (properties.includes('indicate')) this.#indicated.add(key);
    return new this.#bleno.Characteristic({
      uuid,
      properties,
      onReadRequest: (_handle, offset, answer) => {
        const value = peripheral.read(service, uuid);
        if (value === null) answer(ATT.refused);
        else answer(ATT.done, Buffer.from(value.subarray(offset)));
      },
      onWriteRequest: (_handle, data, offset, _withoutResponse, answer) =>
        answer(offset > 0 ? ATT.unlikely : peripheral.write(service, uuid, data)),
      onSubscribe: (handle, _longest, send) => {
        if (handle !== this.#handle) return;
        this.#send.set(key, send);
        peripheral.setNotify(service, uuid, true);
      },
      onUnsubscribe: (handle) => {
        if (handle !== this.#handle) return;
        this.#send.delete(key);
        peripheral.setNotify(service, uuid, false);
      },
      onIndicate: () => this.#confirmed(),
    });
  }

  #accepted(address: string, handle: ConnectionHandle): void {
    const link: GattLink = {
      notify: (service, uuid, bytes) => this.#notify(keyOf(service, uuid), bytes),
      lost: () => this.#bleno.disconnect(handle),
      waiting: () => this.#bleno._bindings?._hci?._aclOutQueue?.length ?? 0,
    };
    if (!this.#peripheral.connected(link)) {
      this.#bleno.disconnect(handle);
      return;
    }
    this.#handle = handle;
    this.#options.say(`connected to ${address}`);
  }

  #disconnected(address: string, handle: ConnectionHandle): void {
    if (handle !== this.#handle) return;
    this.#handle = null;
    this.#send.clear();
    this.#indications = [];
    this.#isUnconfirmed = false;
    this.#peripheral.disconnected();
    this.#options.say(`disconnected from ${address}`);
  }

  #notify(key: string, bytes: Uint8Array): void {
    if (!this.#indicated.has(key)) {
      this.#send.get(key)?.(Buffer.from(bytes));
      return;
    }
    this.#indications.push({ key, bytes });
    this.#indicateNext();
  }

  #indicateNext(): void {
    const next = this.#isUnconfirmed ? undefined : this.#indications.shift();
    if (next === undefined) return;
    const send = this.#send.get(next.key);
    this.#isUnconfirmed = send !== undefined;
    if (send === undefined) this.#indicateNext();
    else send(Buffer.from(next.bytes));
  }

  #confirmed(): void {
    this.#isUnconfirmed = false;
    this.#indicateNext();
  }
}

function keyOf(service: string, characteristic: string): string {
  return `${service}/${characteristic}`;
}

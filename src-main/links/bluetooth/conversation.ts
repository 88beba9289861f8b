// What is said between the console and one device on its links: who it is, what it measures, what it has kept, how its clock stands.
//
//   discover ─► identify ─┬─► HealthSense: prove ─► clock ─► records (back-fill, then live), ECG
//                         └─► standard profiles: subscribe ─► stored glucose records ─► clock
import type { DeviceStatus } from '../link.ts';
import type { Connection, RemoteCharacteristic } from './central.ts';
import { ReceiptSlots } from './identity.ts';
import { EMPTY_INFORMATION, Inquiry, type WearableInformation } from './information.ts';
import { NOTHING_REMEMBERED } from './memory.ts';
import { Outbox } from './outbox.ts';
import { decodeBatteryLevel } from './profiles/battery.ts';
import { RECORD_SERVICE } from './profiles/healthsense.ts';
import { ProvedTalk } from './proved-talk.ts';
import { StandardTalk } from './standard-talk.ts';
import { type ConversationParts, type OpenLink, RefusedError, type Talk } from './talk.ts';

const BATTERY_LEVEL = '2a19';
const DEVICE_INFORMATION = '180a';

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #outbox: Outbox;
  readonly #proved: ProvedTalk;
  readonly #standard: StandardTalk;
  #talk: Talk | null = null;
  #information: WearableInformation = EMPTY_INFORMATION;
  #batteryPercent: number | null = null;
  /** Read now and then to see that the device still answers. */
  #probe: RemoteCharacteristic | null = null;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.sink, parts.clock);
    const shared = { ...parts, outbox: this.#outbox, slots: new ReceiptSlots() };
    this.#proved = new ProvedTalk(shared);
    this.#standard = new StandardTalk(shared);
  }

  /**
   * @param identify settles which device this is by its serial number, or refuses it.
   * @param isOpen whether the link is still the session's.
   * @throws RefusedError where nothing of it may be taken, Error in plain words where it did not work.
   */
  async open(
    connection: Connection,
    identify: (serial: string | null, isHealthSense: boolean) => string,
    isOpen: () => boolean,
    byPerson: boolean,
  ): Promise<void> {
    const characteristics = await connection.discover();
    const inquiry = new Inquiry(connection, characteristics, this.#parts.clock);
    this.#information = await inquiry.information();
    this.#batteryPercent = this.#information.batteryPercent ?? this.#batteryPercent;
    const isHealthSense = characteristics.some(({ service }) => service === RECORD_SERVICE);
    const deviceId = identify(this.#information.serial, isHealthSense);
    const remembered = (await this.#parts.memory.of(deviceId)) ?? NOTHING_REMEMBERED;
    // Whoever leaves the proof out must not pass for a device that has one.
    if (!isHealthSense && remembered.tokenHash !== null)
      throw new RefusedError(
        `${deviceId} has a token at this console, and this device offers no way to prove it. It may be another`,
      );
    const subscribe: OpenLink['subscribe'] = (characteristic, heard) =>
      connection.subscribe(characteristic, (bytes) => {
        if (isOpen() && heard(bytes)) this.#parts.onUnderstood();
      });
    const information = this.#information;
    const link = { connection, characteristics, inquiry, information, deviceId, remembered, byPerson, subscribe };
    this.#talk = isHealthSense ? this.#proved : this.#standard;
    await this.#talk.open(link);
    await this.#watchBattery(link);
  }

  closed(): void {
    this.#talk?.closed();
  }

  /** Resolves when what was heard before has been offered to the sink. */
  close(): Promise<void> {
    this.closed();
    return this.#outbox.close();
  }

  /** Battery and life sign. @throws where the device does not answer. */
  async check(connection: Connection): Promise<void> {
    if (this.#probe === null) return;
    const bytes = await connection.read(this.#probe);
    if (this.#probe.uuid === BATTERY_LEVEL) this.#batteryHeard(bytes, '');
    this.#standard.look();
  }

  status(): Partial<DeviceStatus> & { readonly note: string } {
    const { manufacturer, modelNumber, firmware } = this.#information;
    const talk = this.#talk?.status() ?? { note: '' };
    return {
      ...talk,
      ...(this.#batteryPercent === null ? {} : { batteryPercent: this.#batteryPercent }),
      ...(manufacturer === null ? {} : { manufacturer }),
      ...(modelNumber === null ? {} : { modelNumber }),
      ...(firmware === null ? {} : { firmware }),
    };
  }

  async #watchBattery({ characteristics, deviceId, subscribe }: OpenLink): Promise<void> {
    const readable = characteristics.filter(({ canRead }) => canRead);
    this.#probe =
      readable.find(({ uuid }) => uuid === BATTERY_LEVEL) ??
      readable.find(({ service }) => service === DEVICE_INFORMATION) ??
      null;
    const notifies = characteristics.find(({ uuid, canSubscribe }) => uuid === BATTERY_LEVEL && canSubscribe);
    if (notifies !== undefined) await subscribe(notifies, (bytes) => this.#batteryHeard(bytes, deviceId));
  }

  #batteryHeard(bytes: Uint8Array, deviceId: string): boolean {
    const level = decodeBatteryLevel(bytes);
    if (!level.ok) {
      if (deviceId !== '') this.#parts.sink.frameRejected(deviceId, `Battery: ${level.reason}`);
      return false;
    }
    if (level.value !== this.#batteryPercent) {
      this.#batteryPercent = level.value;
      this.#parts.onChange();
    }
    return true;
  }
}

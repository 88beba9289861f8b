// The wearable's application: samples its sensors once a second, packs what they say, sends it, keeps what nobody has acknowledged.
import {
  advertisedServices,
  CHARACTERISTIC,
  cgmOffsetMinutes,
  type DatabaseSource,
  SERVICE,
  wearableServices,
} from './database.ts';
import { EcgService } from './ecg-service.ts';
import { encodeBattery, encodeCgm, encodeCuff, encodeHeartRate, encodeOximeter, encodeRespiration } from './encoders.ts';
import { type GattLink, GattServer } from './gatt-server.ts';
import { HealthService } from './health-service.ts';
import { Chance } from './random.ts';
import type { RecordStore } from './record-store.ts';
import { recordsOf, type Samples } from './records.ts';
import type { Moment, SensorSet } from './sensors/sensor.ts';

export interface WearableOptions {
  readonly serial: string;
  readonly name: string;
  /** `aa:bb:cc:dd:ee:ff` */
  readonly address: string;
  /** What the console and this wearable know each other by; null: it offers the adopted services alone. */
  readonly token: string | null;
  /** Where its records are kept until they are acknowledged; null: none are. */
  readonly store: RecordStore | null;
  readonly sensors: SensorSet;
  /** Lets the simulated body live on; nothing to do for real sensors. */
  readonly advance: (bodyMs: number) => void;
  /** Body time at start, UTC ms. */
  readonly startMs: number;
  /** Body seconds per real second. */
  readonly speed: number;
  readonly seed: number;
  /** Link losses per real hour, each of some seconds. */
  readonly dropOutsPerHour: number;
  /** True: body time begins when somebody first listens, so that a recording loses nothing to pairing. */
  readonly waitsForListener: boolean;
  /** Between two samples, real ms. */
  readonly tickMs: number;
  readonly nowMs: () => number;
  /** The store is full or broken: this reading is heard live or not at all. */
  readonly onNotKept: (error: unknown) => void;
}

const FIRMWARE = '1.0.0';
const KEPT_CUFF_FRAMES = 100;
const STRONGEST_DBM = -48;
const WEAKEST_DBM = -78;

export class Wearable {
  readonly address: string;
  readonly #options: WearableOptions;
  readonly #server: GattServer;
  readonly #health: HealthService | null;
  readonly #ecg: EcgService | null;
  readonly #source: DatabaseSource;
  readonly #chance: Chance;
  /** When body time began, real ms; null: not yet. */
  #beganAtMs: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #outUntilMs = Number.NEGATIVE_INFINITY;
  /** Cuff readings taken while nobody listened: sent when somebody does. */
  #kept: Uint8Array[] = [];
  /** The newest glucose record that nobody has heard: the next one is minutes away. */
  #keptGlucose: Uint8Array | null = null;
  #sentPercent = -1;

  constructor(options: WearableOptions) {
    this.address = options.address;
    this.#options = options;
    this.#chance = new Chance(options.seed ^ 0x0ad10);
    this.#source = {
      serial: options.serial,
      firmware: FIRMWARE,
      nowMs: options.nowMs,
      batteryPercent: () => this.#options.sensors.battery?.sample(this.#now()) ?? null,
      cgmSessionStartMs: Math.floor(options.nowMs() / 1000) * 1000,
    };
    const { serial: deviceId, token, store, sensors, nowMs } = options;
    this.#health = token === null || store === null ? null : new HealthService({ token, deviceId, store });
    this.#ecg = sensors.ecg === null ? null : new EcgService(sensors.ecg, nowMs);
    const own = [this.#health, this.#ecg].flatMap((part) => (part === null ? [] : [part.service]));
    this.#server = new GattServer(wearableServices(this.#source, sensors, own));
    this.#health?.attach(this.#server);
    this.#ecg?.attach(this.#server);
  }

  get services(): GattServer['services'] {
    return this.#server.services;
  }

  get advertised(): readonly string[] {
    return advertisedServices(this.#options.sensors);
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#tick(), this.#options.tickMs);
    // A demonstration must not keep a program alive that has nothing else to do.
    this.#timer.unref();
    this.#ecg?.start();
    if (!this.#options.waitsForListener) this.#beganAtMs ??= this.#options.nowMs();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#ecg?.stop();
    this.#server.lose();
  }

  advertisement(): { localName: string; serviceUuids: readonly string[]; rssiDbm: number; connectable: boolean } | null {
    if (this.#timer === null || this.#isOut()) return null;
    const rssiDbm = Math.round(this.#chance.between(WEAKEST_DBM, STRONGEST_DBM));
    return { localName: this.#options.name, serviceUuids: this.advertised, rssiDbm, connectable: true };
  }

  connected(link: GattLink): boolean {
    if (this.#timer === null || this.#isOut() || this.#server.isConnected) return false;
    this.#server.open(link);
    this.#sentPercent = -1;
    return true;
  }

  disconnected(): void {
    this.#server.closed();
  }

  read(serviceUuid: string, characteristicUuid: string): Uint8Array | null {
    return this.#server.read(serviceUuid, characteristicUuid);
  }

  /** @returns a code of ATT. */
  write(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): number {
    return this.#server.write(serviceUuid, characteristicUuid, bytes);
  }

  setNotify(serviceUuid: string, characteristicUuid: string, on: boolean): void {
    this.#server.setNotify(serviceUuid, characteristicUuid, on);
    this.#beganAtMs ??= this.#options.nowMs();
  }

  #tick(): void {
    if (this.#beganAtMs === null) return;
    const now = this.#now();
    this.#options.advance(now.bodyMs);
    this.#dropOut(now);
    const samples = this.#sample(now);
    this.#keep(samples, now);
    this.#sendVitals(samples);
    this.#sendCuffs();
    this.#sendBattery(now);
  }

  #sendBattery(now: Moment): void {
    const percent = this.#options.sensors.battery?.sample(now) ?? null;
    if (percent === null || percent === this.#sentPercent) return;
    if (this.#server.send(SERVICE.battery, CHARACTERISTIC.battery, encodeBattery(percent))) this.#sentPercent = percent;
  }

  #sample(now: Moment): Samples {
    const { heart, oximeter, respiration, glucose, cuff } = this.#options.sensors;
    const pressure = cuff?.sample(now) ?? null;
    return {
      heart: heart?.sample(now) ?? null,
      oximeter: oximeter?.sample(now) ?? null,
      respiration: respiration?.sample(now) ?? null,
      glucose: glucose?.sample(now) ?? null,
      cuff: pressure === null ? null : { ...pressure, takenAtMs: now.realMs },
    };
  }

  #keep({ glucose, cuff, ...samples }: Samples, now: Moment): void {
    try {
      this.#options.store?.append(recordsOf({ ...samples, glucose, cuff }, now.realMs));
      this.#health?.stored();
    } catch (error) {
      this.#options.onNotKept(error);
    }
    if (glucose !== null) this.#keptGlucose = encodeCgm({ ...glucose, timeOffsetMinutes: cgmOffsetMinutes(this.#source) });
    if (cuff !== null) this.#kept.push(encodeCuff(cuff));
    if (this.#kept.length > KEPT_CUFF_FRAMES) this.#kept.shift();
  }

  #sendVitals({ heart, oximeter, respiration }: Samples): void {
    if (heart !== null) this.#server.send(SERVICE.heartRate, CHARACTERISTIC.heartRate, encodeHeartRate(heart));
    if (oximeter !== null) this.#server.send(SERVICE.oximeter, CHARACTERISTIC.oximeter, encodeOximeter(oximeter));
    if (respiration !== null) this.#server.send(SERVICE.respiration, CHARACTERISTIC.respiration, encodeRespiration(respiration));
    if (this.#keptGlucose !== null && this.#server.send(SERVICE.cgm, CHARACTERISTIC.cgm, this.#keptGlucose))
      this.#keptGlucose = null;
  }

  #sendCuffs(): void {
    while (this.#kept[0] !== undefined && this.#server.send(SERVICE.bloodPressure, CHARACTERISTIC.cuff, this.#kept[0]))
      this.#kept.shift();
  }

  #dropOut(now: Moment): void {
    if (this.#isOut() || !this.#chance.happens(this.#options.dropOutsPerHour, this.#options.tickMs / 1000)) return;
    this.#outUntilMs = now.realMs + this.#chance.between(4_000, 12_000);
    this.#server.lose();
  }

  #isOut(): boolean {
    return this.#options.nowMs() < this.#outUntilMs;
  }

  #now(): Moment {
    const realMs = this.#options.nowMs();
    return { realMs, bodyMs: this.#options.startMs + (realMs - (this.#beganAtMs ?? realMs)) * this.#options.speed };
  }
}

// What a device says of itself when it is connected: who made it, its battery, its clock, and how its glucose sensor counts.

import type { StreamPosition } from '../link.ts';
import type { Connection, RemoteCharacteristic } from './central.ts';
import type { LinkClock } from './clock.ts';
import type { DeviceClock } from './device-clock.ts';
import { wallClockMs } from './ieee11073/date-time.ts';
import { decodeBatteryLevel } from './profiles/battery.ts';
import { CGM_STATUS, decodeCgmFeatures, decodeCgmSessionStart, decodeCgmStatus } from './profiles/cgm.ts';
import { type CurrentTime, decodeCurrentTime } from './profiles/current-time.ts';
import { decodeText } from './profiles/device-information.ts';
import { type Decoded, hasBit } from './profiles/parser.ts';

export const CURRENT_TIME = '2a2b';

export interface WearableInformation {
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly modelNumber: string | null;
  readonly firmware: string | null;
  readonly batteryPercent: number | null;
}

export const EMPTY_INFORMATION: WearableInformation = {
  serial: null,
  manufacturer: null,
  modelNumber: null,
  firmware: null,
  batteryPercent: null,
};

/** What 2A2B showed and when that was, by this console's clock; null: the device shows no clock. */
export interface ShownClock {
  readonly shown: CurrentTime;
  /** The wall clock as if it were UTC, ms; null: it is not set. */
  readonly wallMs: number | null;
  readonly consoleMs: number;
}

export interface GlucoseSensor {
  /** Null where it does not say. */
  readonly hasCrc: boolean | null;
  /** UTC ms; null where it does not say. */
  readonly sessionStartMs: number | null;
  /** The start it gave was wrong, by what it counts since. */
  readonly corrected: boolean;
  readonly stopped: boolean;
}

export const NO_SENSOR: GlucoseSensor = { hasCrc: null, sessionStartMs: null, corrected: false, stopped: false };

const MINUTE_MS = 60_000;
/** Its minutes are whole ones, and reading takes time: a start further off than this is wrong. */
const START_WRONG_FROM_MS = 3 * MINUTE_MS;

/** Asks one connection; anything missing, refused or malformed is null. */
export class Inquiry {
  readonly #connection: Connection;
  readonly #characteristics: readonly RemoteCharacteristic[];
  readonly #clock: LinkClock;

  constructor(connection: Connection, characteristics: readonly RemoteCharacteristic[], clock: LinkClock) {
    this.#connection = connection;
    this.#characteristics = characteristics;
    this.#clock = clock;
  }

  async information(): Promise<WearableInformation> {
    return {
      serial: await this.#ask('2a25', decodeText),
      manufacturer: await this.#ask('2a29', decodeText),
      modelNumber: await this.#ask('2a24', decodeText),
      firmware: await this.#ask('2a26', decodeText),
      batteryPercent: await this.#ask('2a19', decodeBatteryLevel),
    };
  }

  async shownClock(): Promise<ShownClock | null> {
    const beforeMs = this.#clock.nowMs();
    const shown = await this.#ask(CURRENT_TIME, decodeCurrentTime);
    if (shown === null) return null;
    // Half of the question's way there and back.
    const consoleMs = Math.round((beforeMs + this.#clock.nowMs()) / 2);
    const wallMs = wallClockMs(shown.now);
    return { shown, wallMs: wallMs === null ? null : wallMs + shown.milliseconds, consoleMs };
  }

  /**
   * @param remembered the session of an earlier connection: a start found again within a minute or two is the same one.
   */
  async glucoseSensor(clock: DeviceClock, remembered: StreamPosition | null): Promise<GlucoseSensor> {
    const features = await this.#ask('2aa8', decodeCgmFeatures);
    const status = await this.#ask('2aa9', decodeCgmStatus);
    const session = await this.#ask('2aaa', decodeCgmSessionStart);
    const startWallMs = session === null ? null : wallClockMs(session.start);
    const zoneMinutes = session?.zoneOffsetMinutes ?? null;
    const saidMs =
      startWallMs === null
        ? null
        : zoneMinutes === null
          ? clock.toUtcMs(startWallMs)
          : startWallMs - (zoneMinutes + (session?.daylightSavingMinutes ?? 0)) * MINUTE_MS;
    const stopped = status !== null && hasBit(status.status, CGM_STATUS.stopped);
    const base = { hasCrc: features?.hasCrc ?? null, stopped };
    if (saidMs === null || status === null || stopped) return { ...base, sessionStartMs: saidMs, corrected: false };
    const countedMs = this.#clock.nowMs() - status.timeOffsetMinutes * MINUTE_MS;
    if (Math.abs(countedMs - saidMs) < START_WRONG_FROM_MS) return { ...base, sessionStartMs: saidMs, corrected: false };
    const known = remembered !== null && Math.abs(remembered.anchor - countedMs) < START_WRONG_FROM_MS ? remembered.anchor : null;
    return { ...base, sessionStartMs: known ?? Math.floor(countedMs / MINUTE_MS) * MINUTE_MS, corrected: true };
  }

  async #ask<T>(uuid: string, decode: (bytes: Uint8Array) => Decoded<T>): Promise<T | null> {
    const characteristic = this.#characteristics.find((candidate) => candidate.uuid === uuid && candidate.canRead);
    if (characteristic === undefined) return null;
    try {
      const result = decode(await this.#connection.read(characteristic));
      return result.ok ? result.value : null;
    } catch {
      return null;
    }
  }
}

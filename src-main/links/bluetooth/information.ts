// What a device says of itself when it is connected: who made it, its battery, its clock, and how its glucose sensor counts.
import type { Connection, RemoteCharacteristic } from './central.ts';
import type { LinkClock } from './clock.ts';
import { clockFromCurrentTime, clockInZone, type DeviceClock } from './device-clock.ts';
import { wallClockMs } from './ieee11073/date-time.ts';
import { decodeBatteryLevel } from './profiles/battery.ts';
import { decodeCgmFeatures, decodeCgmSessionStart } from './profiles/cgm.ts';
import { decodeCurrentTime } from './profiles/current-time.ts';
import { decodeText } from './profiles/device-information.ts';
import type { Decoded } from './profiles/parser.ts';

export interface WearableInformation {
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly modelNumber: string | null;
  readonly firmware: string | null;
  readonly batteryPercent: number | null;
  /** Null until a device has been asked. */
  readonly clock: DeviceClock | null;
  readonly cgmSessionStartMs: number | null;
  /** Null where the device has no glucose sensor, or does not say. */
  readonly cgmHasCrc: boolean | null;
}

export const EMPTY_INFORMATION: WearableInformation = {
  serial: null,
  manufacturer: null,
  modelNumber: null,
  firmware: null,
  batteryPercent: null,
  clock: null,
  cgmSessionStartMs: null,
  cgmHasCrc: null,
};

const MINUTE_MS = 60_000;

/** Reads what is there; anything missing, refused or malformed is null. Nothing on the device is changed. */
export async function readInformation(
  connection: Connection,
  characteristics: readonly RemoteCharacteristic[],
  linkClock: LinkClock,
  timeZone: string,
): Promise<WearableInformation> {
  const ask = async <T>(uuid: string, decode: (bytes: Uint8Array) => Decoded<T>): Promise<T | null> => {
    const characteristic = characteristics.find((candidate) => candidate.uuid === uuid && candidate.canRead);
    if (characteristic === undefined) return null;
    try {
      const result = decode(await connection.read(characteristic));
      return result.ok ? result.value : null;
    } catch {
      return null;
    }
  };
  const serial = await ask('2a25', decodeText);
  const manufacturer = await ask('2a29', decodeText);
  const modelNumber = await ask('2a24', decodeText);
  const firmware = await ask('2a26', decodeText);
  const batteryPercent = await ask('2a19', decodeBatteryLevel);
  const shown = await ask('2a2b', decodeCurrentTime);
  const clock = (shown === null ? null : clockFromCurrentTime(shown, linkClock.nowMs(), timeZone)) ?? clockInZone(timeZone);
  const features = await ask('2aa8', decodeCgmFeatures);
  const session = await ask('2aaa', decodeCgmSessionStart);
  const startWallMs = session === null ? null : wallClockMs(session.start);
  const zoneMinutes = session?.zoneOffsetMinutes ?? null;
  return {
    serial,
    manufacturer,
    modelNumber,
    firmware,
    batteryPercent,
    clock,
    cgmHasCrc: features?.hasCrc ?? null,
    cgmSessionStartMs:
      startWallMs === null ? null : startUtcMs(startWallMs, zoneMinutes, session?.daylightSavingMinutes ?? 0, clock),
  };
}

function startUtcMs(wallMs: number, zoneMinutes: number | null, daylightSavingMinutes: number, clock: DeviceClock): number {
  return zoneMinutes === null ? clock.toUtcMs(wallMs) : wallMs - (zoneMinutes + daylightSavingMinutes) * MINUTE_MS;
}

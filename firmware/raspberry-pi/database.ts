// Which services and characteristics a HealthSense wearable offers (protocol/PROTOCOL.md).
import {
  encodeBattery,
  encodeCgmFeatures,
  encodeCgmSessionStart,
  encodeCgmStatus,
  encodeCurrentTime,
  encodeOximeterFeatures,
  encodeText,
} from './encoders.ts';
import type { GattService } from './gatt-server.ts';
import type { SensorSet } from './sensors/sensor.ts';

export const SERVICE = {
  heartRate: '180d',
  oximeter: '1822',
  bloodPressure: '1810',
  cgm: '181f',
  battery: '180f',
  information: '180a',
  currentTime: '1805',
  respiration: '5c4d0001b8a3472c9f5d61e0a8d7c3f2',
} as const;

export const CHARACTERISTIC = {
  heartRate: '2a37',
  oximeter: '2a5f',
  cuff: '2a35',
  cgm: '2aa7',
  battery: '2a19',
  respiration: '5c4d0002b8a3472c9f5d61e0a8d7c3f2',
} as const;

const SERVICE_OF_SENSOR: { readonly [S in keyof SensorSet]?: string } = {
  heart: SERVICE.heartRate,
  oximeter: SERVICE.oximeter,
  cuff: SERVICE.bloodPressure,
  glucose: SERVICE.cgm,
};

/** What a wearable advertises: the adopted services it has sensors for. */
export function advertisedServices(sensors: SensorSet): readonly string[] {
  return (Object.keys(SERVICE_OF_SENSOR) as (keyof SensorSet)[]).flatMap((sensor) =>
    sensors[sensor] === null ? [] : (SERVICE_OF_SENSOR[sensor] ?? []),
  );
}

export interface DatabaseSource {
  readonly serial: string;
  readonly firmware: string;
  nowMs(): number;
  /** Null: it cannot be told now. */
  batteryPercent(): number | null;
  /** UTC ms, whole seconds. */
  readonly cgmSessionStartMs: number;
}

/** @param own the services that are HealthSense's own and hold state: proof and records, electrocardiogram. */
export function wearableServices(
  source: DatabaseSource,
  sensors: SensorSet,
  own: readonly GattService[],
): readonly GattService[] {
  const absent = new Set([
    ...Object.values(SERVICE_OF_SENSOR).filter((uuid) => !advertisedServices(sensors).includes(uuid)),
    ...(sensors.respiration === null ? [SERVICE.respiration] : []),
    ...(sensors.battery === null ? [SERVICE.battery] : []),
  ]);
  return [...adoptedServices(source).filter(({ uuid }) => !absent.has(uuid)), ...own];
}

function adoptedServices(source: DatabaseSource): readonly GattService[] {
  const text = (uuid: string, value: string) => ({ uuid, properties: ['read'] as const, value: () => encodeText(value) });
  return [
    { uuid: SERVICE.heartRate, characteristics: [{ uuid: CHARACTERISTIC.heartRate, properties: ['notify'] }] },
    {
      uuid: SERVICE.oximeter,
      characteristics: [
        { uuid: CHARACTERISTIC.oximeter, properties: ['notify'] },
        { uuid: '2a60', properties: ['read'], value: encodeOximeterFeatures },
      ],
    },
    { uuid: SERVICE.bloodPressure, characteristics: [{ uuid: CHARACTERISTIC.cuff, properties: ['indicate'] }] },
    {
      uuid: SERVICE.cgm,
      characteristics: [
        { uuid: CHARACTERISTIC.cgm, properties: ['notify'] },
        { uuid: '2aa8', properties: ['read'], value: encodeCgmFeatures },
        { uuid: '2aa9', properties: ['read'], value: () => encodeCgmStatus(cgmOffsetMinutes(source)) },
        { uuid: '2aaa', properties: ['read'], value: () => encodeCgmSessionStart(source.cgmSessionStartMs) },
      ],
    },
    { uuid: SERVICE.respiration, characteristics: [{ uuid: CHARACTERISTIC.respiration, properties: ['notify'] }] },
    {
      uuid: SERVICE.battery,
      characteristics: [
        { uuid: CHARACTERISTIC.battery, properties: ['read', 'notify'], value: () => batteryLevel(source.batteryPercent()) },
      ],
    },
    {
      uuid: SERVICE.information,
      characteristics: [
        text('2a29', 'HealthSense'),
        text('2a24', 'HS-1'),
        text('2a25', source.serial),
        text('2a26', source.firmware),
      ],
    },
    {
      uuid: SERVICE.currentTime,
      characteristics: [{ uuid: '2a2b', properties: ['read'], value: () => encodeCurrentTime(source.nowMs()) }],
    },
  ];
}

export function cgmOffsetMinutes(source: DatabaseSource): number {
  return Math.floor((source.nowMs() - source.cgmSessionStartMs) / 60_000) % 0x10000;
}

function batteryLevel(percent: number | null): Uint8Array | null {
  return percent === null ? null : encodeBattery(percent);
}

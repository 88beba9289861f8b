// Every measurement characteristic this console subscribes to, and the services it knows by name.
import { type BloodPressureFrame, decodeBloodPressure } from './blood-pressure.ts';
import { type CgmFrame, type CgmOptions, decodeCgm } from './cgm.ts';
import { decodeGlucose, type GlucoseFrame } from './glucose.ts';
import {
  decodeRespiratoryRate,
  HEALTHSENSE_SERVICE,
  RESPIRATORY_RATE_CHARACTERISTIC,
  type RespiratoryRateFrame,
} from './healthsense.ts';
import { decodeHeartRate, type HeartRateFrame } from './heart-rate.ts';
import type { Decoded } from './parser.ts';
import {
  decodeOximeterContinuous,
  decodeOximeterSpot,
  type OximeterContinuousFrame,
  type OximeterSpotFrame,
} from './pulse-oximeter.ts';
import { decodeTemperature, type TemperatureFrame } from './thermometer.ts';

export type Frame =
  | HeartRateFrame
  | OximeterContinuousFrame
  | OximeterSpotFrame
  | BloodPressureFrame
  | GlucoseFrame
  | CgmFrame
  | TemperatureFrame
  | RespiratoryRateFrame;

export interface DecodeOptions {
  readonly cgm: CgmOptions;
}

export interface MeasurementProfile {
  readonly characteristic: string;
  readonly service: string;
  /** For people, in a rejection. */
  readonly title: string;
  readonly decode: (bytes: Uint8Array, options: DecodeOptions) => Decoded<Frame>;
}

/** Intermediate cuff pressure (2A36) is not here: it says how hard the cuff presses, not how the patient is. */
const PROFILES: readonly MeasurementProfile[] = [
  { characteristic: '2a37', service: '180d', title: 'Heart rate', decode: decodeHeartRate },
  { characteristic: '2a5f', service: '1822', title: 'Pulse oximeter', decode: decodeOximeterContinuous },
  { characteristic: '2a5e', service: '1822', title: 'Pulse oximeter spot check', decode: decodeOximeterSpot },
  { characteristic: '2a35', service: '1810', title: 'Blood pressure', decode: decodeBloodPressure },
  { characteristic: '2a18', service: '1808', title: 'Glucose meter', decode: decodeGlucose },
  { characteristic: '2aa7', service: '181f', title: 'Glucose sensor', decode: (bytes, options) => decodeCgm(bytes, options.cgm) },
  { characteristic: '2a1c', service: '1809', title: 'Thermometer', decode: decodeTemperature },
  {
    characteristic: RESPIRATORY_RATE_CHARACTERISTIC,
    service: HEALTHSENSE_SERVICE,
    title: 'Respiratory rate',
    decode: decodeRespiratoryRate,
  },
];

export const MEASUREMENT_PROFILES: ReadonlyMap<string, MeasurementProfile> = new Map(
  PROFILES.map((profile) => [profile.characteristic, profile]),
);

const SERVICE_TITLES: ReadonlyMap<string, string> = new Map([
  ['180d', 'Heart rate'],
  ['1822', 'Pulse oximeter'],
  ['1810', 'Blood pressure'],
  ['1808', 'Glucose meter'],
  ['181f', 'Glucose sensor'],
  ['1809', 'Thermometer'],
  ['180f', 'Battery'],
  ['180a', 'Device information'],
  ['1805', 'Clock'],
  [HEALTHSENSE_SERVICE, 'Respiratory rate'],
]);

const MEASURING_SERVICES: ReadonlySet<string> = new Set(PROFILES.map((profile) => profile.service));

/** The service in words; one that is not known keeps its number. */
export function serviceTitle(uuid: string): string {
  return SERVICE_TITLES.get(uuid) ?? uuid;
}

export function isMeasuringService(uuid: string): boolean {
  return MEASURING_SERVICES.has(uuid);
}

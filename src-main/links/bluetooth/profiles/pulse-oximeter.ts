// Pulse Oximeter service 1822: PLX Spot-Check 2A5E, PLX Continuous 2A5F and PLX Features 2A60.
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import { always, type Decoded, decoded, hasBit, parse, when } from './parser.ts';

export interface OximetryPair {
  readonly spo2Percent: MedicalFloat;
  readonly pulseRatePerMin: MedicalFloat;
}

interface OximetryStatus {
  /** Bits of PLX_STATUS; null where not sent. */
  readonly measurementStatus: number | null;
  /** Bits of PLX_SENSOR; null where not sent. */
  readonly sensorStatus: number | null;
  readonly pulseAmplitudeIndex: MedicalFloat | null;
}

export interface OximeterContinuousFrame extends OximetryStatus {
  readonly kind: 'oximeterContinuous';
  readonly normal: OximetryPair;
  readonly fast: OximetryPair | null;
  readonly slow: OximetryPair | null;
}

export interface OximeterSpotFrame extends OximetryStatus {
  readonly kind: 'oximeterSpot';
  readonly normal: OximetryPair;
  readonly takenAt: DeviceDateTime | null;
  readonly clockUnset: boolean;
}

export interface OximeterFeatures {
  readonly features: number;
  readonly measurementStatusSupport: number | null;
  readonly sensorStatusSupport: number | null;
}

/** Measurement Status, 16 bits. */
export const PLX_STATUS = {
  ongoing: 5,
  earlyEstimate: 6,
  validated: 7,
  fullyQualified: 8,
  fromStorage: 9,
  demonstration: 10,
  testing: 11,
  calibrating: 12,
  unavailable: 13,
  questionable: 14,
  invalid: 15,
} as const;

/** Device and Sensor Status, 24 bits. */
export const PLX_SENSOR = {
  extendedUpdate: 0,
  equipmentMalfunction: 1,
  irregularProcessing: 2,
  inadequateSignal: 3,
  poorSignal: 4,
  lowPerfusion: 5,
  erraticSignal: 6,
  nonPulsatile: 7,
  questionablePulse: 8,
  analysing: 9,
  sensorInterference: 10,
  offUser: 11,
  unknownSensor: 12,
  displaced: 13,
  malfunction: 14,
  disconnected: 15,
} as const;

const CONTINUOUS = [
  always('flags', 'u8'),
  always('spo2', 'sfloat'),
  always('pulse', 'sfloat'),
  when(0, 'fastSpo2', 'sfloat'),
  when(0, 'fastPulse', 'sfloat'),
  when(1, 'slowSpo2', 'sfloat'),
  when(1, 'slowPulse', 'sfloat'),
  when(2, 'measurementStatus', 'u16'),
  when(3, 'sensorStatus', 'u24'),
  when(4, 'pulseAmplitudeIndex', 'sfloat'),
] as const;

const SPOT = [
  always('flags', 'u8'),
  always('spo2', 'sfloat'),
  always('pulse', 'sfloat'),
  when(0, 'takenAt', 'dateTime'),
  when(1, 'measurementStatus', 'u16'),
  when(2, 'sensorStatus', 'u24'),
  when(3, 'pulseAmplitudeIndex', 'sfloat'),
] as const;

const SPOT_CLOCK_UNSET = 4;

const FEATURES = [
  always('flags', 'u16'),
  when(0, 'measurementStatusSupport', 'u16'),
  when(1, 'sensorStatusSupport', 'u24'),
] as const;

export function decodeOximeterContinuous(bytes: Uint8Array): Decoded<OximeterContinuousFrame> {
  const parsed = parse(CONTINUOUS, bytes);
  if (!parsed.ok) return parsed;
  const { spo2, pulse, fastSpo2, fastPulse, slowSpo2, slowPulse, measurementStatus, sensorStatus, pulseAmplitudeIndex } =
    parsed.value;
  return decoded({
    kind: 'oximeterContinuous',
    normal: { spo2Percent: spo2, pulseRatePerMin: pulse },
    fast: pair(fastSpo2, fastPulse),
    slow: pair(slowSpo2, slowPulse),
    measurementStatus,
    sensorStatus,
    pulseAmplitudeIndex,
  });
}

export function decodeOximeterSpot(bytes: Uint8Array): Decoded<OximeterSpotFrame> {
  const parsed = parse(SPOT, bytes);
  if (!parsed.ok) return parsed;
  const { flags, spo2, pulse, takenAt, measurementStatus, sensorStatus, pulseAmplitudeIndex } = parsed.value;
  return decoded({
    kind: 'oximeterSpot',
    normal: { spo2Percent: spo2, pulseRatePerMin: pulse },
    takenAt,
    clockUnset: hasBit(flags, SPOT_CLOCK_UNSET),
    measurementStatus,
    sensorStatus,
    pulseAmplitudeIndex,
  });
}

export function decodeOximeterFeatures(bytes: Uint8Array): Decoded<OximeterFeatures> {
  const parsed = parse(FEATURES, bytes);
  if (!parsed.ok) return parsed;
  const { flags, measurementStatusSupport, sensorStatusSupport } = parsed.value;
  return decoded({ features: flags, measurementStatusSupport, sensorStatusSupport });
}

function pair(spo2Percent: MedicalFloat | null, pulseRatePerMin: MedicalFloat | null): OximetryPair | null {
  return spo2Percent === null || pulseRatePerMin === null ? null : { spo2Percent, pulseRatePerMin };
}

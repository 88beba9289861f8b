// Blood Pressure service 1810: Blood Pressure Measurement 2A35 and Intermediate Cuff Pressure 2A36, one layout for both.
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import { always, type Decoded, decoded, hasBit, parse, when } from './parser.ts';

export interface BloodPressureFrame {
  readonly kind: 'bloodPressure';
  readonly unit: 'mmHg' | 'kPa';
  readonly systolic: MedicalFloat;
  readonly diastolic: MedicalFloat;
  readonly meanPressure: MedicalFloat;
  readonly takenAt: DeviceDateTime | null;
  readonly pulseRatePerMin: MedicalFloat | null;
  /** 255: unknown user. */
  readonly userId: number | null;
  /** Bits of CUFF_STATUS; null where not sent. */
  readonly status: number | null;
  readonly pulseRange: 'within' | 'above' | 'below' | null;
}

export interface CuffPressureFrame {
  readonly kind: 'cuffPressure';
  readonly unit: 'mmHg' | 'kPa';
  /** What the cuff is inflated to at present; not a measurement of the patient. */
  readonly cuffPressure: MedicalFloat;
  readonly takenAt: DeviceDateTime | null;
}

export const CUFF_STATUS = { movement: 0, cuffLoose: 1, irregularPulse: 2, badPosition: 5 } as const;

const KILOPASCAL = 0;
const PULSE_RANGE_SHIFT = 3;
const PULSE_RANGES = ['within', 'above', 'below', null] as const;

const TABLE = [
  always('flags', 'u8'),
  always('systolic', 'sfloat'),
  always('diastolic', 'sfloat'),
  always('meanPressure', 'sfloat'),
  when(1, 'takenAt', 'dateTime'),
  when(2, 'pulseRatePerMin', 'sfloat'),
  when(3, 'userId', 'u8'),
  when(4, 'status', 'u16'),
] as const;

export function decodeBloodPressure(bytes: Uint8Array): Decoded<BloodPressureFrame> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { flags, systolic, diastolic, meanPressure, takenAt, pulseRatePerMin, userId, status } = parsed.value;
  return decoded({
    kind: 'bloodPressure',
    unit: unitOf(flags),
    systolic,
    diastolic,
    meanPressure,
    takenAt,
    pulseRatePerMin,
    userId,
    status,
    pulseRange: status === null ? null : (PULSE_RANGES[(status >>> PULSE_RANGE_SHIFT) & 0b11] ?? null),
  });
}

export function decodeCuffPressure(bytes: Uint8Array): Decoded<CuffPressureFrame> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { flags, systolic, takenAt } = parsed.value;
  return decoded({ kind: 'cuffPressure', unit: unitOf(flags), cuffPressure: systolic, takenAt });
}

function unitOf(flags: number): 'mmHg' | 'kPa' {
  return hasBit(flags, KILOPASCAL) ? 'kPa' : 'mmHg';
}

// Glucose service 1808: Glucose Measurement 2A18 (fingerstick meters).
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import { always, type Decoded, decoded, hasBit, parse, when } from './parser.ts';

export interface GlucoseFrame {
  readonly kind: 'glucose';
  readonly sequence: number;
  readonly baseTime: DeviceDateTime;
  /** To be added to `baseTime`; 0 where not sent. */
  readonly timeOffsetMinutes: number;
  /** On the wire kg/L or mol/L, as `unit` says; null where not sent. */
  readonly concentration: MedicalFloat | null;
  readonly unit: 'kg/L' | 'mol/L';
  /** Fluid: 1 capillary whole blood … 9 interstitial, 10 control solution. */
  readonly sampleType: number | null;
  /** 1 finger, 2 alternate site, 3 earlobe, 4 control solution. */
  readonly sampleLocation: number | null;
  /** Bits of GLUCOSE_STATUS; null where not sent. */
  readonly status: number | null;
  readonly contextFollows: boolean;
}

export const CONTROL_SOLUTION_TYPE = 10;

export const GLUCOSE_STATUS = {
  batteryLow: 0,
  sensorMalfunction: 1,
  sampleTooSmall: 2,
  stripInsertion: 3,
  wrongStrip: 4,
  resultTooHigh: 5,
  resultTooLow: 6,
  tooHot: 7,
  tooCold: 8,
  readInterrupted: 9,
  generalFault: 10,
  timeFault: 11,
} as const;

const FLAG = { timeOffset: 0, concentration: 1, molPerLitre: 2, status: 3, contextFollows: 4 } as const;

const TABLE = [
  always('flags', 'u8'),
  always('sequence', 'u16'),
  always('baseTime', 'dateTime'),
  when(FLAG.timeOffset, 'timeOffsetMinutes', 's16'),
  when(FLAG.concentration, 'concentration', 'sfloat'),
  when(FLAG.concentration, 'typeAndLocation', 'u8'),
  when(FLAG.status, 'status', 'u16'),
] as const;

export function decodeGlucose(bytes: Uint8Array): Decoded<GlucoseFrame> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { flags, sequence, baseTime, timeOffsetMinutes, concentration, typeAndLocation, status } = parsed.value;
  return decoded({
    kind: 'glucose',
    sequence,
    baseTime,
    timeOffsetMinutes: timeOffsetMinutes ?? 0,
    concentration,
    unit: hasBit(flags, FLAG.molPerLitre) ? 'mol/L' : 'kg/L',
    sampleType: typeAndLocation === null ? null : typeAndLocation & 0x0f,
    sampleLocation: typeAndLocation === null ? null : typeAndLocation >>> 4,
    status,
    contextFollows: hasBit(flags, FLAG.contextFollows),
  });
}

/** Glucose Measurement Context 2A34: what the patient did about the time of the measurement of the same number. */
export interface GlucoseContext {
  readonly sequence: number;
  readonly carbohydrateGrams: number | null;
  readonly meal: 'before a meal' | 'after a meal' | 'fasting' | 'casual' | 'at bedtime' | null;
  readonly exercisePercent: number | null;
  readonly hba1cPercent: MedicalFloat | null;
}

export const GLUCOSE_CONTEXT = '2a34';

const MEALS = [null, 'before a meal', 'after a meal', 'fasting', 'casual', 'at bedtime'] as const;
const CONTEXT_FLAG = { carbohydrate: 0, meal: 1, health: 2, exercise: 3, medication: 4, hba1c: 6, extended: 7 } as const;

const CONTEXT = [
  always('flags', 'u8'),
  always('sequence', 'u16'),
  when(CONTEXT_FLAG.extended, 'extended', 'u8'),
  when(CONTEXT_FLAG.carbohydrate, 'carbohydrateId', 'u8'),
  when(CONTEXT_FLAG.carbohydrate, 'carbohydrateKg', 'sfloat'),
  when(CONTEXT_FLAG.meal, 'meal', 'u8'),
  when(CONTEXT_FLAG.health, 'testerHealth', 'u8'),
  when(CONTEXT_FLAG.exercise, 'exerciseSeconds', 'u16'),
  when(CONTEXT_FLAG.exercise, 'exercisePercent', 'u8'),
  when(CONTEXT_FLAG.medication, 'medicationId', 'u8'),
  when(CONTEXT_FLAG.medication, 'medication', 'sfloat'),
  when(CONTEXT_FLAG.hba1c, 'hba1c', 'sfloat'),
] as const;

export function decodeGlucoseContext(bytes: Uint8Array): Decoded<GlucoseContext> {
  const parsed = parse(CONTEXT, bytes);
  if (!parsed.ok) return parsed;
  const { sequence, carbohydrateKg, meal, exercisePercent, hba1c } = parsed.value;
  return decoded({
    sequence,
    carbohydrateGrams: carbohydrateKg?.type === 'number' ? carbohydrateKg.value * 1000 : null,
    meal: MEALS[meal ?? 0] ?? null,
    exercisePercent,
    hba1cPercent: hba1c,
  });
}

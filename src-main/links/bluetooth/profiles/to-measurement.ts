// From decoded frames to measurements: canonical units, special values, quality bits, and the moment each was taken.
import type { SpecialValue } from '../../../contract/models.ts';
import { VITALS, type VitalKind } from '../../../vitals/kinds.ts';
import { type Measurement, QUALITY } from '../../link.ts';
import type { DeviceClock } from '../device-clock.ts';
import type { ReceiptSlots } from '../identity.ts';
import { type DeviceDateTime, wallClockMs } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import type { BloodPressureFrame } from './blood-pressure.ts';
import type { Frame } from './catalogue.ts';
import type { CgmFrame, CgmRecord } from './cgm.ts';
import { CGM_WARNING } from './cgm.ts';
import { CONTROL_SOLUTION_TYPE, GLUCOSE_STATUS, type GlucoseFrame } from './glucose.ts';
import type { WearableRecord } from './healthsense.ts';
import type { HeartRateFrame } from './heart-rate.ts';
import { hasBit } from './parser.ts';
import type { OximeterContinuousFrame, OximeterSpotFrame } from './pulse-oximeter.ts';
import { PLX_STATUS } from './pulse-oximeter.ts';
import {
  CALIBRATION_QUALITY,
  CGM_QUALITY,
  CUFF_QUALITY,
  GLUCOSE_QUALITY,
  OXIMETER_QUALITY,
  qualityOf,
  RESPIRATION_QUALITY,
  SENSOR_QUALITY,
} from './quality.ts';

export interface FrameContext {
  readonly deviceId: string;
  readonly receivedAtMs: number;
  readonly clock: DeviceClock;
  readonly slots: ReceiptSlots;
  /** UTC ms at which the glucose sensor's session started; null where it does not say. */
  readonly cgmSessionStartMs: number | null;
  /** Its session start was wrong, and is put right. */
  readonly cgmCorrected?: boolean;
}

/** Of a HealthSense wearable's record. */
export interface RecordContext {
  readonly deviceId: string;
  readonly receivedAtMs: number;
  /** By how much the clock was wrong that dated it. */
  readonly offsetMs: number;
  /** It was stored before this connection was opened. */
  readonly isFromPast: boolean;
}

interface Draft {
  readonly values: { [K in VitalKind]?: number };
  readonly specials: { [K in VitalKind]?: SpecialValue };
  quality: number;
}

/** What a wearable may say of its own values; how its clock stands, the console knows. */
const WEARABLE_QUALITY = QUALITY.clockUnset * 2 - 1;
/** A record older than this on arrival was kept: it goes to history only. */
const RECORD_LIVE_FOR_MS = 10_000;

interface Moment {
  /** Null: the device did not say, or cannot be believed. */
  readonly deviceTimeMs: number | null;
  readonly clockUnset: boolean;
  readonly corrected?: boolean;
}

const MMHG_PER_KPA = 7.50062;
const MG_DL_PER_KG_L = 100_000;
/** 1 mol/L is 1000 mmol/L of 18.01559 mg/dL each. */
const MG_DL_PER_MOL_L = 18_015.59;
const MINUTE_MS = 60_000;
/** A device clock further ahead than this is wrong, not merely fast; what lies further ahead would be refused, and lost. */
const BELIEVED_AHEAD_MS = 5 * MINUTE_MS;
/** Clocks that were never set start at 1970, 2000 or 2010. */
const BELIEVED_FROM_MS = Date.UTC(2015, 0, 1);
/** Older ones were kept by the device and go to history only. */
const LIVE_FOR_MS = 5 * MINUTE_MS;
const SAID_NOTHING: Moment = { deviceTimeMs: null, clockUnset: false };

/** @returns what the frame says of the patient, oldest first; empty where it carries no value at all. */
export function toMeasurements(frame: Frame, context: FrameContext): readonly Measurement[] {
  switch (frame.kind) {
    case 'heartRate':
      return finish(heartRate(frame), SAID_NOTHING, context);
    case 'oximeterContinuous':
      return finish(oximeter(frame), SAID_NOTHING, context, isStored(frame));
    case 'oximeterSpot':
      return finish(oximeter(frame), momentOf(frame.takenAt, context, frame.clockUnset), context, isStored(frame));
    case 'bloodPressure':
      return finish(bloodPressure(frame), momentOf(frame.takenAt, context), context);
    case 'glucose':
      return finish(
        glucose(frame),
        momentOf(frame.baseTime, context, false, frame.timeOffsetMinutes),
        context,
        false,
        frame.sequence,
      );
    case 'cgm':
      return frame.records.flatMap((record, index) => cgmRecord(frame, record, index, context));
    case 'temperature': {
      const draft = empty();
      put(draft, 'temperature', frame.temperature, frame.unit === 'Cel' ? (value) => value : (value) => ((value - 32) * 5) / 9);
      return finish(draft, momentOf(frame.takenAt, context), context);
    }
    case 'respiratoryRate': {
      const draft = empty(qualityOf(frame.status, RESPIRATION_QUALITY));
      put(draft, 'respiratoryRate', frame.respiratoryRatePerMin);
      return finish(draft, momentOf(frame.takenAt, context), context);
    }
  }
}

/** @returns null where the record carries no value at all. */
export function recordMeasurement(record: WearableRecord, context: RecordContext): Measurement | null {
  const { deviceId, receivedAtMs, offsetMs, isFromPast } = context;
  const draft = empty(record.quality & WEARABLE_QUALITY);
  for (const [kind, value] of record.values) {
    if (kind === 'glucose') putGlucose(draft, value, (mgDl) => mgDl);
    else put(draft, kind, value);
  }
  for (const kind of ['heartRate', 'pulseRate', 'spo2', 'respiratoryRate'] as const) noneIfZero(draft, kind);
  if (Object.keys(draft.values).length === 0 && Object.keys(draft.specials).length === 0) return null;
  const utcMs = record.takenAtMs - offsetMs;
  const isDated = record.takenAtMs !== 0 && isBelieved(utcMs, context);
  const takenAtMs = isDated ? utcMs : receivedAtMs;
  return {
    deviceId,
    takenAtMs,
    receivedAtMs,
    sequence: record.sequence,
    origin: isFromPast || receivedAtMs - takenAtMs > RECORD_LIVE_FOR_MS ? 'backfill' : 'live',
    values: draft.values,
    specials: draft.specials,
    quality: draft.quality | clockQuality({ deviceTimeMs: null, clockUnset: !isDated, corrected: isDated && offsetMs !== 0 }),
  };
}

function heartRate(frame: HeartRateFrame): Draft {
  const draft = empty(frame.skinContact === false ? QUALITY.sensorOff : 0);
  put(draft, 'heartRate', { type: 'number', value: frame.heartRatePerMin });
  noneIfZero(draft, 'heartRate');
  return draft;
}

function oximeter(frame: OximeterContinuousFrame | OximeterSpotFrame): Draft {
  const draft = empty(qualityOf(frame.measurementStatus, OXIMETER_QUALITY) | qualityOf(frame.sensorStatus, SENSOR_QUALITY));
  put(draft, 'spo2', frame.normal.spo2Percent);
  put(draft, 'pulseRate', frame.normal.pulseRatePerMin);
  noneIfZero(draft, 'spo2');
  noneIfZero(draft, 'pulseRate');
  return draft;
}

function isStored(frame: OximeterContinuousFrame | OximeterSpotFrame): boolean {
  return hasBit(frame.measurementStatus ?? 0, PLX_STATUS.fromStorage);
}

function bloodPressure(frame: BloodPressureFrame): Draft {
  const draft = empty(qualityOf(frame.status, CUFF_QUALITY));
  const toMmHg = frame.unit === 'kPa' ? (value: number) => value * MMHG_PER_KPA : (value: number) => value;
  put(draft, 'systolic', frame.systolic, toMmHg);
  put(draft, 'diastolic', frame.diastolic, toMmHg);
  put(draft, 'meanPressure', frame.meanPressure, toMmHg);
  if (frame.pulseRatePerMin !== null) put(draft, 'pulseRate', frame.pulseRatePerMin);
  // Cuffs that do not compute the mean pressure send NaN or 0 in its place.
  if (draft.values.systolic !== undefined && !draft.values.meanPressure) {
    delete draft.values.meanPressure;
    delete draft.specials.meanPressure;
  }
  return draft;
}

function glucose(frame: GlucoseFrame): Draft {
  const draft = empty(qualityOf(frame.status, GLUCOSE_QUALITY));
  // Not the patient's blood: kept apart as a check of the meter.
  if (frame.sampleType === CONTROL_SOLUTION_TYPE) draft.quality |= QUALITY.demonstration;
  if (frame.concentration !== null) {
    const factor = frame.unit === 'mol/L' ? MG_DL_PER_MOL_L : MG_DL_PER_KG_L;
    putGlucose(draft, frame.concentration, (value) => value * factor);
  }
  const status = frame.status ?? 0;
  outOfDeviceRange(draft, hasBit(status, GLUCOSE_STATUS.resultTooLow), hasBit(status, GLUCOSE_STATUS.resultTooHigh));
  return draft;
}

function cgmRecord(frame: CgmFrame, record: CgmRecord, index: number, context: FrameContext): readonly Measurement[] {
  const draft = empty(qualityOf(record.status, CGM_QUALITY) | qualityOf(record.calibration, CALIBRATION_QUALITY));
  putGlucose(draft, record.glucoseMgDl, (value) => value);
  const warning = record.warning ?? 0;
  outOfDeviceRange(draft, hasBit(warning, CGM_WARNING.belowDeviceRange), hasBit(warning, CGM_WARNING.aboveDeviceRange));
  const newest = frame.records[frame.records.length - 1] ?? record;
  const behindMs = Math.max(0, newest.timeOffsetMinutes - record.timeOffsetMinutes) * MINUTE_MS;
  const takenAtMs = context.cgmSessionStartMs === null ? null : context.cgmSessionStartMs + record.timeOffsetMinutes * MINUTE_MS;
  const believed = takenAtMs !== null && isBelieved(takenAtMs, context);
  const isNewest = index === frame.records.length - 1;
  const repeats =
    isNewest && context.slots.repeatsMinute(record.timeOffsetMinutes, String(draft.values.glucose ?? draft.specials.glucose));
  if (believed && !(repeats && context.receivedAtMs - takenAtMs < LIVE_FOR_MS)) {
    return finish(draft, { deviceTimeMs: takenAtMs, clockUnset: false, corrected: context.cgmCorrected === true }, context);
  }
  const heard = { ...context, receivedAtMs: context.receivedAtMs - behindMs };
  return finish(draft, { deviceTimeMs: null, clockUnset: !believed }, heard).map((measurement) => ({
    ...measurement,
    receivedAtMs: context.receivedAtMs,
    origin: behindMs > LIVE_FOR_MS ? 'backfill' : 'live',
  }));
}

function empty(quality = 0): Draft {
  return { values: {}, specials: {}, quality };
}

function put(draft: Draft, kind: VitalKind, float: MedicalFloat, convert: (value: number) => number = (value) => value): void {
  if (float.type === 'special') {
    draft.specials[kind] = float.special === 'reserved' ? 'NaN' : float.special;
    return;
  }
  const { scale } = VITALS[kind];
  draft.values[kind] = Math.round(convert(float.value) * scale) / scale + 0;
}

/** Meters and sensors say infinity where the result is outside what they can measure. */
function putGlucose(draft: Draft, float: MedicalFloat, convert: (value: number) => number): void {
  put(draft, 'glucose', float, convert);
  if (draft.specials.glucose === '+INF') draft.specials.glucose = 'HI';
  if (draft.specials.glucose === '-INF') draft.specials.glucose = 'LO';
}

function outOfDeviceRange(draft: Draft, below: boolean, above: boolean): void {
  if (below === above) return;
  delete draft.values.glucose;
  draft.specials.glucose = below ? 'LO' : 'HI';
}

/** A rate or saturation of 0 is how sensors say that they have none. */
function noneIfZero(draft: Draft, kind: VitalKind): void {
  if (draft.values[kind] !== 0) return;
  delete draft.values[kind];
  draft.specials[kind] = 'NaN';
}

function momentOf(moment: DeviceDateTime | null, context: FrameContext, saidUnset = false, offsetMinutes = 0): Moment {
  if (moment === null) return { deviceTimeMs: null, clockUnset: saidUnset };
  const wallMs = wallClockMs(moment);
  if (wallMs === null || saidUnset) return { deviceTimeMs: null, clockUnset: true };
  const utcMs = context.clock.toUtcMs(wallMs + offsetMinutes * MINUTE_MS);
  return isBelieved(utcMs, context)
    ? { deviceTimeMs: utcMs, clockUnset: false, corrected: context.clock.correctionMs !== 0 }
    : { deviceTimeMs: null, clockUnset: true };
}

function clockQuality({ clockUnset, corrected }: Moment): number {
  return (clockUnset ? QUALITY.clockUnset : 0) | (corrected === true ? QUALITY.clockCorrected : 0);
}

function isBelieved(utcMs: number, { receivedAtMs }: { readonly receivedAtMs: number }): boolean {
  return utcMs >= BELIEVED_FROM_MS && utcMs <= receivedAtMs + BELIEVED_AHEAD_MS;
}

function finish(draft: Draft, moment: Moment, context: FrameContext, stored = false, sequence?: number): readonly Measurement[] {
  if (Object.keys(draft.values).length === 0 && Object.keys(draft.specials).length === 0) return [];
  const { deviceId, receivedAtMs } = context;
  const takenAtMs = moment.deviceTimeMs ?? receivedAtMs;
  return [
    {
      deviceId,
      takenAtMs,
      receivedAtMs,
      sequence: sequence ?? (moment.deviceTimeMs === null ? context.slots.next(receivedAtMs) : 0),
      origin: stored || receivedAtMs - takenAtMs > LIVE_FOR_MS ? 'backfill' : 'live',
      values: draft.values,
      specials: draft.specials,
      quality: draft.quality | clockQuality(moment),
    },
  ];
}

// What the sensors said at one moment as records of the HealthSense service: values of one quality share a record.
import type { CuffRecord, HeartRecord, OximeterRecord, RespirationRecord } from './encoders.ts';
import { type NewRecord, RECORD_QUALITY, type RecordValues } from './healthsense-frames.ts';
import type { GlucoseSample } from './sensors/sensor.ts';

/** Null: the sensor had nothing to say. */
export interface Samples {
  readonly heart: HeartRecord | null;
  readonly oximeter: OximeterRecord | null;
  readonly respiration: RespirationRecord | null;
  readonly glucose: GlucoseSample | null;
  readonly cuff: CuffRecord | null;
}

interface Part {
  readonly values: RecordValues;
  readonly quality: number;
}

/** @param takenAtMs UTC ms; 0: unknown. */
export function recordsOf({ heart, oximeter, respiration, glucose, cuff }: Samples, takenAtMs: number): readonly NewRecord[] {
  const parts = [
    ...(heart === null ? [] : [heartPart(heart)]),
    ...(oximeter === null ? [] : [oximeterPart(oximeter)]),
    ...(respiration === null ? [] : [respirationPart(respiration)]),
    ...(glucose === null ? [] : [{ values: { glucose: glucose.glucoseMgDl }, quality: 0 }]),
  ];
  const byQuality = new Map<number, RecordValues>();
  for (const { values, quality } of parts) byQuality.set(quality, { ...byQuality.get(quality), ...values });
  const together = [...byQuality].map(([quality, values]) => ({ takenAtMs, values, quality }));
  // The cuff feels a pulse of its own, so it never shares a record with the oximeter.
  return cuff === null ? together : [...together, { takenAtMs: cuff.takenAtMs, ...cuffPart(cuff) }];
}

function heartPart({ heartRatePerMin, contact }: HeartRecord): Part {
  return contact
    ? { values: { heartRate: heartRatePerMin }, quality: 0 }
    : { values: { heartRate: null }, quality: RECORD_QUALITY.sensorOff };
}

function oximeterPart({ spo2Percent, pulseRatePerMin, questionable, lowPerfusion, offUser }: OximeterRecord): Part {
  return {
    values: { spo2: spo2Percent, pulseRate: pulseRatePerMin },
    quality: flags({ questionable, lowPerfusion, sensorOff: offUser }),
  };
}

function respirationPart({ respiratoryRatePerMin, sensorOff, movement, questionable }: RespirationRecord): Part {
  return { values: { respiratoryRate: respiratoryRatePerMin }, quality: flags({ sensorOff, movement, questionable }) };
}

function cuffPart(cuff: CuffRecord): Part {
  const { systolicMmHg, diastolicMmHg, meanMmHg, pulseRatePerMin, movement, cuffLoose, irregularPulse } = cuff;
  return {
    values: {
      systolic: systolicMmHg,
      diastolic: diastolicMmHg,
      ...(meanMmHg === null && systolicMmHg !== null ? {} : { meanPressure: meanMmHg }),
      ...(pulseRatePerMin === null && systolicMmHg !== null ? {} : { pulseRate: pulseRatePerMin }),
    },
    quality: flags({ movement, cuffLoose, irregularPulse }),
  };
}

function flags(set: { readonly [F in keyof typeof RECORD_QUALITY]?: boolean }): number {
  return (Object.keys(RECORD_QUALITY) as (keyof typeof RECORD_QUALITY)[]).reduce(
    (sum, flag) => sum | (set[flag] === true ? RECORD_QUALITY[flag] : 0),
    0,
  );
}

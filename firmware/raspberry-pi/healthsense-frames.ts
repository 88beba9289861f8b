// The frames of the HealthSense and ECG services, to and from bytes (protocol/PROTOCOL.md).
import { VITAL_KINDS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { type Reading, sfloat, u16, u32 } from './encoders.ts';

/** Bits of a record's quality. */
export const RECORD_QUALITY = {
  questionable: 1 << 0,
  invalid: 1 << 1,
  demonstration: 1 << 2,
  sensorOff: 1 << 3,
  lowPerfusion: 1 << 4,
  movement: 1 << 5,
  cuffLoose: 1 << 6,
  irregularPulse: 1 << 7,
  badPosition: 1 << 8,
  calibrationRequired: 1 << 9,
  sensorFault: 1 << 10,
  clockUnset: 1 << 11,
} as const;

/** Canonical units (vitals/kinds.ts); null: the sensor has no value. */
export type RecordValues = { readonly [K in VitalKind]?: Reading };

export interface NewRecord {
  /** UTC ms; 0: the wearable had no clock yet. */
  readonly takenAtMs: number;
  readonly values: RecordValues;
  /** Bits of RECORD_QUALITY. */
  readonly quality: number;
}

export interface HealthRecord extends NewRecord {
  /** 1 and up. */
  readonly sequence: number;
}

/** The kinds in the order of their bits. */
const RECORD_KINDS: readonly VitalKind[] = VITAL_KINDS;
const HAS_QUALITY = 1 << 15;

/** 0013. */
export function encodeRecord({ sequence, takenAtMs, values, quality }: HealthRecord): Uint8Array {
  const present = RECORD_KINDS.map((kind, bit) => ({ bit, value: values[kind] }));
  const sent = present.flatMap(({ bit, value }) => (value === undefined ? [] : [{ bit, value }]));
  const fields = sent.reduce((sum, { bit }) => sum | (1 << bit), quality === 0 ? 0 : HAS_QUALITY);
  return Uint8Array.from([
    ...u32(sequence),
    ...u48(takenAtMs),
    ...u16(fields),
    ...sent.flatMap(({ value }) => sfloat(value, 1)),
    ...(quality === 0 ? [] : u16(quality)),
  ]);
}

export const CONTROL = { stream: 1, acknowledge: 2, stop: 3 } as const;
export const CONTROL_STATUS = { done: 0, notProved: 1, noSuchSequence: 2, badOperand: 3 } as const;

export type ControlRequest =
  | { readonly op: 'stream' | 'acknowledge'; readonly sequence: number }
  | { readonly op: 'stop' }
  /** To be answered with a bad operand. */
  | { readonly op: 'unknown'; readonly code: number };

/** What a console wrote to 0014. */
export function decodeControl(bytes: Uint8Array): ControlRequest {
  const code = bytes[0] ?? 0;
  if (code === CONTROL.stop && bytes.length === 1) return { op: 'stop' };
  if ((code !== CONTROL.stream && code !== CONTROL.acknowledge) || bytes.length !== 5) return { op: 'unknown', code };
  const sequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true);
  return { op: code === CONTROL.stream ? 'stream' : 'acknowledge', sequence };
}

export interface ControlAnswer {
  readonly op: number;
  /** One of CONTROL_STATUS. */
  readonly status: number;
  readonly oldest: number;
  readonly newest: number;
  readonly store: number;
}

/** 0014, indicated. */
export function encodeControlAnswer({ op, status, oldest, newest, store }: ControlAnswer): Uint8Array {
  return Uint8Array.from([0x80, op, status, ...u32(oldest), ...u32(newest), ...u32(store)]);
}

export interface EcgFrame {
  /** Of the first sample, counted since the wearable started. */
  readonly sampleIndex: number;
  readonly leadOff: boolean;
  readonly saturated: boolean;
  /** Counts, -2048 to 2047. */
  readonly samples: readonly number[];
}

/** 0021. */
export function encodeEcg({ sampleIndex, leadOff, saturated, samples }: EcgFrame): Uint8Array {
  const bytes = [...u32(sampleIndex), (leadOff ? 1 : 0) | (saturated ? 2 : 0)];
  for (let at = 0; at < samples.length; at += 2) {
    const first = (samples[at] ?? 0) & 0xfff;
    const second = samples[at + 1];
    bytes.push(first & 0xff, (first >>> 8) | ((((second ?? 0) & 0xfff) << 4) & 0xf0));
    if (second !== undefined) bytes.push((second & 0xfff) >>> 4);
  }
  return Uint8Array.from(bytes);
}

export interface EcgFeature {
  readonly sampleRateHz: number;
  readonly nanovoltPerCount: number;
  readonly lead: 'I' | 'II';
}

const ECG_BITS = 12;

/** 0022. */
export function encodeEcgFeature({ sampleRateHz, nanovoltPerCount, lead }: EcgFeature): Uint8Array {
  return Uint8Array.from([...u16(sampleRateHz), ...u32(nanovoltPerCount), ECG_BITS, lead === 'I' ? 1 : 2]);
}

function u48(value: number): number[] {
  return [...u32(value % 2 ** 32), ...u16(Math.floor(value / 2 ** 32))];
}

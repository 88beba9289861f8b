// HealthSense's own services: respiratory rate, and numbered records with proof and control (firmware/protocol/PROTOCOL.md).
import type { VitalKind } from '../../../vitals/kinds.ts';
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import { always, type Decoded, decoded, parse, rejected, when } from './parser.ts';

/** Respiratory rate, for which GATT has no standard characteristic. */
export const HEALTHSENSE_SERVICE = '5c4d0001b8a3472c9f5d61e0a8d7c3f2';
export const RESPIRATORY_RATE_CHARACTERISTIC = '5c4d0002b8a3472c9f5d61e0a8d7c3f2';

export interface RespiratoryRateFrame {
  readonly kind: 'respiratoryRate';
  readonly respiratoryRatePerMin: MedicalFloat;
  readonly takenAt: DeviceDateTime | null;
  /** Bits of RESPIRATION_STATUS; null where not sent. */
  readonly status: number | null;
}

export const RESPIRATION_STATUS = { sensorOff: 0, movement: 1, questionable: 2 } as const;

const TABLE = [always('flags', 'u8'), always('rate', 'sfloat'), when(0, 'takenAt', 'dateTime'), when(1, 'status', 'u8')] as const;

export function decodeRespiratoryRate(bytes: Uint8Array): Decoded<RespiratoryRateFrame> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { rate, takenAt, status } = parsed.value;
  return decoded({ kind: 'respiratoryRate', respiratoryRatePerMin: rate, takenAt, status });
}

export const RECORD_SERVICE = '5c4d0010b8a3472c9f5d61e0a8d7c3f2';
export const CHALLENGE = '5c4d0011b8a3472c9f5d61e0a8d7c3f2';
export const PROOF = '5c4d0012b8a3472c9f5d61e0a8d7c3f2';
export const RECORDS = '5c4d0013b8a3472c9f5d61e0a8d7c3f2';
export const CONTROL = '5c4d0014b8a3472c9f5d61e0a8d7c3f2';

/** One moment as the wearable has kept it. */
export interface WearableRecord {
  /** 1 and up, one more with each record, across reboots. */
  readonly sequence: number;
  /** UTC ms by the wearable's clock; 0: it did not know. */
  readonly takenAtMs: number;
  readonly values: readonly (readonly [kind: VitalKind, value: MedicalFloat])[];
  /** Bits of QUALITY (links/link.ts). */
  readonly quality: number;
}

/** In the order of the bits of `fields`, each a SFLOAT in the kind's canonical unit. */
const RECORD_FIELDS = [
  'heartRate',
  'pulseRate',
  'spo2',
  'systolic',
  'diastolic',
  'meanPressure',
  'glucose',
  'respiratoryRate',
  'temperature',
] as const satisfies readonly VitalKind[];

const QUALITY_FIELD = 15;
const KNOWN_FIELDS = (1 << RECORD_FIELDS.length) - 1;

const RECORD_TABLE = [
  always('sequence', 'u32'),
  always('takenAtMs', 'u48'),
  always('flags', 'u16'),
  ...RECORD_FIELDS.map((kind, bit) => when(bit, kind, 'sfloat')),
  when(QUALITY_FIELD, 'quality', 'u16'),
] as const;

export function decodeRecord(bytes: Uint8Array): Decoded<WearableRecord> {
  const parsed = parse(RECORD_TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { sequence, takenAtMs, flags, quality, ...fields } = parsed.value;
  if (sequence === 0) return rejected('range', 'a record has no number');
  const unknown = flags & ~(KNOWN_FIELDS | (1 << QUALITY_FIELD));
  if (unknown !== 0) return rejected('range', `it announces fields that are not defined (0x${unknown.toString(16)})`);
  const values = RECORD_FIELDS.flatMap((kind): [VitalKind, MedicalFloat][] => {
    const value = fields[kind];
    return value == null ? [] : [[kind, value]];
  });
  return decoded({ sequence, takenAtMs, values, quality: quality ?? 0 });
}

export const CONTROL_OP = { stream: 0x01, acknowledge: 0x02, stop: 0x03, answer: 0x80 } as const;
export const CONTROL_STATUS = { ok: 0, notProved: 1, lost: 2, badOperand: 3 } as const;

export interface ControlAnswer {
  readonly op: number;
  readonly status: number;
  /** Sequence numbers the wearable holds at present; where it holds none, the next one and the one before it. */
  readonly oldest: number;
  readonly newest: number;
  /** Number of the memory that holds the records: what another one holds is counted anew. */
  readonly store: number;
}

const ANSWER_TABLE = [
  always('code', 'u8'),
  always('op', 'u8'),
  always('status', 'u8'),
  always('oldest', 'u32'),
  always('newest', 'u32'),
  always('store', 'u32'),
] as const;

export function decodeControlAnswer(bytes: Uint8Array): Decoded<ControlAnswer> {
  const parsed = parse(ANSWER_TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { code, ...answer } = parsed.value;
  return code === CONTROL_OP.answer ? decoded(answer) : rejected('range', 'it is no answer');
}

/** @param sequence for `stream` the first wanted (0: the oldest there is), for `acknowledge` the last that is safe. */
export function encodeControl(op: 'stream' | 'acknowledge' | 'stop', sequence = 0): Uint8Array {
  if (op === 'stop') return Uint8Array.of(CONTROL_OP.stop);
  const bytes = new Uint8Array(5);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, CONTROL_OP[op]);
  view.setUint32(1, sequence, true);
  return bytes;
}

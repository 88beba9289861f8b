// One parser for every GATT measurement: a cursor over bytes, and tables of fields of which some are announced by flag bits.
import { DATE_TIME_BYTES, type DeviceDateTime, decodeDateTime } from '../ieee11073/date-time.ts';
import { decodeFloat32, decodeSfloat, type MedicalFloat } from '../ieee11073/medical-float.ts';

export type RejectionCode = 'short' | 'trailing' | 'date' | 'crc' | 'range' | 'length' | 'text';

/** A frame that is not what its characteristic says; `reason` is for people. */
export interface Rejection {
  readonly ok: false;
  readonly code: RejectionCode;
  readonly reason: string;
}

export type Decoded<T> = { readonly ok: true; readonly value: T } | Rejection;

export function decoded<T>(value: T): Decoded<T> {
  return { ok: true, value };
}

export function rejected(code: RejectionCode, reason: string): Rejection {
  return { ok: false, code, reason };
}

interface FieldTypes {
  u8: number;
  u16: number;
  u24: number;
  u32: number;
  /** 48 bits. */
  u48: number;
  s8: number;
  s16: number;
  sfloat: MedicalFloat;
  float32: MedicalFloat;
  dateTime: DeviceDateTime;
  /** Every 16-bit word to the end of the frame, at least one. */
  u16List: readonly number[];
}

export type FieldType = keyof FieldTypes;

const WIDTH: { readonly [T in FieldType]: number } = {
  u8: 1,
  u16: 2,
  u24: 3,
  u32: 4,
  u48: 6,
  s8: 1,
  s16: 2,
  sfloat: 2,
  float32: 4,
  dateTime: DATE_TIME_BYTES,
  u16List: 2,
};

export interface Field<N extends string = string, T extends FieldType = FieldType, B extends number | null = number | null> {
  readonly name: N;
  readonly type: T;
  /** Bit of `flags` that announces the field; null: always there. */
  readonly bit: B;
  /** What that bit must be. */
  readonly whenSet: boolean;
}

type FieldTable = readonly Field[];

/** Fields not announced are null. */
export type Parsed<F extends FieldTable> = {
  readonly [K in F[number] as K['name']]: FieldTypes[K['type']] | (K['bit'] extends null ? never : null);
};

/** A field that is always there. One named `flags` steers those after it. */
export function always<const N extends string, const T extends FieldType>(name: N, type: T): Field<N, T, null> {
  return { name, type, bit: null, whenSet: true };
}

export function when<const N extends string, const T extends FieldType>(bit: number, name: N, type: T): Field<N, T, number> {
  return { name, type, bit, whenSet: true };
}

export function unless<const N extends string, const T extends FieldType>(bit: number, name: N, type: T): Field<N, T, number> {
  return { name, type, bit, whenSet: false };
}

export function hasBit(bits: number, bit: number): boolean {
  return ((bits >>> bit) & 1) === 1;
}

/** Bytes the fields take for these flags; a list counts once. */
export function announcedLength(table: FieldTable, flags: number): number {
  return table.reduce((sum, field) => sum + (isAnnounced(field, flags) ? WIDTH[field.type] : 0), 0);
}

/**
 * Reads `bytes` by `table`, to the last byte.
 * @returns the fields, or why these bytes are not such a frame. Never throws.
 */
export function parse<const F extends FieldTable>(table: F, bytes: Uint8Array): Decoded<Parsed<F>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Record<string, unknown> = {};
  let offset = 0;
  let flags = 0;
  for (const field of table) {
    if (!isAnnounced(field, flags)) {
      values[field.name] = null;
      continue;
    }
    if (offset + WIDTH[field.type] > bytes.length) {
      return rejected('short', `${field.name} is announced but the frame ends after ${bytes.length} bytes`);
    }
    if (field.type === 'u16List') {
      const list: number[] = [];
      for (; offset + 2 <= bytes.length; offset += 2) list.push(view.getUint16(offset, true));
      values[field.name] = list;
      continue;
    }
    const value = read(view, offset, field.type);
    if (value === null) return rejected('date', `${field.name} is not a date any calendar has`);
    values[field.name] = value;
    if (field.name === 'flags') flags = Number(value);
    offset += WIDTH[field.type];
  }
  const left = bytes.length - offset;
  if (left > 0) return rejected('trailing', `${left} byte(s) more than the flags announce`);
  return decoded(values as Parsed<F>);
}

function isAnnounced(field: Field, flags: number): boolean {
  return field.bit === null || hasBit(flags, field.bit) === field.whenSet;
}

/** @returns null for a date that cannot be. */
function read(
  view: DataView,
  offset: number,
  type: Exclude<FieldType, 'u16List'>,
): number | MedicalFloat | DeviceDateTime | null {
  switch (type) {
    case 'u8':
      return view.getUint8(offset);
    case 'u16':
      return view.getUint16(offset, true);
    case 'u24':
      return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
    case 'u32':
      return view.getUint32(offset, true);
    case 'u48':
      return view.getUint32(offset, true) + view.getUint16(offset + 4, true) * 2 ** 32;
    case 's8':
      return view.getInt8(offset);
    case 's16':
      return view.getInt16(offset, true);
    case 'sfloat':
      return decodeSfloat(view.getUint16(offset, true));
    case 'float32':
      return decodeFloat32(view.getUint32(offset, true));
    case 'dateTime':
      return decodeDateTime(view, offset);
  }
}

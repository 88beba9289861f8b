// IEEE 11073-20601 SFLOAT (16 bit) and FLOAT (32 bit): a number or a special value, never one for the other.

export type MedicalSpecial = 'NaN' | 'NRes' | '+INF' | '-INF' | 'reserved';

export type MedicalFloat =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'special'; readonly special: MedicalSpecial };

/** Specials are whole raw words: the same mantissa with another exponent is an ordinary number (0xF7FF is 204.7). */
const SFLOAT_SPECIALS: ReadonlyMap<number, MedicalSpecial> = new Map([
  [0x07ff, 'NaN'],
  [0x0800, 'NRes'],
  [0x07fe, '+INF'],
  [0x0802, '-INF'],
  [0x0801, 'reserved'],
]);

const FLOAT32_SPECIALS: ReadonlyMap<number, MedicalSpecial> = new Map([
  [0x007fffff, 'NaN'],
  [0x00800000, 'NRes'],
  [0x007ffffe, '+INF'],
  [0x00800002, '-INF'],
  [0x00800001, 'reserved'],
]);

/**
 * @param raw the 16-bit word as an unsigned integer: low 12 bits signed mantissa, top 4 bits signed exponent.
 */
export function decodeSfloat(raw: number): MedicalFloat {
  const special = SFLOAT_SPECIALS.get(raw);
  if (special !== undefined) return { type: 'special', special };
  const mantissa = signed(raw & 0x0fff, 12);
  const exponent = signed(raw >>> 12, 4);
  return { type: 'number', value: scaled(mantissa, exponent) };
}

/**
 * @param raw the 32-bit word as an unsigned integer: low 24 bits signed mantissa, top 8 bits signed exponent.
 */
export function decodeFloat32(raw: number): MedicalFloat {
  const special = FLOAT32_SPECIALS.get(raw);
  if (special !== undefined) return { type: 'special', special };
  const mantissa = signed(raw & 0x00ffffff, 24);
  const exponent = signed(raw >>> 24, 8);
  return { type: 'number', value: scaled(mantissa, exponent) };
}

function signed(value: number, bits: number): number {
  const half = 2 ** (bits - 1);
  return value >= half ? value - 2 * half : value;
}

/** Dividing by a whole power of ten gives the nearest double (12.34, not 12.340000000000002). */
function scaled(mantissa: number, exponent: number): number {
  if (mantissa === 0) return 0;
  return exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent;
}

// How each vital stands in the database: its column, its number in the roll-ups, and its three bits among the specials.
import type { SpecialValue } from '../contract/models.ts';
import { UNSCORED_QUALITY } from '../links/link.ts';
import { VITALS, type VitalKind } from '../vitals/kinds.ts';

export interface VitalColumn {
  readonly kind: VitalKind;
  readonly column: string;
  /** Stored in roll-ups: never renumber. */
  readonly code: number;
  readonly scale: number;
  /** First of the three bits in `specials`. */
  readonly shift: number;
}

/** In the order of the columns of `reading`. */
export const VITAL_COLUMNS: readonly VitalColumn[] = [
  at('heartRate', 'heart_rate', 1),
  at('pulseRate', 'pulse_rate', 2),
  at('spo2', 'spo2', 3),
  at('systolic', 'systolic', 4),
  at('diastolic', 'diastolic', 5),
  at('meanPressure', 'mean_pressure', 6),
  at('glucose', 'glucose', 7),
  at('respiratoryRate', 'respiratory_rate', 8),
  at('temperature', 'temperature', 9),
];

function at(kind: VitalKind, column: string, code: number): VitalColumn {
  return { kind, column, code, scale: VITALS[kind].scale, shift: (code - 1) * 3 };
}

const BY_KIND: ReadonlyMap<VitalKind, VitalColumn> = new Map(VITAL_COLUMNS.map((column) => [column.kind, column]));

export function columnOf(kind: VitalKind): VitalColumn {
  const column = BY_KIND.get(kind);
  if (column === undefined) throw new Error(`no column for ${kind}`);
  return column;
}

/** 0 is "no special"; the position is what is stored. */
const SPECIAL_CODES: readonly (SpecialValue | null)[] = [null, 'NaN', 'NRes', '+INF', '-INF', 'HI', 'LO'];

/** Nine times three bits in one number. */
export function packSpecials(specials: { readonly [K in VitalKind]?: SpecialValue }): number {
  let packed = 0;
  for (const { kind, shift } of VITAL_COLUMNS) {
    const special = specials[kind];
    if (special !== undefined) packed |= SPECIAL_CODES.indexOf(special) << shift;
  }
  return packed;
}

export function specialAt(packed: number, shift: number): SpecialValue | null {
  return SPECIAL_CODES[(packed >> shift) & 7] ?? null;
}

export function unpackSpecials(packed: number): { [K in VitalKind]?: SpecialValue } {
  const specials: { [K in VitalKind]?: SpecialValue } = {};
  if (packed === 0) return specials;
  for (const { kind, shift } of VITAL_COLUMNS) {
    const special = specialAt(packed, shift);
    if (special !== null) specials[kind] = special;
  }
  return specials;
}

export function isScored(quality: number): boolean {
  return (quality & UNSCORED_QUALITY) === 0;
}

/** The same condition for SQL. */
export const SCORED_SQL = `(quality & ${UNSCORED_QUALITY}) = 0`;

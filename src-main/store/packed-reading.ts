// How a filed reading lies on disk: several numbers share one integer, for in SQLite every column of a row takes a byte, an empty one too.
// Reading needs none of this: the views filed_reading and reading have a column per number.
import type { VitalColumn } from './vital-columns.ts';

/** Bits of one of the two integers that hold the vitals. All zero: no number. */
interface Field {
  readonly word: 'vitals' | 'more_vitals';
  readonly shift: number;
  readonly bits: number;
}

/**
 * As stored: never change one. What a wearable or a cuff sends together stands together, the widest last, for SQLite stores an integer
 * in 0, 1, 2, 3, 4, 6 or 8 bytes. No field reaches the sign.
 */
const FIELDS: Readonly<Record<string, Field>> = {
  heart_rate: { word: 'vitals', shift: 0, bits: 12 },
  spo2: { word: 'vitals', shift: 12, bits: 12 },
  systolic: { word: 'vitals', shift: 24, bits: 12 },
  diastolic: { word: 'vitals', shift: 36, bits: 12 },
  glucose: { word: 'vitals', shift: 48, bits: 15 },
  temperature: { word: 'more_vitals', shift: 0, bits: 13 },
  respiratory_rate: { word: 'more_vitals', shift: 13, bits: 11 },
  pulse_rate: { word: 'more_vitals', shift: 24, bits: 12 },
  mean_pressure: { word: 'more_vitals', shift: 36, bits: 12 },
};

/** Quality is below, the specials above. */
const QUALITY_BITS = 31;
const mask = (bits: number): number => 2 ** bits - 1;

/** The table's columns in its order, as `packSql` gives them after the key. */
export const PACKED_COLUMNS = 'source_id, taken_at_ms, sequence, received, flags, vitals, more_vitals';

/** Greatest value × scale that can be stored of a vital; the least is 1. */
export function mostStored({ column }: Pick<VitalColumn, 'column'>): number {
  const field = FIELDS[column];
  if (field === undefined) throw new Error(`no place for ${column}`);
  return mask(field.bits);
}

/** SQL for what is not the key. `of` gives the SQL of an unpacked column: NULL where there is no such number. */
export function packSql(of: (column: string) => string): Readonly<Record<'received' | 'flags' | Field['word'], string>> {
  const word = (name: Field['word']): string =>
    Object.entries(FIELDS)
      .filter(([, field]) => field.word === name)
      .map(([column, { shift }]) => `(coalesce(${of(column)}, 0) << ${shift})`)
      .join(' | ');
  return {
    received: `${of('received_after_ms')} * 2 + ${of('backfilled')}`,
    flags: `${of('quality')} | (${of('specials')} << ${QUALITY_BITS})`,
    vitals: word('vitals'),
    more_vitals: word('more_vitals'),
  };
}

const asColumn = (sql: string, column: string): string => `CAST(${sql} AS INTEGER) AS ${column}`;

/**
 * The columns of a reading out of a packed row; the shift keeps the sign of a reading received before it was taken. The casts change
 * no number: without the affinity of a column SQLite would not look for the key of both parts of the view `reading` in order.
 */
export const UNPACKED_SQL = [
  'source_id, taken_at_ms, sequence',
  asColumn('received >> 1', 'received_after_ms'),
  asColumn('received & 1', 'backfilled'),
  asColumn(`flags & ${mask(QUALITY_BITS)}`, 'quality'),
  asColumn(`flags >> ${QUALITY_BITS}`, 'specials'),
  ...Object.entries(FIELDS).map(([column, { word, shift, bits }]) =>
    asColumn(`nullif((${word} >> ${shift}) & ${mask(bits)}, 0)`, column),
  ),
].join(', ');

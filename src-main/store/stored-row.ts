// One reading as it stands in the database: made from a measurement or a row, met by what is sent of it again, and told to whoever asks.
import type { Measurement } from '../links/link.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { ReadableDatabase } from './database.ts';
import { mostStored } from './packed-reading.ts';
import type { ReadingRow } from './ports.ts';
import { readingId } from './reading-id.ts';
import { packSpecials, unpackSpecials, VITAL_COLUMNS } from './vital-columns.ts';

const VITAL_NAMES = VITAL_COLUMNS.map(({ column }) => column).join(', ');
/** The columns of a reading, in the order of `fromRaw`. */
export const ALL = `source_id, taken_at_ms, sequence, received_after_ms, backfilled, quality, specials, ${VITAL_NAMES}`;
const FIRST_VITAL = 7;
const MOST_STORED = VITAL_COLUMNS.map(mostStored);

export type RawRow = readonly (number | null)[];

/** One row as it stands or will stand; `vitals` in the order of VITAL_COLUMNS, value × scale. */
export interface StoredRow {
  readonly sourceId: number;
  readonly takenAtMs: number;
  readonly sequence: number;
  readonly receivedAfterMs: number;
  readonly backfilled: number;
  readonly quality: number;
  readonly specials: number;
  readonly vitals: readonly (number | null)[];
}

/** What is to become of one measurement. `added` are positions in VITAL_COLUMNS whose numbers are new. */
export type ReadingPlan =
  | {
      readonly action: 'insert' | 'fill';
      readonly row: StoredRow;
      readonly added: readonly number[];
      /** The quality before a fill; its scored state decides whether roll-ups are rebuilt. */
      readonly qualityBefore: number;
    }
  | { readonly action: 'duplicate' }
  | { readonly action: 'conflict'; readonly kind: VitalKind; readonly stored: number; readonly sent: number };

/** By source, time taken and sequence. */
export function findReading(db: ReadableDatabase) {
  const statement = db
    .prepare<[number, number, number], RawRow>(
      `SELECT ${ALL} FROM reading WHERE source_id = ? AND taken_at_ms = ? AND sequence = ?`,
    )
    .raw();
  return (sourceId: number, takenAtMs: number, sequence: number): RawRow | undefined =>
    statement.get(sourceId, takenAtMs, sequence);
}

export function fromRaw(raw: RawRow): StoredRow {
  const at = (index: number): number => raw[index] ?? 0;
  return {
    sourceId: at(0),
    takenAtMs: at(1),
    sequence: at(2),
    receivedAfterMs: at(3),
    backfilled: at(4),
    quality: at(5),
    specials: at(6),
    vitals: raw.slice(FIRST_VITAL),
  };
}

export function asRow(sourceId: number, measurement: Measurement): StoredRow {
  return {
    sourceId,
    takenAtMs: measurement.takenAtMs,
    sequence: measurement.sequence,
    receivedAfterMs: measurement.receivedAtMs - measurement.takenAtMs,
    backfilled: measurement.origin === 'backfill' ? 1 : 0,
    quality: measurement.quality,
    specials: packSpecials(measurement.specials),
    vitals: VITAL_COLUMNS.map((column, index) => {
      const value = measurement.values[column.kind];
      if (value === undefined) return null;
      const stored = Math.round(value * column.scale);
      // Filed, it would change the numbers beside it. The intake has refused what is outside the hard limits, which are narrower.
      if (!(stored >= 1 && stored <= (MOST_STORED[index] ?? 0))) throw new RangeError(`${column.kind} ${value} cannot be stored`);
      return stored;
    }),
  };
}

/** Compares a frame with what is stored under its identity. A special value is a stored answer like a number. */
export function meet(stored: StoredRow, sent: StoredRow): ReadingPlan {
  const vitals = [...stored.vitals];
  let specials = stored.specials;
  const added: number[] = [];
  for (const [index, { kind, scale, shift }] of VITAL_COLUMNS.entries()) {
    const [was, is] = [stored.vitals[index] ?? null, sent.vitals[index] ?? null];
    const [wasSpecial, isSpecial] = [(stored.specials >> shift) & 7, (sent.specials >> shift) & 7];
    if (is === null && isSpecial === 0) continue;
    if (was === null && wasSpecial === 0) {
      vitals[index] = is;
      specials |= isSpecial << shift;
      if (is !== null) added.push(index);
    } else if (was !== is || wasSpecial !== isSpecial) {
      const inUnit = (value: number | null): number => (value === null ? Number.NaN : value / scale);
      return { action: 'conflict', kind, stored: inUnit(was), sent: inUnit(is) };
    }
  }
  if (added.length === 0 && specials === stored.specials) return { action: 'duplicate' };
  const row = { ...stored, vitals, specials, quality: stored.quality | sent.quality };
  return { action: 'fill', row, added, qualityBefore: stored.quality };
}

export function asReading(raw: RawRow, deviceId: string): ReadingRow {
  const row = fromRaw(raw);
  const values: { [K in VitalKind]?: number } = {};
  for (const [index, { kind, scale }] of VITAL_COLUMNS.entries()) {
    const value = row.vitals[index];
    if (value !== null && value !== undefined) values[kind] = value / scale;
  }
  return {
    readingId: readingId(row.sourceId, row.takenAtMs, row.sequence),
    deviceId,
    takenAtMs: row.takenAtMs,
    receivedAtMs: row.takenAtMs + row.receivedAfterMs,
    sequence: row.sequence,
    origin: row.backfilled === 1 ? 'backfill' : 'live',
    quality: row.quality,
    values,
    specials: unpackSpecials(row.specials),
  };
}

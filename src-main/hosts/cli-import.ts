// Takes in what `export` has written: readings with their identities, so that what is there already stays as it is, and entries.
// Scores and alarms are not taken over: this console makes its own.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConsoleError } from '../contract/errors.ts';
import { type Device, observationKind, type SpecialValue, specialValue } from '../contract/models.ts';
import { type Measurement, QUALITY } from '../links/link.ts';
import type { OnProgress } from '../store/backup.ts';
import { VITAL_KINDS, type VitalKind } from '../vitals/kinds.ts';
import { QUALITY_WORDS } from '../vitals/quality-words.ts';
import type { Commands } from './cli-commands.ts';
import { csvRows } from './csv-cells.ts';

export interface ImportAsk {
  readonly mrn: string;
  readonly file: string;
  readonly onProgress: OnProgress;
}

export interface Imported {
  stored: number;
  known: number;
  entries: number;
  /** Scores and alarms of the other console. */
  leftOut: number;
  /** Why rows were not taken: the first few in words. */
  readonly refused: string[];
  refusedCount: number;
}

type Row = Readonly<Record<string, string>>;

const BATCH = 500;
/** As in the tray of unclaimed readings: after a longer pause another may have worn it. */
const PAUSE_MS = 30 * 60_000;
const MOST_REFUSED_WORDS = 10;
const NEEDED = ['record', 'taken_at_utc', 'device_id', 'sequence', 'item', 'entered_value', 'entered_unit'] as const;
const BIT_OF_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries(QUALITY_WORDS).map(([flag, words]) => [words, QUALITY[flag as keyof typeof QUALITY]]),
);

/** @throws ConsoleError where there is no such patient or the file is no export */
export async function importCsv(commands: Commands, { mrn, file, onProgress }: ImportAsk): Promise<Imported> {
  const { patientId } = await commands.patientByMrn(mrn);
  const path = resolve(file);
  const bytes = (await stat(path)).size;
  const imported: Imported = { stored: 0, known: 0, entries: 0, leftOut: 0, refused: [], refusedCount: 0 };
  const refuse = (line: number, reason: string): void => {
    imported.refusedCount += 1;
    if (imported.refused.length < MOST_REFUSED_WORDS) imported.refused.push(`line ${line}: ${reason}`);
  };

  const devices = await commands.send('device.list', {});
  const heardHere = new Set(devices.filter(isHeard).map(({ deviceId }) => deviceId));
  const known = new Set(devices.map(({ deviceId }) => deviceId));
  let ahead = 0;
  for (const { first, line, fromMs, toMs } of await stretchesOfNobody(commands, path, heardHere)) {
    const { deviceId } = first;
    // Its first reading makes the device known and goes ahead of the others: only what is there can be claimed. It has no token here.
    if (!known.has(deviceId)) commands.sink.deviceStatus({ deviceId, state: 'stopped', transport: 'http' });
    known.add(deviceId);
    const [outcome] = await commands.sink.accept([first]);
    if (outcome?.status === 'stored') ahead += 1;
    else if (outcome?.status !== 'duplicate') continue;
    try {
      await commands.send('unclaimed.claim', { deviceId, fromMs, toMs, patientId });
    } catch (error) {
      refuse(line, error instanceof Error ? error.message : String(error));
    }
  }

  let waiting: { readonly line: number; readonly measurement: Measurement }[] = [];
  const flush = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const outcomes = await commands.sink.accept(batch.map(({ measurement }) => measurement));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'stored') imported.stored += 1;
      else if (outcome.status === 'duplicate') imported.known += 1;
      else if ('problems' in outcome) refuse(batch[index]?.line ?? 0, outcome.problems.map(({ message }) => message).join(' '));
    }
  };

  const entered = new Set((await commands.send('observation.list', { patientId })).map(entryKey));
  let read = 0;
  for await (const { line, row, size } of rowsOf(path)) {
    read += size;
    onProgress('Importing', bytes === 0 ? null : Math.min(1, read / bytes));
    // The reading that an entry overrides has to be there before it.
    if (row.record === 'entry') await flush();
    try {
      if (row.record === 'reading') {
        const measurement = measurementOf(row);
        const wearer = commands.wearerAt(measurement.deviceId, measurement.takenAtMs);
        if (wearer !== patientId) throw new Error(notWorn(measurement.deviceId, mrn, wearer, heardHere));
        if (waiting.push({ line, measurement }) >= BATCH) await flush();
      } else if (row.record === 'entry' && !row.retracted_at_utc) {
        if (await enter(commands, patientId, row, entered)) imported.entries += 1;
        else imported.known += 1;
      } else imported.leftOut += 1;
    } catch (error) {
      refuse(line, error instanceof Error ? error.message : String(error));
    }
  }
  await flush();
  // They came in before the others, and once more with them.
  imported.stored += ahead;
  imported.known -= ahead;
  return imported;
}

export function importWords({ stored, known, entries, leftOut, refused, refusedCount }: Imported): string {
  const lines = [`${stored} readings and ${entries} entries taken in, ${known} were there already`];
  if (leftOut > 0) lines.push(`${leftOut} scores, alarms and retracted entries of the other console left out`);
  if (refusedCount > 0) lines.push(`${refusedCount} rows refused:`, ...refused);
  if (refusedCount > refused.length) lines.push(`… and ${refusedCount - refused.length} more`);
  return lines.join('\n');
}

/** Readings of one device that nobody wore then, with no such pause between two of them that another may have worn it. */
interface Stretch {
  readonly line: number;
  readonly first: Measurement;
  readonly fromMs: number;
  toMs: number;
}

/** By this console itself: not only in an import. */
function isHeard({ transport, tokenUsedAtMs }: Device): boolean {
  return transport !== 'http' || tokenUsedAtMs !== null;
}

/**
 * Where the file alone says who wore a device: one that this console has never heard itself, at times when it was nobody's. What it has
 * heard of a device of that name may be another's, and is not given to the patient with the readings of the file.
 */
async function stretchesOfNobody(commands: Commands, path: string, heardHere: ReadonlySet<string>): Promise<readonly Stretch[]> {
  const stretches: Stretch[] = [];
  const newest = new Map<string, Stretch>();
  for await (const { line, row } of rowsOf(path)) {
    if (row.record !== 'reading' || heardHere.has(row.device_id ?? '')) continue;
    try {
      const first = measurementOf(row);
      const { deviceId, takenAtMs } = first;
      if (!commands.wornByNobody(deviceId, takenAtMs, takenAtMs)) continue;
      const before = newest.get(deviceId);
      if (before !== undefined && takenAtMs >= before.toMs && takenAtMs - before.toMs <= PAUSE_MS) {
        if (commands.wornByNobody(deviceId, before.toMs, takenAtMs)) {
          before.toMs = takenAtMs;
          continue;
        }
      }
      const stretch = { line, first, fromMs: takenAtMs, toMs: takenAtMs };
      newest.set(deviceId, stretch);
      stretches.push(stretch);
    } catch {
      // Said of its line when it is imported.
    }
  }
  return stretches;
}

function notWorn(deviceId: string, mrn: string, wearer: number | null, heardHere: ReadonlySet<string>): string {
  if (wearer !== null) return `${deviceId} was worn by another patient then, as this console has it.`;
  return heardHere.has(deviceId)
    ? `${deviceId} sends to this console itself, which does not have it that ${mrn} wore it then: bind it for that time first.`
    : `${deviceId} was not worn by ${mrn} then.`;
}

async function* rowsOf(path: string): AsyncGenerator<{ readonly line: number; readonly row: Row; readonly size: number }> {
  let names: readonly string[] | null = null;
  let line = 0;
  for await (const cells of csvRows(createReadStream(path, 'utf8'))) {
    line += 1;
    if (names === null) {
      // `spo2 [%]`, `taken_at_local (Europe/Berlin)`: the word is the column.
      const columns = cells.map((cell) => cell.split(' ')[0] ?? '');
      const missing = NEEDED.filter((name) => !columns.includes(name));
      if (missing.length > 0) {
        throw new ConsoleError('invalid_params', `This is no export of HealthSense: the column ${missing[0]} is missing.`);
      }
      names = columns;
      continue;
    }
    const row: Record<string, string> = {};
    for (const [index, name] of names.entries()) row[name] = plain(cells[index] ?? '');
    yield { line, row, size: cells.reduce((sum, cell) => sum + cell.length + 1, 1) };
  }
}

/** The apostrophe that keeps spreadsheets from running a cell. */
function plain(cell: string): string {
  return /^'\s*[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

/** @throws Error in plain words */
function measurementOf(row: Row): Measurement {
  const takenAtMs = Date.parse(row.taken_at_utc ?? '');
  const receivedAtMs = Date.parse(row.recorded_at_utc ?? '');
  if (Number.isNaN(takenAtMs)) throw new Error(`“${row.taken_at_utc}” is no time.`);
  const values: { [K in VitalKind]?: number } = {};
  const specials: { [K in VitalKind]?: SpecialValue } = {};
  for (const kind of VITAL_KINDS) {
    const cell = row[kind] ?? '';
    if (cell === '') continue;
    const special = specialValue.safeParse(cell);
    if (special.success) specials[kind] = special.data;
    else if (/^-?\d+(\.\d+)?$/.test(cell)) values[kind] = Number(cell);
    else throw new Error(`“${cell}” is no value of ${kind}.`);
  }
  return {
    deviceId: row.device_id ?? '',
    takenAtMs,
    receivedAtMs: Number.isNaN(receivedAtMs) ? takenAtMs : receivedAtMs,
    sequence: Number(row.sequence),
    // Whatever it was there, here it is history.
    origin: 'backfill',
    wearerSaid: true,
    values,
    specials,
    quality: qualityBits(row.quality ?? ''),
  };
}

function qualityBits(words: string): number {
  let bits = 0;
  for (const word of words.split('; ').filter((each) => each !== '')) {
    const bit = BIT_OF_WORDS.get(word) ?? (/^quality bit \d+$/.test(word) ? 1 << Number(word.slice(12)) : null);
    if (bit === null) throw new Error(`“${word}” is no quality.`);
    bits |= bit;
  }
  return bits;
}

/** @returns false: it is there already. @throws what the entry is refused for */
async function enter(commands: Commands, patientId: number, row: Row, entered: Set<string>): Promise<boolean> {
  const kind = observationKind.parse(row.item);
  const takenAtMs = Date.parse(row.taken_at_utc ?? '');
  const value = row.entered_value ?? '';
  const key = entryKey({ kind, takenAtMs, enteredValue: value });
  if (entered.has(key)) return false;
  const note = [row.detail, `imported, entered by ${row.recorded_by}`].filter((part) => part !== '').join(' · ');
  const override = (row.overrides_device_id ?? '') !== '';
  const entry = { kind, value, unit: row.entered_unit ?? '', confirmed: true, override };
  await commands.send('observation.add', { patientId, takenAtMs, note: note.slice(0, 500), entries: [entry] });
  entered.add(key);
  return true;
}

function entryKey(entry: { readonly kind: string; readonly takenAtMs: number; readonly enteredValue: string }): string {
  return `${entry.kind} ${entry.takenAtMs} ${entry.enteredValue}`;
}

// One payload object → a measurement, or the list of what is wrong with it. Pure.
import type { FieldProblem, Measurement } from '../link.ts';
import { PAYLOAD_FIELDS, type PayloadField, READING_SCHEMA } from './schema.ts';

/** Within this of the console's clock a reading counts as live; older ones go to history only. */
const LIVE_WITHIN_MS = 5 * 60_000;

/** Values in errors are cut to this, so that a mistake is not sent back at full length. */
const MAX_ECHO = 80;
const MAX_ECHO_DEPTH = 4;
const MAX_ECHO_PARTS = 8;
/** Unknown fields named one by one; the rest is only counted, so that a small request never earns a huge answer. */
const MAX_UNKNOWN_NAMED = 5;

/** Beyond the record numbers of any wearable, which are u32 (firmware/protocol/PROTOCOL.md). */
const LEAP_SEQUENCE = 2 ** 32;

export type ParsedPayload =
  | { readonly ok: true; readonly measurement: Measurement; readonly timestamp: string }
  | { readonly ok: false; readonly problems: readonly FieldProblem[]; readonly deviceId: string | null };

const TIMESTAMP = new RegExp(READING_SCHEMA.properties.timestamp.pattern);
const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(READING_SCHEMA.properties));
const VITAL_FIELDS = Object.keys(PAYLOAD_FIELDS) as readonly PayloadField[];

/** Checks what READING_SCHEMA says, the calendar, and that there is at least one vital. Ranges are intake's to judge. */
export function parsePayload(item: unknown, receivedAtMs: number): ParsedPayload {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return { ok: false, deviceId: null, problems: [problem('not_an_object', '', 'A reading is a JSON object.', 'object', item)] };
  }
  const fields = item as { readonly [field: string]: unknown };
  const problems: FieldProblem[] = [];

  const unknown = Object.keys(fields).filter((field) => !KNOWN_FIELDS.has(field));
  const known = `one of ${[...KNOWN_FIELDS].join(', ')}`;
  for (const field of unknown.slice(0, MAX_UNKNOWN_NAMED)) {
    problems.push(problem('unknown_field', clip(field), `${clip(field)} is not a field of a reading.`, known, fields[field]));
  }
  const more = unknown.length - MAX_UNKNOWN_NAMED;
  if (more > 0) problems.push(problem('unknown_field', '', `${more} more are not fields of a reading.`, known));

  const deviceId = checkDeviceId(fields.device_id, problems);
  const takenAtMs = checkTimestamp(fields.timestamp, problems);
  const values: { -readonly [K in keyof Measurement['values']]: number } = {};
  let vitals = 0;
  for (const field of VITAL_FIELDS) {
    const value = fields[field];
    if (value === undefined || value === null) continue;
    vitals += 1;
    // JSON can write numbers too large for a double, which arrive as infinity.
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      problems.push(problem('not_a_number', field, `${field} must be a JSON number.`, 'number', value));
    } else {
      values[PAYLOAD_FIELDS[field]] = value;
    }
  }
  if (vitals === 0) {
    const limit = `at least one of ${VITAL_FIELDS.join(', ')}`;
    problems.push(problem('no_vitals', '', 'The reading holds no vital sign.', limit));
  }

  if (problems.length > 0 || deviceId === null || takenAtMs === null) return { ok: false, problems, deviceId };
  return {
    ok: true,
    timestamp: fields.timestamp as string,
    measurement: {
      deviceId,
      takenAtMs,
      receivedAtMs,
      sequence: leapSequence(fields.timestamp as string),
      origin: receivedAtMs - takenAtMs <= LIVE_WITHIN_MS ? 'live' : 'backfill',
      values,
      specials: {},
      quality: 0,
    },
  };
}

/** Two values under one name: nobody can say which of them was measured. */
export function repeatedField(field: string): FieldProblem {
  const message = `${clip(field)} is given more than once.`;
  return { code: 'repeated_field', field: clip(field), limit: 'once', message };
}

/**
 * UTC milliseconds of an RFC 3339 timestamp with offset; null where it is none, or names a day that does not exist.
 * A leap second (23:59:60 UTC at the end of a month) has no millisecond of its own in UTC as computers count it: it is kept as the
 * last one before it, so that it stays in its day and month. `leapSequence` tells the readings of that millisecond apart.
 */
export function parseTimestamp(text: string): number | null {
  if (!TIMESTAMP.test(text)) return null;
  if (text.slice(17, 19) === '60') {
    const lastMs = parseTimestamp(`${text.slice(0, 17)}59.999${text.slice(19).replace(/^\.\d+/, '')}`);
    if (lastMs === null) return null;
    const next = new Date(lastMs + 1);
    return next.getUTCDate() === 1 && next.getTime() % 86_400_000 === 0 ? lastMs : null;
  }
  const upper = text.toUpperCase();
  const [year, month, day] = [Number(upper.slice(0, 4)), Number(upper.slice(5, 7)), Number(upper.slice(8, 10))];
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC reads years below 100 as 1900 and later, and turns 30 February into March.
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  // Digits beyond milliseconds are cut, not left to the engine's parser.
  const atMs = Date.parse(upper.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(atMs) ? null : atMs;
}

/**
 * A sequence number for each millisecond of a leap second, in their order; 0 for any other time. Without it two readings of one leap
 * second, or of it and of the millisecond before it, would have one identity, and the second would be refused as a conflict.
 * `text`: a timestamp that `parseTimestamp` reads.
 */
export function leapSequence(text: string): number {
  if (text.slice(17, 19) !== '60') return 0;
  const ms = /^\.(\d{1,3})/.exec(text.slice(19))?.[1] ?? '';
  return LEAP_SEQUENCE + Number(ms.padEnd(3, '0'));
}

function checkDeviceId(value: unknown, problems: FieldProblem[]): string | null {
  const { minLength, maxLength } = READING_SCHEMA.properties.device_id;
  if (value === undefined) problems.push(problem('missing_field', 'device_id', 'device_id is missing.', 'required'));
  else if (typeof value !== 'string' || value.length < minLength || value.length > maxLength) {
    const limit = `text of ${minLength} to ${maxLength} characters`;
    problems.push(problem('invalid_device_id', 'device_id', `device_id must be ${limit}.`, limit, value));
  } else return value;
  return null;
}

function checkTimestamp(value: unknown, problems: FieldProblem[]): number | null {
  const limit = 'RFC 3339 with offset, as 2025-04-14T10:45:00Z';
  if (value === undefined) {
    problems.push(problem('missing_field', 'timestamp', 'timestamp is missing.', limit));
    return null;
  }
  const atMs = typeof value === 'string' ? parseTimestamp(value) : null;
  if (atMs === null) problems.push(problem('invalid_timestamp', 'timestamp', `timestamp must be ${limit}.`, limit, value));
  return atMs;
}

function problem(code: string, field: string, message: string, limit: string, value?: unknown): FieldProblem {
  return value === undefined ? { code, field, message, limit } : { code, field, message, limit, value: echo(value) };
}

/** Numbers and short texts as they are; anything longer or nested as clipped JSON. */
function echo(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null) return value;
  return clip(typeof value === 'string' ? value : jsonOf(value));
}

/** The beginning of a value as JSON: however large or deep it is, this costs little. */
function jsonOf(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? JSON.stringify(clip(value)) : String(value);
  const isList = Array.isArray(value);
  if (depth === MAX_ECHO_DEPTH) return isList ? '[…]' : '{…}';
  const parts: string[] = [];
  for (const key in value) {
    if (parts.length === MAX_ECHO_PARTS) return `${isList ? '[' : '{'}${parts.join()},…`;
    const part = jsonOf((value as Readonly<Record<string, unknown>>)[key], depth + 1);
    parts.push(isList ? part : `${JSON.stringify(clip(key))}:${part}`);
  }
  return isList ? `[${parts.join()}]` : `{${parts.join()}}`;
}

function clip(text: string): string {
  return text.length <= MAX_ECHO ? text : `${text.slice(0, MAX_ECHO)}…`;
}

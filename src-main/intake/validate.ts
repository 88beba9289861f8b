// What may be stored: checks of one measurement against the table of vitals, fast enough to run on every one.
import { type FieldProblem, FUTURE_MS, type Measurement } from '../links/link.ts';
import { VITAL_KINDS, VITALS, type VitalDefinition, type VitalKind } from '../vitals/kinds.ts';

/** 2000-01-01T00:00:00Z: a device that says less has never had its clock set. */
export const EARLIEST_MS = Date.UTC(2000, 0, 1);

export const NO_LONGER_KEPT = 'time_no_longer_kept';

const MAX_DEVICE_ID = 80;
const TIME_LIMIT = `${new Date(EARLIEST_MS).toISOString()} – ${FUTURE_MS / 60_000} min from now`;
const KNOWN: ReadonlySet<string> = new Set(VITAL_KINDS);

/** `30–100 %`: the hard limits in words, canonical unit. */
export function limitText({ hard, unitLabel }: VitalDefinition): string {
  return `${hard.low}–${hard.high} ${unitLabel}`;
}

/**
 * Everything wrong with a measurement; empty: it may be stored. `keptFromMs`: what was before it has been removed by retention. Fields are the measurement's own names (a vital's kind,
 * `takenAtMs`, …); links translate them into the names of their format.
 */
export function validate(measurement: Measurement, nowMs: number, keptFromMs = 0): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  checkIdentity(measurement, nowMs, problems);
  checkKept(measurement, keptFromMs, problems);
  let answers = 0;
  for (const kind in measurement.values) answers += checkValue(measurement, kind, problems);
  for (const kind in measurement.specials) {
    answers++;
    if (!KNOWN.has(kind)) problems.push(unknownKind(kind));
  }
  if (answers === 0) {
    problems.push({ code: 'empty', field: 'values', message: 'The reading holds no value of any vital sign.' });
  }
  const { systolic, diastolic } = measurement.values;
  if (systolic !== undefined && diastolic !== undefined && diastolic >= systolic) {
    problems.push({
      code: 'diastolic_not_below_systolic',
      field: 'diastolic',
      limit: `below ${systolic} mmHg`,
      value: diastolic,
      message: `Diastolic pressure ${diastolic} mmHg is not below the systolic ${systolic} mmHg.`,
    });
  }
  return problems;
}

function checkIdentity(
  { deviceId, takenAtMs, receivedAtMs, sequence, quality }: Measurement,
  nowMs: number,
  problems: FieldProblem[],
): void {
  if (deviceId.length === 0 || deviceId.length > MAX_DEVICE_ID) {
    problems.push({
      code: 'invalid_device_id',
      field: 'deviceId',
      limit: `1–${MAX_DEVICE_ID} characters`,
      value: deviceId.slice(0, MAX_DEVICE_ID),
      message: `A device id has 1 to ${MAX_DEVICE_ID} characters.`,
    });
  }
  const limit = TIME_LIMIT;
  if (!Number.isSafeInteger(takenAtMs)) {
    problems.push({
      code: 'invalid_time',
      field: 'takenAtMs',
      limit,
      value: takenAtMs,
      message: 'The time of the reading is not a time.',
    });
  } else if (takenAtMs < EARLIEST_MS) {
    const value = isoOr(takenAtMs);
    problems.push({
      code: 'time_too_old',
      field: 'takenAtMs',
      limit,
      value,
      message: 'The time is before the year 2000: the device clock is not set.',
    });
  } else if (takenAtMs > nowMs + FUTURE_MS) {
    const value = isoOr(takenAtMs);
    problems.push({
      code: 'time_in_future',
      field: 'takenAtMs',
      limit,
      value,
      message: 'The time lies in the future: check the device clock.',
    });
  }
  if (!Number.isSafeInteger(receivedAtMs)) {
    problems.push({
      code: 'invalid_time',
      field: 'receivedAtMs',
      value: receivedAtMs,
      message: 'The time of receipt is not a time.',
    });
  }
  if (!Number.isSafeInteger(sequence) || sequence < 0) {
    const message = 'The record number is not a whole number from 0 up.';
    problems.push({ code: 'invalid_sequence', field: 'sequence', limit: '0 and up', value: sequence, message });
  }
  if (!Number.isInteger(quality) || quality < 0 || quality > 0x7fffffff) {
    problems.push({
      code: 'invalid_quality',
      field: 'quality',
      value: quality,
      message: 'The quality flags are not a set of bits.',
    });
  }
}

/** What was removed for its age must not come back, and count a second time in what is kept of it. */
function checkKept({ takenAtMs }: Measurement, keptFromMs: number, problems: FieldProblem[]): void {
  // Before 2000, or no time at all: that is said already.
  if (!(takenAtMs >= EARLIEST_MS && takenAtMs < keptFromMs)) return;
  problems.push({
    code: NO_LONGER_KEPT,
    field: 'takenAtMs',
    limit: `from ${new Date(keptFromMs).toISOString()}`,
    value: new Date(takenAtMs).toISOString(),
    message: 'Readings of that time are no longer kept by this console.',
  });
}

function checkValue(measurement: Measurement, kind: string, problems: FieldProblem[]): 0 | 1 {
  const name = kind as VitalKind;
  const value = measurement.values[name];
  if (value === undefined) return 0;
  if (!KNOWN.has(kind)) {
    problems.push(unknownKind(kind));
    return 1;
  }
  const vital = VITALS[name];
  const { low, high } = vital.hard;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    const message = `${vital.title} is not a number.`;
    problems.push({ code: 'not_a_number', field: kind, limit: limitText(vital), value: String(value), message });
  } else if (value < low || value > high) {
    const message = `${vital.title} ${value} ${vital.unitLabel} is outside ${limitText(vital)}.`;
    problems.push({ code: 'out_of_range', field: kind, limit: limitText(vital), value, message });
  }
  if (measurement.specials[name] !== undefined) {
    const message = `${vital.title} is given both as a number and as ${measurement.specials[name]}.`;
    problems.push({ code: 'value_and_special', field: kind, value, message });
  }
  return 1;
}

function unknownKind(kind: string): FieldProblem {
  return { code: 'unknown_vital', field: kind, message: `${kind} is not a vital sign this console knows.` };
}

/** Times beyond what a date can hold are given back as numbers. */
function isoOr(ms: number): string | number {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : ms;
}

// What a device sent, as items → measurements for the sink; and the sink's outcomes → the answer the device gets. Pure.
import type { FieldProblem, IntakeOutcome, LatePredictions, Measurement, StoredPrediction } from '../link.ts';
import { parsePayload, repeatedField } from './payload.ts';
import { type ItemError, PayloadProblem } from './problems.ts';
import { MAX_BATCH, MAX_ITEM_ERRORS, payloadFieldOf } from './schema.ts';

/** The readings of one request or message, checked by shape. */
export interface Readings {
  readonly deviceId: string;
  /** How many were sent, good and bad. */
  readonly count: number;
  /** The good ones, with their place in what was sent. */
  readonly sent: readonly { readonly index: number; readonly measurement: Measurement; readonly timestamp: string }[];
  /** What is wrong with the others. */
  readonly errors: readonly ItemError[];
}

export interface Answer {
  /** Newly stored; repeats are not counted. */
  readonly accepted: number;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** @throws PayloadProblem for an empty list or one that is too long. */
export function itemsOf(body: unknown): readonly unknown[] {
  const items: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (items.length === 0) throw new PayloadProblem('empty_batch');
  if (items.length > MAX_BATCH) {
    throw new PayloadProblem('batch_too_large', {
      detail: `${items.length} readings were sent; at most ${MAX_BATCH} fit one request.`,
    });
  }
  return items;
}

/**
 * `proof`: what says that the sender is `deviceId`, for the words of a mismatch. `repeated`: fields an item names twice (json.ts).
 * @throws PayloadProblem where one of the items names another device: then none of them is taken.
 */
export function readItems(
  items: readonly unknown[],
  deviceId: string,
  receivedAtMs: number,
  proof: 'token' | 'topic' = 'token',
  repeated: ReadonlyMap<number, string> = new Map(),
): Readings {
  const sent: { readonly index: number; readonly measurement: Measurement; readonly timestamp: string }[] = [];
  const errors: ItemError[] = [];
  const strangers: ItemError[] = [];
  items.forEach((item, index) => {
    const parsed = parsePayload(item, receivedAtMs);
    const claimed = parsed.ok ? parsed.measurement.deviceId : parsed.deviceId;
    if (claimed !== null && claimed !== deviceId) strangers.push(mismatch(index, claimed, deviceId, proof));
    else if (repeated.has(index)) errors.push(itemError(index, repeatedField(repeated.get(index) ?? '')));
    else if (parsed.ok) sent.push({ index, measurement: parsed.measurement, timestamp: parsed.timestamp });
    else errors.push(...parsed.problems.map((problem) => itemError(index, problem)));
  });
  if (strangers.length > 0) throw new PayloadProblem('device_mismatch', { errors: strangers.slice(0, MAX_ITEM_ERRORS) });
  return { deviceId, count: items.length, sent, errors };
}

/**
 * `outcomes`: one per item of `readings.sent`, in order.
 * @throws PayloadProblem where any reading was refused; it carries what was stored all the same.
 */
export function answerOf(readings: Readings, outcomes: readonly IntakeOutcome[]): Answer {
  const { deviceId, count, sent } = readings;
  const errors = [...readings.errors];
  const results: Record<string, unknown>[] = [];
  let accepted = 0;
  let conflicts = 0;
  let rejected = count - sent.length;
  sent.forEach(({ index, timestamp }, position) => {
    const outcome = outcomes[position];
    if (outcome === undefined) throw new Error(`the sink answered ${outcomes.length} outcomes for ${sent.length} measurements`);
    if (outcome.status === 'rejected' || outcome.status === 'conflict') {
      if (outcome.status === 'conflict') conflicts += 1;
      else rejected += 1;
      errors.push(...outcome.problems.map((problem) => itemError(index, asSent(problem, timestamp))));
      return;
    }
    if (outcome.status === 'stored') accepted += 1;
    results.push(resultOf(index, deviceId, timestamp, outcome));
  });
  if (rejected + conflicts === 0) return { accepted, results: results.map(({ index: _, ...result }) => result) };
  errors.sort((a, b) => a.index - b.index);
  throw new PayloadProblem(rejected > 0 ? 'reading_invalid' : 'reading_conflict', {
    detail: `${rejected + conflicts} of ${count} refused: ${firstWords(errors)}`,
    errors: errors.slice(0, MAX_ITEM_ERRORS),
    accepted,
    results,
  });
}

/** What follows an answer that said so: the predictions that have come since, of the reading with the timestamp it was sent with. */
export function lateAnswerOf({ deviceId, readingId, predictions }: LatePredictions, timestamp: string): Answer {
  const result = { device_id: deviceId, timestamp, reading_id: readingId, predictions: byModel(predictions), alerts: [] };
  return { accepted: 0, results: [result] };
}

/** The first error in words, for a person who looks at one line. */
export function firstWords(errors: readonly ItemError[]): string {
  const first = errors[0];
  if (first === undefined) return 'no reason was given';
  const known = [first.limit, first.value === undefined ? undefined : `got ${JSON.stringify(first.value)}`];
  const missing = known.filter((part) => part !== undefined && !first.message.includes(part.replace(/^got /, '')));
  return missing.length === 0 ? first.message : `${first.message} (${missing.join(', ')})`;
}

function resultOf(
  index: number,
  deviceId: string,
  timestamp: string,
  outcome: Extract<IntakeOutcome, { status: 'stored' | 'duplicate' }>,
): Record<string, unknown> {
  return {
    index,
    device_id: deviceId,
    timestamp,
    reading_id: outcome.readingId,
    ...(outcome.status === 'duplicate' ? { duplicate: true } : {}),
    predictions: byModel(outcome.predictions),
    ...(outcome.predictionsFollow === true ? { predictions_follow: true } : {}),
    alerts: outcome.alerts.map(({ alarmId, rule, priority, message }) => ({ alarm_id: alarmId, rule, priority, message })),
  };
}

function byModel(predictions: readonly StoredPrediction[]) {
  return Object.fromEntries(
    predictions.map(({ model, version, probability, level, missing }) => [
      model,
      { probability, level, model: `${model}@${version}`, missing },
    ]),
  );
}

/** What intake says of a time, about what the device wrote. */
function asSent(problem: FieldProblem, timestamp: string): FieldProblem {
  return problem.field === 'takenAtMs' ? { ...problem, value: timestamp } : problem;
}

function itemError(index: number, { field, code, limit, value, message }: FieldProblem): ItemError {
  return {
    index,
    field: payloadFieldOf(field),
    code,
    ...(limit === undefined ? {} : { limit }),
    ...(value === undefined ? {} : { value }),
    message,
  };
}

function mismatch(index: number, claimed: string, deviceId: string, proof: 'token' | 'topic'): ItemError {
  const message = `The ${proof} is that of ${deviceId}; this reading says it is from ${claimed}.`;
  return { index, field: 'device_id', code: 'device_mismatch', limit: deviceId, value: claimed, message };
}

// Stored readings asked for as history, and what people enter by hand: converted, checked again, stored, scored, evaluated.
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleEvent } from '../contract/events.ts';
import type { Observation, Prediction } from '../contract/models.ts';
import type { NewObservation, Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import type { ObservationKind } from '../vitals/inputs.ts';
import { checkPressurePair, checkValue } from '../vitals/ranges.ts';
import { definitionOf, parseQuantity } from '../vitals/units.ts';
import { by, type HandlersOf } from './handler.ts';

/** How far a clock may run ahead before a time is taken for a mistake. */
const FUTURE_ALLOWED_MS = 5 * 60_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);

export interface ObservationParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly now: () => number;
  readonly emit: (event: ConsoleEvent) => void;
  /** New observations of a patient, before anybody waits for a model: current values and threshold alarms. */
  readonly observed: (observations: readonly Observation[]) => void;
  readonly retracted: (observation: Observation) => Promise<void>;
  readonly predicted: (predictions: readonly Prediction[]) => void;
}

interface Entry {
  readonly kind: ObservationKind;
  readonly value: string;
  readonly unit: string;
  readonly confirmed: boolean;
  readonly override: boolean;
}

/** @throws ConsoleError `invalid_params`, `out_of_range` or `needs_confirmation`, naming the field, the limit and the value. */
function checkEntry(entry: Entry): NewObservation {
  const { kind, value, unit, confirmed, override } = entry;
  const parsed = parseQuantity(value, unit, kind);
  if (!parsed.ok) throw new ConsoleError('invalid_params', parsed.message, { field: kind, value });
  const check = checkValue(kind, parsed.value, parsed.unit.ucum);
  if (check.verdict === 'impossible')
    throw new ConsoleError('out_of_range', check.message, { field: kind, limit: check.limit, value });
  if (check.verdict === 'unusual' && !confirmed) {
    throw new ConsoleError('needs_confirmation', check.message, { field: kind, limit: check.limit, value });
  }
  return { kind, value: parsed.value, enteredValue: value.trim(), enteredUnit: parsed.unit.ucum, override };
}

/** @throws ConsoleError as `checkEntry`, and where diastolic is not below systolic or a kind comes twice. */
function checkEntries(entries: readonly Entry[]): NewObservation[] {
  const checked = entries.map(checkEntry);
  const values = new Map<ObservationKind, number>();
  for (const { kind, value } of checked) {
    if (values.has(kind))
      throw new ConsoleError('invalid_params', `${definitionOf(kind).title} is entered twice.`, { field: kind });
    values.set(kind, value);
  }
  const pair = checkPressurePair(values.get('systolic'), values.get('diastolic'));
  if (pair !== null) throw new ConsoleError('out_of_range', pair, { field: 'diastolic' });
  return checked;
}

/** @throws ConsoleError `out_of_range` for a time before 2000 or more than five minutes ahead. */
export function checkTakenAt(takenAtMs: number, nowMs: number): void {
  if (takenAtMs >= EARLIEST_MS && takenAtMs <= nowMs + FUTURE_ALLOWED_MS) return;
  throw new ConsoleError('out_of_range', 'The time of a measurement must lie between 2000 and now.', {
    field: 'takenAtMs',
    limit: '2000-01-01 – now',
    value: Number.isFinite(takenAtMs) ? new Date(takenAtMs).toISOString() : String(takenAtMs),
  });
}

export function observationHandlers(parts: ObservationParts): HandlersOf<'observation' | 'reading'> {
  const { reads, writes, now, emit } = parts;
  return {
    'reading.history': async (params) => {
      if (params.toMs <= params.fromMs) {
        throw new ConsoleError('invalid_params', 'The period must end after it begins.', { field: 'toMs' });
      }
      return [...(await reads.history(params))];
    },
    'observation.list': async ({ patientId, fromMs, toMs }) => {
      const period = { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
      return [...(await reads.observations({ patientId, ...period }))];
    },
    'observation.add': async ({ patientId, takenAtMs, note, entries }, caller) => {
      const checked = checkEntries(entries);
      checkTakenAt(takenAtMs, now());
      // The device's value stays stored beside it: later readers must be able to tell why a person knew better.
      if (note === '' && entries.some(({ override }) => override)) {
        throw new ConsoleError('invalid_params', 'Say in the note why the device’s value is replaced.', { field: 'note' });
      }
      if ((await reads.patient({ patientId })) === null) throw new ConsoleError('not_found', 'There is no such patient.');
      const stored = await writes.addObservations({ ...by(caller, now()), patientId, takenAtMs, note, entries: checked });
      parts.observed(stored.observations);
      parts.predicted(stored.predictions);
      emit({ name: 'history.changed', payload: { patientId } });
      return [...stored.observations];
    },
    'observation.retract': async (params, caller) => {
      const { observation, predictions } = await writes.retractObservation({ ...by(caller, now()), ...params });
      await parts.retracted(observation);
      parts.predicted(predictions);
      emit({ name: 'history.changed', payload: { patientId: observation.patientId } });
      return observation;
    },
  };
}

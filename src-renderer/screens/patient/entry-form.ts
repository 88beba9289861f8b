// The rules of the entry form: what was typed, whether it can be stored, and what is sent. No screen in here.
import type { CommandInput } from '../../../src-main/contract/commands.ts';
import type { CurrentValue } from '../../../src-main/contract/models.ts';
import { INPUT_KINDS, INPUTS, type ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { VITAL_KINDS } from '../../../src-main/vitals/kinds.ts';
import { checkPressurePair, checkValue } from '../../../src-main/vitals/ranges.ts';
import { definitionOf, displayUnitFor, isVital, parseQuantity, unitSuffix, unitsOf } from '../../../src-main/vitals/units.ts';
import type { UnitSettings } from '../../charts/display-unit.ts';
import { freshness } from '../../stores/freshness.ts';

/** One field as it stands on screen. */
export interface EntryDraft {
  readonly text: string;
  /** UCUM code. */
  readonly unit: string;
  readonly confirmed: boolean;
  readonly override: boolean;
}

export type EntryDrafts = { readonly [K in ObservationKind]?: EntryDraft };

export type EntryVerdict =
  | { readonly state: 'empty' }
  | { readonly state: 'ok'; readonly value: number; readonly words: string }
  /** Storable once the person has confirmed it. */
  | { readonly state: 'unusual'; readonly value: number; readonly words: string; readonly message: string }
  | { readonly state: 'refused'; readonly message: string };

export interface EntryGroup {
  readonly title: string;
  readonly hint: string;
  readonly kinds: readonly ObservationKind[];
}

const ofGroup = (group: (typeof INPUTS)[keyof typeof INPUTS]['group']) =>
  INPUT_KINDS.filter((kind) => INPUTS[kind].group === group);

/** Every vital and every input, each exactly once. */
export const ENTRY_GROUPS: readonly EntryGroup[] = [
  { title: 'Vital signs', hint: 'Measured at the bedside', kinds: VITAL_KINDS },
  { title: 'Observation for NEWS2', hint: 'Completes the early warning score', kinds: ofGroup('news2') },
  { title: 'Body', hint: 'Used by the diabetes model', kinds: ofGroup('body') },
  { title: 'Diabetes model', hint: 'From the laboratory and the history', kinds: ofGroup('diabetes') },
  { title: 'Heart disease model', hint: 'From the laboratory, ECG and exercise test', kinds: ofGroup('heart') },
];

export const emptyDraft = (kind: ObservationKind, settings: UnitSettings): EntryDraft => ({
  text: '',
  unit: displayUnitFor(kind, settings),
  confirmed: false,
  override: false,
});

/** A changed text or unit has to be confirmed anew. */
export function changed(draft: EntryDraft, change: Partial<EntryDraft>): EntryDraft {
  const anew = change.text !== undefined || change.unit !== undefined;
  return { ...draft, ...(anew ? { confirmed: false } : {}), ...change };
}

export function judge(kind: ObservationKind, draft: EntryDraft | undefined): EntryVerdict {
  if (draft === undefined || draft.text.trim() === '') return { state: 'empty' };
  const parsed = parseQuantity(draft.text, draft.unit, kind);
  if (!parsed.ok) return { state: 'refused', message: parsed.message };
  const check = checkValue(kind, parsed.value, draft.unit);
  const words = typedWords(kind, draft, parsed.unit.label);
  if (check.verdict === 'impossible') {
    return { state: 'refused', message: `${words} is not possible: ${lowerFirst(check.message)}${unitHint(kind, draft)}` };
  }
  if (check.verdict === 'unusual') {
    return { state: 'unusual', value: parsed.value, words, message: `Unusual: normally ${check.limit}.${unitHint(kind, draft)}` };
  }
  return { state: 'ok', value: parsed.value, words };
}

/** Verdict of each field; the pressures are judged against each other too. */
export function judgeAll(drafts: EntryDrafts): ReadonlyMap<ObservationKind, EntryVerdict> {
  const verdicts = new Map<ObservationKind, EntryVerdict>();
  for (const { kinds } of ENTRY_GROUPS) for (const kind of kinds) verdicts.set(kind, judge(kind, drafts[kind]));
  const value = (kind: ObservationKind): number | undefined => {
    const verdict = verdicts.get(kind);
    return verdict && 'value' in verdict ? verdict.value : undefined;
  };
  const crossed = checkPressurePair(value('systolic'), value('diastolic'));
  if (crossed !== null) verdicts.set('diastolic', { state: 'refused', message: crossed });
  return verdicts;
}

export interface EntrySummary {
  /** Filled fields that can be sent as they are. */
  readonly ready: readonly ObservationKind[];
  readonly toConfirm: readonly ObservationKind[];
  readonly refused: readonly ObservationKind[];
}

export function summarise(drafts: EntryDrafts, verdicts: ReadonlyMap<ObservationKind, EntryVerdict>): EntrySummary {
  const ready: ObservationKind[] = [];
  const toConfirm: ObservationKind[] = [];
  const refused: ObservationKind[] = [];
  for (const [kind, verdict] of verdicts) {
    if (verdict.state === 'refused') refused.push(kind);
    else if (verdict.state === 'unusual' && drafts[kind]?.confirmed !== true) toConfirm.push(kind);
    else if (verdict.state !== 'empty') ready.push(kind);
  }
  return { ready, toConfirm, refused };
}

/** The entries as they are sent: what was typed, with its unit; the console converts and checks again. */
export function entriesOf(
  drafts: EntryDrafts,
  kinds: readonly ObservationKind[],
  replaceable: ReadonlyMap<ObservationKind, CurrentValue>,
): CommandInput<'observation.add'>['entries'] {
  return kinds.flatMap((kind) => {
    const draft = drafts[kind];
    if (!draft) return [];
    const override = draft.override && replaceable.has(kind);
    return [{ kind, value: draft.text.trim(), unit: draft.unit, confirmed: draft.confirmed, override }];
  });
}

/** Device values fresh enough that a person's value, entered for now, could stand in for them. */
export function replaceableValues(
  values: readonly CurrentValue[],
  nowMs: number,
  takenAtMs: number,
): ReadonlyMap<ObservationKind, CurrentValue> {
  const found = values.filter(
    ({ kind, source, value, takenAtMs: deviceAtMs }) =>
      source === 'device' &&
      value !== null &&
      freshness(kind, deviceAtMs, nowMs, true) === 'current' &&
      freshness(kind, deviceAtMs, Math.max(takenAtMs, deviceAtMs), true) === 'current',
  );
  return new Map(found.map((value) => [value.kind, value]));
}

/** A taken-at time may lie in the past, not in the future beyond a minute of clock difference. */
export function takenAtProblem(takenAtMs: number | null, nowMs: number): string | null {
  if (takenAtMs === null) return 'Give the date and time the values were taken.';
  if (takenAtMs > nowMs + 60_000) return 'This time is in the future.';
  return null;
}

/** Which field a coded error of the console is about: it may name the kind or the place in the list sent. */
export function fieldOfError(field: string | undefined, sent: readonly ObservationKind[]): ObservationKind | null {
  if (field === undefined) return null;
  const at = /entries[.[](\d+)/.exec(field)?.[1];
  if (at !== undefined) return sent[Number(at)] ?? null;
  return sent.find((kind) => field === kind || field.split('.').includes(kind)) ?? null;
}

/** What was typed, with its unit: rounding it would show the person a value they did not write. */
function typedWords(kind: ObservationKind, draft: EntryDraft, unitLabel: string): string {
  const choice = optionsOf(kind)?.find(({ value }) => value === draft.text);
  return choice ? choice.label : `${draft.text.trim()}${unitSuffix(unitLabel)}`;
}

/** Where the same number would be usual in another unit of the kind, say so: the commonest slip is the wrong unit. */
function unitHint(kind: ObservationKind, draft: EntryDraft): string {
  const fitting = unitsOf(kind).find((unit) => {
    if (unit.ucum === draft.unit) return false;
    const parsed = parseQuantity(draft.text, unit.ucum, kind);
    return parsed.ok && checkValue(kind, parsed.value).verdict === 'ok';
  });
  return fitting ? ` Is it in ${fitting.label}?` : '';
}

export const unitOptions = (kind: ObservationKind): readonly { readonly value: string; readonly label: string }[] =>
  unitsOf(kind).flatMap(({ ucum, label }) => (label === '' ? [] : [{ value: ucum, label }]));

/** Coded kinds are chosen, not typed. */
export function optionsOf(kind: ObservationKind): readonly { readonly value: string; readonly label: string }[] | null {
  if (isVital(kind)) return null;
  return INPUTS[kind].options?.map(({ value, label }) => ({ value: String(value), label })) ?? null;
}

export const fieldTitle = (kind: ObservationKind): string => definitionOf(kind).title;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

// A receipt in words and bar lengths: what stands in each row of its table, worked out before anything is drawn.
import type { Receipt, ReceiptInput } from '../../../src-main/contract/models.ts';
import { INPUTS, type InputKind } from '../../../src-main/vitals/inputs.ts';
import { displayUnitFor, fromCanonical, unitLabel, unitSuffix } from '../../../src-main/vitals/units.ts';
import type { UnitSettings } from '../../charts/display-unit.ts';
import { ageWords } from '../../stores/freshness.ts';
import { levelsThenAndNow } from '../models/model-words.ts';

export interface ReceiptRow {
  readonly name: string;
  readonly title: string;
  /** `145 mg/dL`, a code's label, or an en dash. */
  readonly value: string;
  readonly source: string;
  /** `3 min`, or empty where the input has no time of its own. */
  readonly age: string;
  readonly missing: boolean;
  readonly required: boolean;
  /** Said beside the value where the model never saw such a value in training. */
  readonly outside: string;
  readonly remark: string;
  readonly direction: 'up' | 'down' | 'none';
  /** Length of the bar, -1 to 1 of the longest. */
  readonly share: number;
  /** `+0.42`. */
  readonly contribution: string;
}

export interface ReceiptView {
  readonly rows: readonly ReceiptRow[];
  readonly level: string;
  readonly probability: string;
  readonly shortHash: string;
  readonly contributionUnit: string;
  /** Plain sentence: what pushed the result most. */
  readonly summary: string;
  /** Titles of inputs whose values the model never saw the like of. */
  readonly outside: readonly string[];
  /** The levels it was judged by, and where they have changed since, those of now. */
  readonly levels: string;
}

const SOURCE_WORDS: { readonly [S in ReceiptInput['source']]: string } = {
  device: 'device',
  manual: 'entered by hand',
  profile: 'patient record',
  derived: 'worked out from other values',
  'stand-in': 'stand-in for a missing value',
  missing: 'missing',
};

/** Units as people read them; models write UCUM. */
const UNIT_WORDS: { readonly [unit: string]: string } = {
  '1': '',
  a: 'years',
  '{count}': '',
  'kg/m2': 'kg/m²',
  'mm[Hg]': 'mmHg',
  'u[IU]/mL': 'µU/mL',
  Cel: '°C',
};

/** Measured and shown in whole numbers everywhere else; a mean of several readings is scored as it is. */
const WHOLE_UNITS: ReadonlySet<string> = new Set(['mmHg', 'mg/dL', '/min']);

export const unitWords = (unit: string): string => UNIT_WORDS[unit] ?? unit;

export const percentText = (probability: number): string => {
  const percent = probability * 100;
  if (percent > 0 && percent < 1) return '<1%';
  if (percent > 99 && percent < 100) return '>99%';
  return `${percent.toFixed(0)}%`;
};

/** Strongest push first; inputs that have none to tell follow, the missing ones last. */
export function receiptView(receipt: Receipt, nowMs: number, units: UnitSettings): ReceiptView {
  const longest = Math.max(0, ...receipt.inputs.map(({ contribution }) => Math.abs(contribution ?? 0)));
  const inputs = [...receipt.inputs].sort(
    (a, b) =>
      Number(a.source === 'missing') - Number(b.source === 'missing') ||
      Math.abs(b.contribution ?? 0) - Math.abs(a.contribution ?? 0),
  );
  const push = receipt.contributionUnit === 'probability' ? percentPoints(longest) : (size: number) => size.toFixed(2);
  const rows = inputs.map((input) => row(input, longest, push, nowMs, measureOf(input, units)));
  const { probability, level } = receipt.prediction;
  return {
    rows,
    level,
    probability: probability === null ? '–' : percentText(probability),
    shortHash: receipt.sha256.slice(0, 12),
    contributionUnit: receipt.contributionUnit === 'probability' ? 'percentage points of probability' : 'log-odds',
    summary: summary(rows),
    outside: rows.filter((one) => one.outside !== '').map(({ title }) => title),
    levels: levelsThenAndNow(receipt.thresholds, receipt.thresholdsNow, 'scored'),
  };
}

/** Small risks move by small steps: two decimals where nothing pushed by a whole point. */
function percentPoints(longest: number): (size: number) => string {
  const decimals = longest < 0.01 ? 2 : 1;
  return (size) => (size * 100).toFixed(decimals);
}

/** How an input's numbers are shown: in the clinic's unit where it has chosen one, else as the model takes them. */
interface Measure {
  readonly unit: string;
  readonly show: (value: number) => number;
}

function measureOf({ name, unit }: ReceiptInput, units: UnitSettings): Measure {
  const kind = Object.hasOwn(INPUTS, name) ? (name as InputKind) : null;
  const shownIn = kind === null ? null : displayUnitFor(kind, units);
  if (kind === null || shownIn === null || shownIn === INPUTS[kind].ucum)
    return { unit: unitWords(unit), show: (value) => value };
  return { unit: unitLabel(kind, shownIn), show: (value) => fromCanonical(kind, value, shownIn) };
}

function row(input: ReceiptInput, longest: number, push: (size: number) => string, nowMs: number, measure: Measure): ReceiptRow {
  const missing = input.source === 'missing' || (input.value === null && input.label === null);
  const { contribution } = input;
  const size = contribution === null ? '' : push(Math.abs(contribution));
  // What rounds to nothing pushes neither way.
  const pushes = contribution !== null && Number(size) > 0;
  const sized = contribution !== null && longest > 0 ? contribution / longest : 0;
  return {
    name: input.name,
    title: input.title,
    value: missing ? '–' : inputValue(input, measure),
    source: SOURCE_WORDS[input.source],
    age: input.takenAtMs === null ? '' : ageWords(nowMs - input.takenAtMs),
    missing,
    required: input.required,
    outside: input.outsideTraining ? outsideWords(input, measure) : '',
    remark: input.remark,
    direction: !pushes ? 'none' : contribution > 0 ? 'up' : 'down',
    share: sized,
    contribution: pushes ? `${contribution > 0 ? '+' : '−'}${size}` : size,
  };
}

function inputValue({ label, value }: ReceiptInput, { unit, show }: Measure): string {
  if (label !== null) return label;
  return `${numberIn(show(value ?? 0), unit)}${unitSuffix(unit)}`;
}

function numberIn(value: number, unit: string): string {
  const decimals = WHOLE_UNITS.has(unit) ? 0 : unit === 'mmol/L' ? 1 : null;
  return decimals === null ? tidy(value) : value.toFixed(decimals);
}

function outsideWords({ trainingLow, trainingHigh }: ReceiptInput, { unit, show }: Measure): string {
  const range =
    trainingLow === null || trainingHigh === null
      ? ''
      : ` (${numberIn(show(trainingLow), unit)} to ${numberIn(show(trainingHigh), unit)}${unitSuffix(unit)})`;
  return `outside what the model has seen${range}`;
}

const tidy = (value: number): string => String(Number(value.toPrecision(4)));

function summary(rows: readonly ReceiptRow[]): string {
  const strongest = (direction: 'up' | 'down') =>
    rows
      .filter((one) => one.direction === direction)
      .slice(0, 2)
      .map(({ title }) => title);
  const up = strongest('up');
  const down = strongest('down');
  const parts = [
    up.length > 0 ? `Raised most by ${up.join(' and ')}` : '',
    down.length > 0 ? `lowered most by ${down.join(' and ')}` : '',
  ];
  const words = parts.filter((part) => part !== '').join('; ');
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

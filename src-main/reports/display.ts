// How values, counts and quality are written on a report, by the clinic's settings.
import type { Observation, Settings } from '../contract/models.ts';
import { QUALITY } from '../links/link.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import { QUALITY_WORDS } from '../vitals/quality-words.ts';
import {
  definitionOf,
  displayUnitFor,
  findUnit,
  formatNumber,
  formatValue,
  fromCanonical,
  isVital,
  unitLabel,
  unitSuffix,
} from '../vitals/units.ts';

/** Label of the unit a vital is shown in: canonical, but for glucose and temperature as the clinic has set. */
export function shownUnit(kind: VitalKind, settings: Settings): string {
  return unitLabel(kind, displayUnitFor(kind, settings));
}

/** A canonical value in the unit that `shownUnit` names. */
export function shownNumber(kind: VitalKind, value: number, settings: Settings): number {
  return fromCanonical(kind, value, displayUnitFor(kind, settings));
}

/** A canonical value as a numeral in the unit that `shownUnit` names, without the unit. */
export function shownNumeral(kind: VitalKind, value: number, settings: Settings): string {
  return formatNumber(kind, value, displayUnitFor(kind, settings)).replace(/^-/, '−');
}

/** `86,400` */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

export interface WrittenValue {
  /** As the person typed it, with the unit they chose; for coded inputs the label. */
  readonly entered: string;
  /** What was stored, in the report's unit; empty where that is what was typed. */
  readonly stored: string;
}

export function observationValue(observation: Observation, settings: Settings): WrittenValue {
  const { kind, value, enteredValue, enteredUnit } = observation;
  const definition = definitionOf(kind);
  const coded = 'options' in definition && definition.options !== undefined;
  if (coded) return { entered: formatValue(kind, value), stored: '' };
  const label = findUnit(kind, enteredUnit)?.label ?? enteredUnit;
  const entered = `${enteredValue}${unitSuffix(label)}`;
  const shownLabel = unitLabel(kind, displayUnitFor(kind, settings));
  const sameUnit = label === shownLabel && Number(enteredValue.replace(',', '.')) === value;
  const stored = storedText(observation, settings);
  return { entered, stored: sameUnit || plain(entered) === plain(stored) ? '' : stored };
}

/** The stored value of an entry, or the value of a device that it replaced, in the report's unit. */
export function storedText(observation: Pick<Observation, 'kind' | 'value'>, settings: Settings): string {
  const unit = displayUnitFor(observation.kind, settings);
  const numeral = formatNumber(observation.kind, observation.value, unit).replace(/^-/, '−');
  return `${numeral}${unitSuffix(unitLabel(observation.kind, unit))}`;
}

function plain(text: string): string {
  return text
    .replace(',', '.')
    .replace('−', '-')
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '')
    .trim();
}

/** A vital's kind, or null for what only people enter. */
export function vitalOf(kind: Observation['kind']): VitalKind | null {
  return isVital(kind) ? kind : null;
}

/** Words for the quality bits of a reading; bits this version does not know are named by their number. */
export function qualityWords(bits: number): readonly string[] {
  const words: string[] = [];
  let rest = bits;
  for (const [flag, bit] of Object.entries(QUALITY)) {
    if ((bits & bit) !== 0) words.push(QUALITY_WORDS[flag as keyof typeof QUALITY]);
    rest &= ~bit;
  }
  for (let bit = 0; rest !== 0 && bit < 31; bit += 1) {
    if ((rest & (1 << bit)) !== 0) words.push(`quality bit ${bit}`);
    rest &= ~(1 << bit);
  }
  return words;
}

// Alarm limits in the units the clinic reads: glucose and temperature convert, risks are percentages.
import type { ThresholdRule } from '../../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../../src-main/vitals/kinds.ts';
import { displayUnitFor, formatNumber, fromCanonical, isVital, toCanonical, unitLabel } from '../../../src-main/vitals/units.ts';
import type { UnitSettings } from '../../components/describe-vital.ts';

export interface LimitUnit {
  readonly label: string;
  readonly decimals: number;
  readonly show: (limit: number) => number;
  readonly read: (shown: number) => number;
  /** What the console takes, as shown. */
  readonly low: number;
  readonly high: number;
}

export function limitUnit(rule: Pick<ThresholdRule, 'subject' | 'unit'>, units: UnitSettings): LimitUnit {
  if (rule.subject.startsWith('risk.')) {
    return {
      label: '%',
      decimals: 0,
      show: (limit) => Math.round(limit * 1000) / 10,
      read: (shown) => shown / 100,
      low: 0,
      high: 100,
    };
  }
  const kind = rule.subject as VitalKind;
  if (!isVital(kind))
    return { label: rule.unit, decimals: 1, show: (limit) => limit, read: (shown) => shown, low: -1e6, high: 1e6 };
  const unit = displayUnitFor(kind, units);
  const { hard } = VITALS[kind];
  const shown = (value: number): number => Number(formatNumber(kind, value, unit));
  return {
    label: unitLabel(kind, unit),
    decimals: unit === 'mmol/L' || kind === 'temperature' ? 1 : 0,
    show: (limit) => Math.round(fromCanonical(kind, limit, unit) * 10) / 10,
    read: (value) => toCanonical(kind, value, unit),
    low: shown(hard.low),
    high: shown(hard.high),
  };
}

/** `below 92%`, `above 13.9 mmol/L`. */
export function limitWords(rule: ThresholdRule, units: UnitSettings): string {
  const { label, decimals, show } = limitUnit(rule, units);
  const shown = show(rule.limit);
  const text = Number.isInteger(shown) && decimals === 0 ? String(shown) : shown.toFixed(1);
  return `${rule.comparison} ${text}${label === '%' || label === '' ? label : ` ${label}`}`;
}

// Does a value pass a rule's limit? Pure: rule, what was known, new value in; what is known now and the verdict out.
import type { ThresholdRule } from '../contract/models.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import { formatNumber, formatValue, roundToShown, unitLabel, unitSuffix } from '../vitals/units.ts';
import { isRiskSubject } from './rules.ts';

/** What one source of values (a device's kind, a person, a model) has done to one rule. */
export interface RuleState {
  /** Values in a row beyond the limit. */
  readonly run: number;
  /** The condition holds: it was raised and has not passed the hysteresis yet. */
  readonly holding: boolean;
}

export const QUIET: RuleState = { run: 0, holding: false };

/** `quiet`: nothing. `pending`: beyond the limit, not often enough yet. `continue`: raised before and still holds. */
export type Verdict = 'quiet' | 'pending' | 'raise' | 'continue' | 'end';

export interface Evaluation {
  readonly state: RuleState;
  readonly verdict: Verdict;
}

/**
 * Vitals are rounded as they are shown, then compared: nobody is alarmed by "92" for being below 92. A risk counts as beyond
 * its limit at the limit itself, as its level does. Between limit and hysteresis a raised condition continues and a run is broken.
 */
export function evaluate(rule: ThresholdRule, state: RuleState, value: number): Evaluation {
  const shown = compared(rule, value);
  if (isBeyond(rule, shown)) {
    if (state.holding) return { state, verdict: 'continue' };
    const run = state.run + 1;
    const holding = run >= rule.consecutive;
    return { state: { run, holding }, verdict: holding ? 'raise' : 'pending' };
  }
  if (!state.holding) return { state: QUIET, verdict: 'quiet' };
  return passedBack(rule, shown) ? { state: QUIET, verdict: 'end' } : { state, verdict: 'continue' };
}

/** Whether a value is beyond the limit; where it is not, a rule that nothing has run into stays quiet. */
export function exceeds(rule: ThresholdRule, value: number): boolean {
  return isBeyond(rule, compared(rule, value));
}

/** Whether a value is past the limit by the hysteresis: a reading that ends what an older, single value began. */
export function hasRecovered(rule: ThresholdRule, value: number): boolean {
  return passedBack(rule, compared(rule, value));
}

/** "135 /min is above 130 /min", in the unit the clinic reads; infinite is what a device calls HI or LO. */
export function detailOf(rule: ThresholdRule, kind: VitalKind | null, value: number, displayUnit?: string): string {
  if (kind === null || isRiskSubject(rule.subject)) {
    return `Probability ${Math.round(value * 100)}%, limit ${Math.round(rule.limit * 100)}%`;
  }
  const limit = `${formatNumber(kind, rule.limit, displayUnit)}${unitSuffix(unitLabel(kind, displayUnit))}`;
  if (!Number.isFinite(value)) return `${value > 0 ? 'HI' : 'LO'}, beyond what the device measures; limit ${limit}`;
  return `${formatValue(kind, value, displayUnit)} is ${rule.comparison} ${limit}`;
}

function compared(rule: ThresholdRule, value: number): number {
  return isRiskSubject(rule.subject) ? value : roundToShown(rule.subject as VitalKind, value);
}

function isBeyond(rule: ThresholdRule, value: number): boolean {
  if (isRiskSubject(rule.subject)) return rule.comparison === 'above' ? value >= rule.limit : value <= rule.limit;
  return rule.comparison === 'above' ? value > rule.limit : value < rule.limit;
}

function passedBack(rule: ThresholdRule, value: number): boolean {
  const slack = 1e-9;
  return rule.comparison === 'above'
    ? value <= rule.limit - rule.hysteresis + slack
    : value >= rule.limit + rule.hysteresis - slack;
}

// What rules would have done: stored values of one patient fed, in order of time, to the very conditions that alarms are raised by.
import type { RiskLevels, ThresholdRule } from '../contract/models.ts';
import { VITAL_KINDS, type VitalKind } from '../vitals/kinds.ts';
import { Conditions } from './conditions.ts';
import { hasRecovered } from './evaluate.ts';
import { subjectOf } from './rules.ts';

export interface Sample {
  readonly atMs: number;
  /** Which device (or model) it comes from. */
  readonly source: string;
  readonly value: number;
}

/** A condition whose last value is this much older than the next may have gone stale in between. */
const LOOK_FOR_STALE_AFTER_MS = 60_000;

/** Counts how often one rule would have been raised, as if every value had arrived when it was taken. */
class RuleReplay {
  readonly #conditions: Conditions;
  readonly #patientId: number;
  readonly #rule: ThresholdRule;
  #nowMs = 0;
  raised = 0;

  /** `rules`: all that hold for the patient; the more urgent ones of one direction hold the lesser ones back. */
  constructor(rules: readonly ThresholdRule[], patientId: number, ruleId: string) {
    const rule = rules.find((each) => each.ruleId === ruleId);
    if (rule === undefined) throw new Error(`no rule ${ruleId}`);
    this.#rule = rule;
    this.#patientId = patientId;
    const everyones = rules.map((each) => ({ ...each, patientId: null }));
    this.#conditions = new Conditions(everyones, () => this.#nowMs);
  }

  take({ atMs, source, value }: Sample): void {
    const silentMs = atMs - this.#nowMs;
    this.#nowMs = Math.max(this.#nowMs, atMs);
    if (silentMs > LOOK_FOR_STALE_AFTER_MS) this.#conditions.stale();
    for (const { rule, change } of this.#conditions.check(this.#patientId, this.#rule.subject, source, value)) {
      if (change === 'raise' && rule.ruleId === this.#rule.ruleId) this.raised++;
    }
  }
}

/** The vitals a rule watches; none for a rule about a risk. */
export function kindsWatchedBy(rule: ThresholdRule): readonly VitalKind[] {
  return VITAL_KINDS.filter((kind) => subjectOf(kind) === rule.subject);
}

/** Whether values between these two could begin, keep up or hold back what the rule says, under any of these sets of rules. */
export function mattersTo(ruleId: string, sets: readonly (readonly ThresholdRule[])[]): (min: number, max: number) => boolean {
  const all = sets.flat();
  const judged = all.find((rule) => rule.ruleId === ruleId);
  const beside = all.filter((rule) => rule.subject === judged?.subject && rule.comparison === judged.comparison);
  return (min, max) => beside.some((rule) => !hasRecovered(rule, rule.comparison === 'above' ? max : min));
}

/** One patient's rules and the levels they go with. */
export interface LevelSide {
  readonly levels: RiskLevels;
  readonly rules: readonly ThresholdRule[];
}

export interface LevelReplay {
  readonly results: number;
  readonly firstMs: number | null;
  /** Results per percent of probability. */
  readonly histogram: readonly number[];
  readonly sides: readonly { readonly low: number; readonly moderate: number; readonly high: number; readonly alarms: number }[];
}

/** One patient's stored probabilities of one model, judged by several pairs of levels at once. */
export function replayLevels(
  scores: Iterable<Sample>,
  patientId: number,
  ruleId: string,
  sides: readonly LevelSide[],
): LevelReplay {
  const counts = sides.map(({ levels, rules }) => ({
    levels,
    replay: new RuleReplay(rules, patientId, ruleId),
    low: 0,
    moderate: 0,
    high: 0,
  }));
  const histogram = new Array<number>(100).fill(0);
  let results = 0;
  let firstMs: number | null = null;
  for (const score of scores) {
    firstMs ??= score.atMs;
    results++;
    const bin = Math.min(99, Math.floor(score.value * 100));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
    for (const side of counts) {
      if (score.value >= side.levels.high) side.high++;
      else if (score.value >= side.levels.moderate) side.moderate++;
      else side.low++;
      side.replay.take(score);
    }
  }
  return {
    results,
    firstMs,
    histogram,
    sides: counts.map(({ low, moderate, high, replay }) => ({ low, moderate, high, alarms: replay.raised })),
  };
}

export interface RuleReplays {
  readonly firstMs: number | null;
  /** Times the rule would have been raised, by each set of rules. */
  readonly alarms: readonly number[];
}

/** One patient's stored values, judged by several sets of rules at once. */
export function replayRule(
  values: Iterable<Sample>,
  patientId: number,
  ruleId: string,
  sets: readonly (readonly ThresholdRule[])[],
): RuleReplays {
  const replays = sets.map((rules) => new RuleReplay(rules, patientId, ruleId));
  let firstMs: number | null = null;
  for (const value of values) {
    firstMs ??= value.atMs;
    for (const replay of replays) replay.take(value);
  }
  return { firstMs, alarms: replays.map(({ raised }) => raised) };
}

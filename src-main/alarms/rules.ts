// The alarm rules as one table, proposed and for a clinician to approve, and how a clinic or a patient changes them.
import { ConsoleError } from '../contract/errors.ts';
import type { AlarmPriority, ModelInfo, RiskModel, ThresholdRule } from '../contract/models.ts';
import { VITALS, type VitalKind } from '../vitals/kinds.ts';
import { limitsInWords } from '../vitals/ranges.ts';

/** Rules about the console and its devices: raised by what happens, not by a threshold. */
export const TECHNICAL_RULES = {
  'lost-signal': 'Signal lost',
  'no-usable-readings': 'No usable readings',
  'alarms-not-saved': 'Alarms are not being saved',
} as const;

interface VitalRow {
  readonly ruleId: string;
  readonly title: string;
  readonly subject: VitalKind;
  readonly comparison: ThresholdRule['comparison'];
  readonly limit: number;
  readonly hysteresis: number;
  readonly consecutive: number;
  readonly priority: AlarmPriority;
}

/**
 * Limits come from NEWS2 (a value scoring 3: high, scoring 2: medium) and, for glucose, from the consensus ranges. They are exclusive:
 * "below 92" holds at 91. High priority asks for one reading, medium for three where a sensor streams and one where a cuff,
 * a thermometer or a glucose sensor measures now and then.
 */
const VITAL_ROWS: readonly VitalRow[] = [
  row('glucose-very-low', 'Glucose very low', 'glucose', 'below', 54, 5, 1, 'high'),
  row('glucose-low', 'Glucose low', 'glucose', 'below', 70, 5, 1, 'medium'),
  row('glucose-high', 'Glucose high', 'glucose', 'above', 250, 10, 1, 'medium'),
  row('spo2-very-low', 'SpO₂ very low', 'spo2', 'below', 92, 1, 1, 'high'),
  row('spo2-low', 'SpO₂ low', 'spo2', 'below', 94, 1, 3, 'medium'),
  row('heart-rate-very-low', 'Heart rate very low', 'heartRate', 'below', 41, 3, 1, 'high'),
  row('heart-rate-very-high', 'Heart rate very high', 'heartRate', 'above', 130, 5, 1, 'high'),
  row('heart-rate-high', 'Heart rate high', 'heartRate', 'above', 110, 5, 3, 'medium'),
  row('systolic-very-low', 'Systolic pressure very low', 'systolic', 'below', 91, 3, 1, 'high'),
  row('systolic-low', 'Systolic pressure low', 'systolic', 'below', 101, 3, 1, 'medium'),
  row('systolic-very-high', 'Systolic pressure very high', 'systolic', 'above', 219, 5, 1, 'high'),
  row('respiratory-rate-very-low', 'Respiratory rate very low', 'respiratoryRate', 'below', 9, 1, 1, 'high'),
  row('respiratory-rate-very-high', 'Respiratory rate very high', 'respiratoryRate', 'above', 24, 1, 1, 'high'),
  row('respiratory-rate-high', 'Respiratory rate high', 'respiratoryRate', 'above', 20, 1, 3, 'medium'),
  row('temperature-very-low', 'Temperature very low', 'temperature', 'below', 35.1, 0.2, 1, 'high'),
  row('temperature-very-high', 'Temperature very high', 'temperature', 'above', 39.0, 0.2, 1, 'medium'),
];

/** A vital whose rules also watch another: the pulse an oximeter or a cuff counts is watched as the heart rate. */
const WATCHED_AS: { readonly [K in VitalKind]?: VitalKind } = { pulseRate: 'heartRate' };

/** The subject whose rules apply to values of this kind. */
export function subjectOf(kind: VitalKind): VitalKind {
  return WATCHED_AS[kind] ?? kind;
}

export function riskSubject(model: RiskModel): string {
  return `risk.${model}`;
}

export function isRiskSubject(subject: string): boolean {
  return subject.startsWith('risk.');
}

/** The rule that watches a model's result. */
export function riskRuleId(model: RiskModel): string {
  return `risk-${model}-high`;
}

/** How far below its limit a risk must fall before the alarm ends: a fifth of it, as some models call 14% high and others 68%. */
function riskHysteresis(high: number): number {
  return Math.min(0.05, high * 0.2);
}

/** The rules as they are with another limit of this risk for the ward; a patient's own limit stays. */
export function withRiskLimit(rules: readonly ThresholdRule[], model: RiskModel, high: number): readonly ThresholdRule[] {
  const isMeant = (rule: ThresholdRule): boolean => rule.ruleId === riskRuleId(model) && rule.patientId === null;
  return rules.map((rule) => (isMeant(rule) ? { ...rule, limit: high, hysteresis: riskHysteresis(high) } : rule));
}

/** The whole default table; the limit of a risk is where its level "high" begins. */
export function defaultRules(models: readonly Pick<ModelInfo, 'name' | 'title' | 'thresholds'>[]): readonly ThresholdRule[] {
  const vitals = VITAL_ROWS.map((each) => ({ ...each, unit: VITALS[each.subject].ucum, enabled: true, patientId: null }));
  const risks = models.map(
    (model): ThresholdRule => ({
      ruleId: riskRuleId(model.name),
      title: `${model.title}: high risk`,
      subject: riskSubject(model.name),
      comparison: 'above',
      limit: model.thresholds.high,
      unit: '1',
      hysteresis: riskHysteresis(model.thresholds.high),
      consecutive: 1,
      priority: 'medium',
      enabled: true,
      patientId: null,
    }),
  );
  return [...vitals, ...risks];
}

/**
 * Lays what was saved over the defaults. Only what a clinic may change is taken from a saved rule, so that a title or
 * a priority corrected in a later version is not held back by an old row; rules that no longer exist are dropped.
 */
export function mergeRules(defaults: readonly ThresholdRule[], saved: readonly ThresholdRule[]): readonly ThresholdRule[] {
  const byId = new Map(defaults.map((rule) => [rule.ruleId, rule]));
  for (const each of saved) if (each.patientId === null) overlay(byId, each);
  const perPatient = saved.flatMap((each) => {
    const base = each.patientId === null ? undefined : byId.get(each.ruleId);
    return base === undefined ? [] : [changed(base, each, each.patientId)];
  });
  return [...byId.values(), ...perPatient];
}

/** What a person may change of a rule. */
export interface RuleChange {
  readonly ruleId: string;
  /** Null: for every patient. */
  readonly patientId: number | null;
  readonly limit: number;
  readonly consecutive: number;
  readonly enabled: boolean;
}

/** The rule as it would be after the change. @throws ConsoleError not_found, out_of_range; conflict for a limit that is a level. */
export function applyChange(base: ThresholdRule | undefined, change: RuleChange): ThresholdRule {
  if (base === undefined) throw new ConsoleError('not_found', `There is no alarm rule "${change.ruleId}".`);
  const subject = base.subject;
  if (isRiskSubject(subject)) {
    if (change.patientId === null && change.limit !== base.limit) {
      const message = `The limit of "${base.title}" is where the level "high" begins: change the levels of the model instead.`;
      throw new ConsoleError('conflict', message, { field: 'limit', value: String(change.limit) });
    }
    if (!(change.limit > 0 && change.limit <= 1)) refuse(base, change, '0–1');
  } else {
    const { hard } = VITALS[subject as VitalKind];
    if (!(change.limit >= hard.low && change.limit <= hard.high)) refuse(base, change, limitsInWords(subject as VitalKind, hard));
  }
  return changed(base, change, change.patientId);
}

function overlay(byId: Map<string, ThresholdRule>, saved: ThresholdRule): void {
  const base = byId.get(saved.ruleId);
  if (base === undefined) return;
  // For the whole ward a risk alarms where its level "high" begins, whatever was saved.
  const limit = isRiskSubject(base.subject) ? base.limit : saved.limit;
  byId.set(saved.ruleId, changed(base, { ...saved, limit }, null));
}

function changed(base: ThresholdRule, change: Omit<RuleChange, 'ruleId' | 'patientId'>, patientId: number | null): ThresholdRule {
  return { ...base, limit: change.limit, consecutive: change.consecutive, enabled: change.enabled, patientId };
}

function refuse(base: ThresholdRule, change: RuleChange, limit: string): never {
  const message = `The limit of "${base.title}" must be within ${limit}.`;
  throw new ConsoleError('out_of_range', message, { field: 'limit', limit, value: String(change.limit) });
}

function row(
  ruleId: string,
  title: string,
  subject: VitalKind,
  comparison: ThresholdRule['comparison'],
  limit: number,
  hysteresis: number,
  consecutive: number,
  priority: AlarmPriority,
): VitalRow {
  return { ruleId, title, subject, comparison, limit, hysteresis, consecutive, priority };
}

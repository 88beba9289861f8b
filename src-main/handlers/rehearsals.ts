// What other levels or another alarm rule would have done with the last two weeks: asked patient by patient, so that others wait little.
import type { Alarms } from '../alarms/alarms.ts';
import { type RuleChange, riskRuleId, withRiskLimit } from '../alarms/rules.ts';
import {
  type LevelOutcome,
  type LevelRehearsal,
  type Patient,
  type RiskLevels,
  type RiskModel,
  type RuleRehearsal,
  riskModel,
} from '../contract/models.ts';
import type { Remote, StoreReads } from '../store/ports.ts';
import type { Query } from '../threads/query.ts';

const DAY_MS = 86_400_000;
const LOOK_BACK_DAYS = 14;

export interface RehearsalParts {
  readonly reads: Remote<StoreReads>;
  readonly query: Query;
  readonly alarms: Alarms;
  readonly now: () => number;
}

export class Rehearsals {
  readonly #parts: RehearsalParts;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  /** @param standing the levels in force */
  async levels(model: RiskModel, standing: RiskLevels, levels: RiskLevels): Promise<LevelRehearsal> {
    const { alarms, query } = this.#parts;
    const ruleId = riskRuleId(model);
    const { patients, fromMs, toMs } = await this.#lookedAt(null);
    const histogram = new Array<number>(100).fill(0);
    const totals = [blank(standing), blank(levels)] as const;
    let [results, withResults, firstMs] = [0, 0, toMs];
    for (const { patientId } of patients) {
      const rules = alarms.rules(patientId);
      const sides = [
        { levels: standing, rules },
        { levels, rules: withRiskLimit(rules, model, levels.high) },
      ];
      const replay = await query.rehearseLevels({ patientId, fromMs, toMs, model, ruleId, sides });
      results += replay.results;
      if (replay.results > 0) withResults++;
      firstMs = Math.min(firstMs, replay.firstMs ?? toMs);
      for (const [bin, count] of replay.histogram.entries()) histogram[bin] = (histogram[bin] ?? 0) + count;
      for (const [index, total] of totals.entries()) {
        const side = replay.sides[index];
        if (side === undefined) continue;
        for (const key of ['low', 'moderate', 'high', 'alarms'] as const) total[key] += side[key];
        if (side.high > 0) total.patientsHigh++;
        if (side.moderate + side.high > 0) total.patientsModerate++;
      }
    }
    const days = daysOf(firstMs, toMs);
    const outcome = (total: (typeof totals)[number]): LevelOutcome => ({ ...total, alarmsPerDay: total.alarms / days });
    const [now, proposed] = totals;
    return { fromMs, toMs, days, patients: withResults, results, histogram, now: outcome(now), proposed: outcome(proposed) };
  }

  /** @throws ConsoleError as saving the rule would. */
  async rule(change: RuleChange): Promise<RuleRehearsal> {
    const { alarms, query } = this.#parts;
    const changed = alarms.checkRule(change);
    const { ruleId } = change;
    const { patients, fromMs, toMs } = await this.#lookedAt(change.patientId);
    const totals = [0, 1].map(() => ({ alarms: 0, patients: 0 }));
    let [withValues, firstMs] = [0, toMs];
    for (const { patientId } of patients) {
      const rules = alarms.rules(patientId);
      const keepsOwn = change.patientId === null && rules.some((rule) => rule.ruleId === ruleId && rule.patientId !== null);
      const sets = [rules, keepsOwn ? rules : rules.map((rule) => (rule.ruleId === ruleId ? changed : rule))];
      const model = riskModel.safeParse(changed.subject.replace(/^risk[.]/, '')).data ?? null;
      const replay = await query.rehearseRule({ patientId, fromMs, toMs, ruleId, model, sets });
      if (replay.firstMs !== null) withValues++;
      firstMs = Math.min(firstMs, replay.firstMs ?? toMs);
      for (const [index, total] of totals.entries()) {
        const raised = replay.alarms[index] ?? 0;
        total.alarms += raised;
        if (raised > 0) total.patients++;
      }
    }
    const days = daysOf(firstMs, toMs);
    const [now, proposed] = totals.map((total) => ({ ...total, alarmsPerDay: total.alarms / days }));
    if (now === undefined || proposed === undefined) throw new Error('two sides were asked for');
    return { fromMs, toMs, days, patients: withValues, now, proposed };
  }

  /** Everybody who was here in the last two weeks, or the one patient asked about. */
  async #lookedAt(patientId: number | null): Promise<{ patients: readonly Patient[]; fromMs: number; toMs: number }> {
    const toMs = this.#parts.now();
    const fromMs = toMs - LOOK_BACK_DAYS * DAY_MS;
    const all = await this.#parts.reads.patients({ includeDischarged: true });
    const wasHere = (each: Patient): boolean => each.dischargedAtMs === null || each.dischargedAtMs > fromMs;
    return { patients: all.filter((each) => (patientId === null ? wasHere(each) : each.patientId === patientId)), fromMs, toMs };
  }
}

const blank = (levels: RiskLevels) => ({ levels, low: 0, moderate: 0, high: 0, patientsModerate: 0, patientsHigh: 0, alarms: 0 });

/** A console that has run for two days has two days to divide by, not fourteen; an hour is no day either. */
function daysOf(firstMs: number, toMs: number): number {
  return Math.max(1, (toMs - firstMs) / DAY_MS);
}

// A rehearsal for one patient, run in the query worker: stored values through the alarm rules, as they are and as they would be.
import {
  kindsWatchedBy,
  type LevelReplay,
  type LevelSide,
  mattersTo,
  type RuleReplays,
  replayLevels,
  replayRule,
} from '../alarms/rehearsal.ts';
import type { RiskModel, ThresholdRule } from '../contract/models.ts';
import type { Period } from '../store/ports.ts';
import type { RehearsalReads } from '../store/rehearsal.ts';

/** Each set of rules holds every rule of the patient; the first is as it is. */
export type LevelAsk = Period & { readonly model: RiskModel; readonly ruleId: string; readonly sides: readonly LevelSide[] };
/** `model`: where the rule is about a risk. */
export type RuleAsk = Period & {
  readonly model: RiskModel | null;
  readonly ruleId: string;
  readonly sets: readonly (readonly ThresholdRule[])[];
};
export type RehearsalAsk = ({ readonly about: 'levels' } & LevelAsk) | ({ readonly about: 'rule' } & RuleAsk);

export function rehearse(reads: RehearsalReads, ask: RehearsalAsk): LevelReplay | RuleReplays {
  const { patientId, ruleId } = ask;
  if (ask.about === 'levels') return replayLevels(reads.scores(ask), patientId, ruleId, ask.sides);
  const { model, sets } = ask;
  if (model !== null) return replayRule(reads.scores({ ...ask, model }), patientId, ruleId, sets);
  const rule = sets.flat().find((each) => each.ruleId === ruleId);
  const kinds = rule === undefined ? [] : kindsWatchedBy(rule);
  return replayRule(reads.vitals({ ...ask, kinds }, mattersTo(ruleId, sets)), patientId, ruleId, sets);
}

// What an alarm's value is now beside what it was when the alarm was raised, and whether that is better or worse.
import type { Alarm, CurrentValue, PatientLive, RiskModel } from '../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { displayUnitFor, formatValue } from '../../src-main/vitals/units.ts';
import { ageWords } from '../stores/freshness.ts';
import { describeVital, isGone, TREND_WORDS, type Trend, trendOf, type VitalContext, type VitalWords } from './describe-vital.ts';

type Comparison = 'below' | 'above';

/** The vital kinds whose values a rule speaks of, or the model; and the side of its limit that it alarms on. */
export type Watched =
  | { readonly kinds: readonly VitalKind[]; readonly comparison: Comparison }
  | { readonly model: RiskModel; readonly comparison: 'above' };

export type Course = 'better' | 'worse' | 'same';

export interface AlarmNow {
  /** `88%, 3 s ago`, or that and why there is no value: `no reading for 2 min`. */
  readonly text: string;
  /** Against the value that raised the alarm; null where the two cannot be compared, or the alarm has ended. */
  readonly course: Course | null;
  readonly trend: Trend | null;
}

export const COURSE_WORDS: Readonly<Record<Course, string>> = {
  better: 'better',
  worse: 'worse',
  same: 'unchanged',
};

const RISK_RULE = /^risk-(diabetes|heart|hypoxia)-high$/;
const VITAL_RULE = /^(.+?)-(?:very-)?(low|high)$/;

/** A rule is named after the vital it watches and the side it alarms on: `heart-rate-very-low`. Null for what watches neither. */
export function watchedBy(rule: string): Watched | null {
  const model = RISK_RULE.exec(rule)?.[1];
  if (model !== undefined) return { model: model as RiskModel, comparison: 'above' };
  const [, name = '', side] = VITAL_RULE.exec(rule) ?? [];
  const kind = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (!Object.hasOwn(VITALS, kind)) return null;
  // The pulse an oximeter or a cuff counts is watched as the heart rate.
  const kinds: readonly VitalKind[] = kind === 'heartRate' ? ['heartRate', 'pulseRate'] : [kind as VitalKind];
  return { kinds, comparison: side === 'low' ? 'below' : 'above' };
}

/** The figure that raised an alarm, out of its words: `84%` of "84% is below 92%"; all of them where they say something else. */
export function raisedText(detail: string): string {
  return /^(.+?) is (?:below|above) /.exec(detail)?.[1] ?? /^Probability (\d+%)/.exec(detail)?.[1] ?? detail;
}

/** Null where the alarm speaks of no value: technical ones, and those of a patient who is not on the ward. */
export function alarmNow(alarm: Alarm, live: PatientLive | undefined, context: VitalContext): AlarmNow | null {
  const watched = alarm.category === 'technical' ? null : watchedBy(alarm.rule);
  if (watched === null || live === undefined) return null;
  const now = 'model' in watched ? riskNow(alarm, watched.model, live, context) : vitalNow(alarm, watched, live, context);
  return alarm.endedAtMs === null ? now : { ...now, course: null };
}

function vitalNow(
  alarm: Alarm,
  { kinds, comparison }: Extract<Watched, { kinds: unknown }>,
  live: PatientLive,
  context: VitalContext,
): AlarmNow {
  const known = kinds
    .flatMap((kind) => live.values.find((value) => value.kind === kind && !isGone(value)) ?? [])
    .map((value) => ({ value, words: describeVital(value.kind, value, context) }));
  const newest = known.toSorted((a, b) => b.value.takenAtMs - a.value.takenAtMs)[0];
  if (newest === undefined) return silent('no reading');
  const current = known.filter(({ words }) => words.state === 'current');
  if (current.length === 0) return silent(`no reading for ${newest.words.age}`);
  // Of two sources the one that is worse off: the other must not make light of it.
  const worst = current
    .filter(({ value }) => magnitude(value) !== null)
    .toSorted((a, b) => badness(comparison, b.value) - badness(comparison, a.value))[0];
  if (worst === undefined) return silent(`no value: ${newest.words.sentence.replace(/^[^:]+: /, '')}`);
  return {
    text: `${figureOf(worst.value, worst.words, context)}, ${worst.words.age} ago`,
    course: courseOf(comparison, alarm.detail, worst.value, context),
    trend: trendOf(worst.value.kind, worst.value.trendPerMinute),
  };
}

function figureOf(value: CurrentValue, { text, doubt }: VitalWords, { units }: VitalContext): string {
  const figure = value.value === null ? text : formatValue(value.kind, value.value, displayUnitFor(value.kind, units));
  const source = value.source === 'manual' ? ' by hand' : value.kind === 'pulseRate' ? ' pulse' : '';
  return `${figure}${source}${doubt === '' ? '' : ` (${doubt})`}`;
}

function courseOf(comparison: Comparison, detail: string, value: CurrentValue, { units }: VitalContext): Course | null {
  const raised = raisedText(detail);
  if (value.value === null) {
    const far = magnitude(value) ?? 0;
    return detail.startsWith(far > 0 ? 'HI,' : 'LO,') ? 'same' : compare(comparison, 0, far);
  }
  const shown = formatValue(value.kind, value.value, displayUnitFor(value.kind, units));
  if (shown === raised) return 'same';
  if (/^(HI|LO),/.test(detail)) return 'better';
  const [then, now] = [raised, shown].map((text) => /^(-?\d+(?:\.\d+)?)(.*)$/.exec(text));
  // The clinic may read it in another unit by now.
  if (!then || !now || then[2] !== now[2]) return null;
  return compare(comparison, Number(then[1]), Number(now[1]));
}

function riskNow(alarm: Alarm, model: RiskModel, live: PatientLive, { nowMs, connected }: VitalContext): AlarmNow {
  const prediction = live.predictions.find((each) => each.model === model);
  if (prediction === undefined) return silent('no score');
  const age = ageWords(nowMs - prediction.scoredAtMs);
  if (!connected) return silent(`no score for ${age}`);
  if (prediction.probability === null) return silent(`no score, asked ${age} ago`);
  const now = Math.round(prediction.probability * 100);
  const then = /^(\d+)%$/.exec(raisedText(alarm.detail))?.[1];
  return {
    text: `${now}%, scored ${age} ago`,
    course: then === undefined ? null : compare('above', Number(then), now),
    trend: null,
  };
}

function compare(comparison: Comparison, then: number, now: number): Course {
  if (now === then) return 'same';
  return now < then === (comparison === 'below') ? 'worse' : 'better';
}

function badness(comparison: Comparison, value: CurrentValue): number {
  return (magnitude(value) ?? 0) * (comparison === 'below' ? -1 : 1);
}

/** HI and LO lie beyond every figure; null for what was not measured. */
function magnitude({ value, special }: CurrentValue): number | null {
  if (value !== null) return value;
  if (special === 'HI' || special === '+INF') return Number.POSITIVE_INFINITY;
  return special === 'LO' || special === '-INF' ? Number.NEGATIVE_INFINITY : null;
}

function silent(text: string): AlarmNow {
  return { text, course: null, trend: null };
}

/** `88%, 3 s ago, better than when raised, rising`. */
export function alarmNowSentence({ text, course, trend }: AlarmNow): string {
  return [text, course === null ? '' : COURSE_WORDS[course], trend === null ? '' : TREND_WORDS[trend]]
    .filter((part) => part !== '')
    .join(', ');
}

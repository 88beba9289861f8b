// What was measured of a model, in words: what a level finds and how often it is wrong, and what other levels would have meant.
import type { LevelRehearsal, ModelFacts, PhotoRehearsal, RiskLevels, RuleRehearsal } from '../../../src-main/contract/models.ts';

/** `7%`, `14.2%`: as much as a limit is set by. */
export const shareText = (share: number): string => `${Number((share * 100).toFixed(1))}%`;

export interface Performance {
  readonly sensitivity: number;
  readonly falseAlarmRate: number;
  /** Between two measured points: not measured itself. */
  readonly between: boolean;
}

/** What happens from this probability on; null outside what was measured. */
export function performanceAt(points: ModelFacts['operatingPoints'], probability: number): Performance | null {
  const near = points.find((point) => Math.abs(point.probability - probability) < 0.0005);
  if (near !== undefined) return { ...near, between: false };
  const above = points.findIndex((point) => point.probability > probability);
  const [low, high] = [points[above - 1], points[above]];
  if (above < 1 || low === undefined || high === undefined) return null;
  const share = (probability - low.probability) / (high.probability - low.probability);
  const mix = (a: number, b: number): number => a + share * (b - a);
  return {
    sensitivity: mix(low.sensitivity, high.sensitivity),
    falseAlarmRate: mix(low.falseAlarmRate, high.falseAlarmRate),
    between: true,
  };
}

/** `about`: between two measured points, not measured itself. */
export function performanceWords(at: Performance | null): string {
  if (at === null) return 'no figures for a level so high or low';
  const about = at.between ? 'about ' : '';
  const [found, flagged] = [Math.round(at.sensitivity * 100), Math.round(at.falseAlarmRate * 100)];
  return `finds ${about}${found}% of those with the outcome, flags ${about}${flagged}% of those without it`;
}

export const levelsText = ({ moderate, high }: RiskLevels): string =>
  `moderate from ${shareText(moderate)}, high from ${shareText(high)}`;

/** The levels a result was judged by and, where they have changed since, those of now. `done`: `scored`, `assessed`. */
export function levelsThenAndNow(then: RiskLevels, now: RiskLevels | null, done: string): string {
  const same = now === null || (now.moderate === then.moderate && now.high === then.high);
  return same ? levelsText(then) : `${levelsText(then)} when it was ${done}; since then changed to ${levelsText(now)}`;
}

/** `0.4`, `12`, `<0.1`. */
export function perDayText(perDay: number): string {
  if (perDay === 0) return '0';
  if (perDay < 0.1) return '<0.1';
  return perDay < 10 ? perDay.toFixed(1) : String(Math.round(perDay));
}

function daysText(days: number): string {
  const whole = Math.round(days);
  return whole <= 1 ? 'the last day' : `the last ${whole} days`;
}

const change = (word: string, before: number, after: number): string =>
  before === after ? `${word} ${before}, as now` : `${word} ${before} → ${after}`;

/** One sentence: what would have changed. */
export function levelRehearsalWords({ results, patients, days, now, proposed }: LevelRehearsal): string {
  if (results === 0) return 'There are no stored results of this model to try the levels on.';
  const whom = `${results.toLocaleString('en-GB')} results of ${patients} ${patients === 1 ? 'patient' : 'patients'} in ${daysText(days)}`;
  return `Of ${whom}: ${change('moderate', now.moderate, proposed.moderate)}; ${change('high', now.high, proposed.high)}; alarms per day ${perDayText(now.alarmsPerDay)} → ${perDayText(proposed.alarmsPerDay)}.`;
}

/** @param date a time as a day of the clinic */
export function photoRehearsalWords(rehearsal: PhotoRehearsal, date: (atMs: number) => string): string {
  const { results, patients, period, ofOtherVersions, now, proposed } = rehearsal;
  if (period === null) {
    const others = otherVersionsWords(ofOtherVersions);
    return `There are no kept photos with a result of this model to try the levels on.${others === '' ? '' : ` ${others}`}`;
  }
  const [first, last] = [date(period.fromMs), date(period.toMs)];
  const when = first === last ? `taken ${first}` : `taken ${first} to ${last}`;
  const whom = `${results} ${results === 1 ? 'photo' : 'photos'} of ${patients} ${patients === 1 ? 'patient' : 'patients'}, ${when}`;
  return `Of ${whom}: ${change('moderate', now.moderate, proposed.moderate)}; ${change('high', now.high, proposed.high)}.`;
}

/** Empty where there are none. */
export function otherVersionsWords(count: number): string {
  if (count === 0) return '';
  return `${count} ${count === 1 ? 'photo' : 'photos'} judged by another version of the model ${count === 1 ? 'is' : 'are'} not counted: its probabilities are not these.`;
}

export function ruleRehearsalWords({ patients, days, now, proposed }: RuleRehearsal): string {
  if (patients === 0) return 'There are no stored values in the last 14 days to try this on.';
  const times = (alarms: number): string => `${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}`;
  const whom = (count: number): string => (count === 1 ? '1 patient' : `${count} patients`);
  return `In ${daysText(days)}, ${whom(patients)} watched, it would have raised ${times(proposed.alarms)} (${perDayText(proposed.alarmsPerDay)} a day, for ${whom(proposed.patients)}); as it is now: ${times(now.alarms)} (${perDayText(now.alarmsPerDay)} a day).`;
}

// One vital sign put into words and figures: what stands on screen, how old it is, and whether it may count as current.
import type { CurrentValue, Settings } from '../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { qualityText } from '../../src-main/vitals/quality-words.ts';
import { displayUnitFor, formatNumber, unitLabel } from '../../src-main/vitals/units.ts';
import { ageWords, freshness } from '../stores/freshness.ts';

export type UnitSettings = Pick<Settings, 'glucoseUnit' | 'temperatureUnit'>;

export type Trend = 'rising-fast' | 'rising' | 'steady' | 'falling' | 'falling-fast';

export interface VitalWords {
  /** The figure, a special value's word, or an en dash where there is nothing. */
  readonly text: string;
  readonly unit: string;
  /** `12 s`; empty where there is no value. */
  readonly age: string;
  readonly state: 'current' | 'old' | 'none';
  readonly trend: Trend | null;
  /** What the device itself doubts about the value; empty where it doubts nothing. */
  readonly doubt: string;
  /** The whole of it as a sentence for screen readers and tooltips. */
  readonly sentence: string;
}

/** Everything a numeral needs to know about here and now. */
export interface VitalContext {
  readonly nowMs: number;
  readonly connected: boolean;
  readonly units: UnitSettings;
}

/** Change per minute (canonical unit) from which an arrow slants, and from which it stands upright. */
const TREND_STEPS: { readonly [K in VitalKind]: readonly [number, number] } = {
  heartRate: [2, 6],
  pulseRate: [2, 6],
  spo2: [0.5, 1.5],
  systolic: [1, 3],
  diastolic: [1, 3],
  meanPressure: [1, 3],
  glucose: [1, 2],
  respiratoryRate: [0.5, 1.5],
  temperature: [0.02, 0.05],
};

export const TREND_WORDS: Readonly<Record<Trend, string>> = {
  'rising-fast': 'rising fast',
  rising: 'rising',
  steady: 'steady',
  falling: 'falling',
  'falling-fast': 'falling fast',
};

const SPECIAL_WORDS: Readonly<Record<string, readonly [text: string, meaning: string]>> = {
  NaN: ['no value', 'the device could not measure'],
  NRes: ['no value', 'not at this resolution'],
  '+INF': ['HI', 'above what the device can measure'],
  '-INF': ['LO', 'below what the device can measure'],
  HI: ['HI', 'above what the device can measure'],
  LO: ['LO', 'below what the device can measure'],
};

export function trendOf(kind: VitalKind, perMinute: number | null): Trend | null {
  if (perMinute === null) return null;
  const [slant, upright] = TREND_STEPS[kind];
  if (perMinute >= upright) return 'rising-fast';
  if (perMinute >= slant) return 'rising';
  if (perMinute <= -upright) return 'falling-fast';
  return perMinute <= -slant ? 'falling' : 'steady';
}

export function describeVital(kind: VitalKind, value: CurrentValue | undefined, context: VitalContext): VitalWords {
  const { title } = VITALS[kind];
  const displayUnit = displayUnitFor(kind, context.units);
  const unit = unitLabel(kind, displayUnit);
  if (value === undefined)
    return { text: '–', unit, age: '', state: 'none', trend: null, doubt: '', sentence: `${title}: no value yet` };
  if (isGone(value))
    return { ...describeVital(kind, undefined, context), sentence: `${title}: no value; the last one was not theirs` };
  const age = ageWords(context.nowMs - value.takenAtMs);
  const state = freshness(kind, value.takenAtMs, context.nowMs, context.connected);
  const ageClause = state === 'current' ? `${age} ago` : `old, ${age} ago`;
  const entered = value.source === 'manual' ? ', entered by hand' : '';
  const doubt = qualityText(value.quality);
  const doubtClause = doubt === '' ? '' : `, ${doubt}`;
  if (value.value === null) {
    const [text, meaning] = SPECIAL_WORDS[value.special ?? 'NaN'] ?? ['no value', 'the device sent no number'];
    return {
      text,
      unit,
      age,
      state,
      trend: null,
      doubt,
      sentence: `${title}: ${meaning}${doubtClause}, ${ageClause}${entered}`,
    };
  }
  const text = formatNumber(kind, value.value, displayUnit);
  const trend = state === 'current' ? trendOf(kind, value.trendPerMinute) : null;
  const trendClause = trend === null ? '' : `, ${TREND_WORDS[trend]}`;
  return {
    text,
    unit,
    age,
    state,
    trend,
    doubt,
    sentence: `${title}: ${text} ${unit}${doubtClause}${trendClause}, ${ageClause}${entered}`,
  };
}

/** What a device had said was not this patient's after all, and nothing has taken its place. */
export function isGone({ value, special, source, deviceId, quality }: CurrentValue): boolean {
  return value === null && special === null && source === 'device' && deviceId === null && quality.length === 0;
}

/** `128/84`; what is no figure for either is said once: a cuff that failed has failed for both. */
export function pressureText(upper: VitalWords, lower: VitalWords): string {
  return upper.text === lower.text && !/\d/.test(upper.text) ? upper.text : `${upper.text}/${lower.text}`;
}

// Data for the chart tests: small, written out, with a gap.
import type { Alarm, Observation, Prediction, Series, ThresholdRule } from '../../src-main/contract/models.ts';
import { displayUnitOf } from '../../src-renderer/charts/display-unit.ts';
import type { HistoryChartInput } from '../../src-renderer/charts/history-chart.ts';
import { CHART_COLOURS } from '../../src-renderer/charts/palette.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const START_MS = Date.UTC(2026, 10, 3, 12, 0);
export const RANGE = { fromMs: START_MS, toMs: START_MS + HOUR_MS };
export const COLOURS = CHART_COLOURS.light;

export const MG_DL = { glucoseUnit: 'mg/dL', temperatureUnit: 'Cel' } as const;
export const MMOL_L = { glucoseUnit: 'mmol/L', temperatureUnit: '[degF]' } as const;

/** Five minutes, the third of them silent. */
export function seriesWithGap(kind: Series['kind'], around: number): Series {
  const at = (offsets: readonly (number | null)[]) => offsets.map((offset) => (offset === null ? null : around + offset));
  return {
    kind,
    timesMs: [0, 1, 2, 3, 4].map((minute) => START_MS + minute * MINUTE_MS),
    mean: at([0, 2, null, 1, 0]),
    min: at([-3, -1, null, -4, -2]),
    max: at([5, 4, null, 6, 3]),
    resolution: 'minute',
    count: 240,
  };
}

export const rule = (change: Partial<ThresholdRule> = {}): ThresholdRule => ({
  ruleId: 'glucose-high',
  title: 'Glucose high',
  subject: 'glucose',
  comparison: 'above',
  limit: 250,
  unit: 'mg/dL',
  hysteresis: 5,
  consecutive: 2,
  priority: 'medium',
  enabled: true,
  patientId: null,
  ...change,
});

export const observed = (change: Partial<Observation> = {}): Observation => ({
  observationId: 1,
  patientId: 7,
  kind: 'glucose',
  value: 180.1559,
  enteredValue: '10',
  enteredUnit: 'mmol/L',
  takenAtMs: START_MS + 2 * MINUTE_MS,
  recordedAtMs: START_MS + 3 * MINUTE_MS,
  recordedBy: 'Nina Nurse',
  note: '',
  overrides: null,
  retractedAtMs: null,
  retractedBy: null,
  retractedReason: null,
  ...change,
});

export const alarmed = (change: Partial<Alarm> = {}): Alarm => ({
  alarmId: 'a1',
  category: 'physiological',
  rule: 'glucose-high',
  priority: 'medium',
  patientId: 7,
  deviceId: null,
  message: 'Glucose high',
  detail: '262 mg/dL is above 250 mg/dL',
  raisedAtMs: START_MS + 4 * MINUTE_MS,
  lastSeenAtMs: START_MS + 5 * MINUTE_MS,
  endedAtMs: null,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  state: 'active',
  ...change,
});

export const scored = (minute: number, probability: number | null, missing: readonly string[] = []): Prediction => ({
  predictionId: `p${minute}`,
  patientId: 7,
  model: 'heart',
  version: '1.0.0',
  scoredAtMs: START_MS + minute * MINUTE_MS,
  probability,
  level: probability === null ? 'abstained' : probability >= 0.7 ? 'high' : probability >= 0.4 ? 'moderate' : 'low',
  missing,
});

export function historyInput(lines: readonly Series[], change: Partial<HistoryChartInput> = {}): HistoryChartInput {
  return {
    lines,
    range: RANGE,
    window: RANGE,
    rules: [],
    observations: [],
    alarms: [],
    unit: displayUnitOf(lines[0]?.kind ?? 'heartRate', MG_DL),
    timeZone: 'Europe/Berlin',
    colours: COLOURS,
    slider: false,
    ...change,
  };
}

/** A series of an option by its name; the option's types are as wide as ECharts itself. */
export function seriesNamed(
  option: { readonly series?: unknown },
  name: string,
): Record<string, unknown> & { readonly data: readonly unknown[] } {
  const list = (Array.isArray(option.series) ? option.series : [option.series]) as readonly { readonly name?: string }[];
  const found = list.find((one) => one.name === name);
  if (!found) throw new Error(`no series "${name}" among ${list.map((one) => one.name).join(', ')}`);
  return found as Record<string, unknown> & { readonly data: readonly unknown[] };
}

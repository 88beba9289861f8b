// How much of the value axis a chart shows: enough that noise stays small, never so little that a crisis is cut off.
import type { VitalKind } from '../../src-main/vitals/kinds.ts';

export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** Canonical units. `usual` is in view always; the axis grows beyond it with the data, in whole `step`s. */
const AXES: { readonly [K in VitalKind]: { readonly usual: ValueRange; readonly step: number; readonly ceiling?: number } } = {
  heartRate: { usual: { low: 50, high: 120 }, step: 10 },
  pulseRate: { usual: { low: 50, high: 120 }, step: 10 },
  spo2: { usual: { low: 86, high: 100 }, step: 2, ceiling: 100 },
  systolic: { usual: { low: 60, high: 160 }, step: 20 },
  diastolic: { usual: { low: 60, high: 160 }, step: 20 },
  meanPressure: { usual: { low: 60, high: 160 }, step: 20 },
  glucose: { usual: { low: 60, high: 220 }, step: 20 },
  respiratoryRate: { usual: { low: 8, high: 28 }, step: 4 },
  temperature: { usual: { low: 35, high: 39 }, step: 0.5 },
};

/** What a healthy adult at rest is usually within, canonical units; the band behind a history, not an alarm limit. */
export const NORMAL_BANDS: { readonly [K in VitalKind]: ValueRange | null } = {
  heartRate: { low: 51, high: 90 },
  pulseRate: { low: 51, high: 90 },
  spo2: { low: 96, high: 100 },
  systolic: null,
  diastolic: null,
  meanPressure: null,
  glucose: { low: 70, high: 180 },
  respiratoryRate: { low: 12, high: 20 },
  temperature: { low: 36.1, high: 38 },
};

/** Where each band comes from, said under the chart. */
export const NORMAL_BAND_SOURCE: { readonly [K in VitalKind]: string } = {
  heartRate: 'scores 0 in NEWS2',
  pulseRate: 'scores 0 in NEWS2',
  spo2: 'scores 0 in NEWS2 scale 1',
  systolic: '',
  diastolic: '',
  meanPressure: '',
  glucose: 'time-in-range target of the CGM consensus',
  respiratoryRate: 'scores 0 in NEWS2',
  temperature: 'scores 0 in NEWS2',
};

/**
 * The axis of a vital, in the unit shown.
 * @param values canonical values, nulls left out by the caller or here
 * @param show canonical to shown unit; the range is rounded to whole steps before it is converted
 */
export function axisRange(kind: VitalKind, values: Iterable<number | null>, show: (canonical: number) => number): ValueRange {
  const { usual, step, ceiling } = AXES[kind];
  let { low, high } = usual;
  for (const value of values) {
    if (value === null) continue;
    if (value < low + step / 4) low = Math.floor((value - step / 4) / step) * step;
    if (value > high - step / 4) high = Math.ceil((value + step / 4) / step) * step;
  }
  if (ceiling !== undefined) high = Math.min(high, ceiling);
  return { low: tidy(show(Math.max(0, low)), 'down'), high: tidy(show(high), 'up') };
}

/** A converted end such as 12.21 mmol/L becomes 13: axis ends are whole, or halves below 50. */
function tidy(value: number, towards: 'up' | 'down'): number {
  const unit = Math.abs(value) < 50 ? 0.5 : 1;
  const scaled = Number((value / unit).toFixed(6));
  return (towards === 'up' ? Math.ceil(scaled) : Math.floor(scaled)) * unit;
}

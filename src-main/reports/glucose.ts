// Continuous glucose on a report: picks the one sensor whose readings are continuous and computes the field's metrics on it alone.
import type { Settings } from '../contract/models.ts';
import { UNSCORED_QUALITY } from '../links/link.ts';
import type { Period, ReadingRow } from '../store/ports.ts';
import { type GlucoseMetrics, glucoseMetrics } from '../vitals/glucose-metrics.ts';

const MINUTE_MS = 60_000;
/** Sensors report every 1 to 15 minutes; what comes less often are single measurements. */
const LONGEST_STEP_MS = 20 * MINUTE_MS;
const LEAST_STEP_MS = 5 * MINUTE_MS;
const LEAST_FOR_STEP = 6;

export interface GlucoseSummary {
  readonly deviceId: string;
  /** Readings of that device in the period, unscored quality left out. */
  readonly readings: number;
  /** Usual time between two readings. */
  readonly stepMs: number;
  /** Null where the readings are not those of a continuous sensor; `remark` then says so. */
  readonly metrics: GlucoseMetrics | null;
  readonly remark: string;
}

interface Column {
  readonly timesMs: number[];
  readonly valuesMgDl: number[];
}

export class GlucoseTally {
  readonly #byDevice = new Map<string, Column>();

  add(reading: ReadingRow): void {
    const value = reading.values.glucose;
    if (value === undefined || (reading.quality & UNSCORED_QUALITY) !== 0) return;
    const column = this.#byDevice.get(reading.deviceId) ?? { timesMs: [], valuesMgDl: [] };
    column.timesMs.push(reading.takenAtMs);
    column.valuesMgDl.push(value);
    this.#byDevice.set(reading.deviceId, column);
  }

  /** Null when no device measured glucose in the period. */
  finish(period: Period, settings: Settings): GlucoseSummary | null {
    const found = [...this.#byDevice].sort(([, a], [, b]) => b.timesMs.length - a.timesMs.length);
    const [deviceId, column] = found.find(([, each]) => continuous(each)) ?? found[0] ?? [];
    if (deviceId === undefined || column === undefined) return null;
    const readings = column.timesMs.length;
    const stepMs = usualStepMs(column);
    if (!continuous(column)) {
      const remark = `${deviceId} sent ${readings} glucose ${readings === 1 ? 'reading' : 'readings'}, too few or too far apart for a continuous sensor: time in range and the other metrics of continuous glucose are not computed from single measurements.`;
      return { deviceId, readings, stepMs, metrics: null, remark };
    }
    const intervalMs = Math.max(stepMs, LEAST_STEP_MS);
    const metrics = glucoseMetrics(column, { fromMs: period.fromMs, toMs: period.toMs, intervalMs, unit: settings.glucoseUnit });
    const others = found.length - 1;
    const remark =
      others === 0
        ? ''
        : `Readings of ${others} other ${others === 1 ? 'device' : 'devices'} that measured glucose are left out.`;
    return { deviceId, readings, stepMs, metrics, remark };
  }
}

function continuous(column: Column): boolean {
  return column.timesMs.length >= LEAST_FOR_STEP && usualStepMs(column) <= LONGEST_STEP_MS;
}

function usualStepMs(column: Column): number {
  const steps = column.timesMs.slice(1).map((timeMs, index) => timeMs - (column.timesMs[index] ?? timeMs));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

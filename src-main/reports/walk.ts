// Walks through what the store holds of one period without ever holding all of it: readings page by page, predictions window by window.
import { type Alarm, type Prediction, type RiskModel, riskModel } from '../contract/models.ts';
import type { Period, ReadingRow } from '../store/ports.ts';
import type { ReportReads } from './report-data.ts';

const READINGS_PER_PAGE = 5000;
const PREDICTIONS_PER_WINDOW = 5000;
/** More alarms than anyone reads; past it the report says that it is not complete. */
const MOST_ALARMS = 10_000;

export const RISK_MODELS: readonly RiskModel[] = riskModel.options;

/** All readings of the patient in the period, oldest first. */
export function* readingsOf(reads: Pick<ReportReads, 'readings'>, period: Period): Generator<ReadingRow> {
  let after: { takenAtMs: number; readingId: string } | null = null;
  for (;;) {
    const page: readonly ReadingRow[] = reads.readings({ ...period, limit: READINGS_PER_PAGE, after });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < READINGS_PER_PAGE) return;
    if (after !== null && after.readingId === last.readingId) throw new Error('the store repeated a page of readings');
    after = { takenAtMs: last.takenAtMs, readingId: last.readingId };
  }
}

/** All stored results of one model in the period, oldest first, each once. Windows that are too full are halved. */
export function* predictionsOf(reads: Pick<ReportReads, 'predictions'>, period: Period, model: RiskModel): Generator<Prediction> {
  const windows: Period[] = [period];
  let newestMs = Number.NEGATIVE_INFINITY;
  let seenAtNewest = new Set<string>();
  for (let window = windows.pop(); window !== undefined; window = windows.pop()) {
    const found = reads.predictions({ ...window, model, limit: PREDICTIONS_PER_WINDOW });
    const middle = Math.floor((window.fromMs + window.toMs) / 2);
    if (found.length >= PREDICTIONS_PER_WINDOW && middle > window.fromMs) {
      windows.push({ ...window, fromMs: middle }, { ...window, toMs: middle });
      continue;
    }
    for (const one of [...found].sort((a, b) => a.scoredAtMs - b.scoredAtMs || (a.predictionId < b.predictionId ? -1 : 1))) {
      // Neighbouring windows share their border, whichever side of it the store counts.
      if (one.scoredAtMs < newestMs || seenAtNewest.has(one.predictionId)) continue;
      if (one.scoredAtMs > newestMs) seenAtNewest = new Set();
      newestMs = one.scoredAtMs;
      seenAtNewest.add(one.predictionId);
      yield one;
    }
  }
}

/** Alarms of the patient that held at some time in the period, oldest first. */
export function alarmsOf(
  reads: Pick<ReportReads, 'alarms'>,
  period: Period,
): { readonly alarms: readonly Alarm[]; readonly complete: boolean } {
  const found = reads.alarms({ which: 'all', ...period, limit: MOST_ALARMS });
  const alarms = found
    .filter((alarm) => alarm.raisedAtMs < period.toMs && (alarm.endedAtMs === null || alarm.endedAtMs >= period.fromMs))
    .sort((a, b) => a.raisedAtMs - b.raisedAtMs || (a.alarmId < b.alarmId ? -1 : 1));
  return { alarms, complete: found.length < MOST_ALARMS };
}

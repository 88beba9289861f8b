// The last ten minutes of heart rate and SpO2 of one patient, in time order, one point a second at most.
import type { VitalKind } from '../../src-main/vitals/kinds.ts';

export const RECENT_MS = 10 * 60_000;
const RECENT_KINDS: readonly VitalKind[] = ['heartRate', 'spo2'];
/** One point a second is what ten minutes on a tile can show. */
const SPACING_MS = 1_000;

export interface RecentPoint {
  readonly kind: VitalKind;
  readonly atMs: number;
  /** Null: heard, but not a number. Drawn as a gap. */
  readonly value: number | null;
}

export type RecentSeries = ReadonlyMap<VitalKind, readonly RecentPoint[]>;

export function addPoints(series: RecentSeries | undefined, points: readonly RecentPoint[]): RecentSeries {
  const next = new Map(series ?? []);
  for (const kind of RECENT_KINDS) {
    const fresh = points.filter((point) => point.kind === kind);
    if (fresh.length > 0) next.set(kind, merge(next.get(kind) ?? [], fresh));
  }
  return next;
}

/** Points may come late (back-fill) or twice; the later arrival wins its second. */
function merge(old: readonly RecentPoint[], fresh: readonly RecentPoint[]): readonly RecentPoint[] {
  const bySecond = new Map<number, RecentPoint>();
  for (const point of [...old, ...fresh]) bySecond.set(Math.floor(point.atMs / SPACING_MS), point);
  const sorted = [...bySecond.values()].sort((a, b) => a.atMs - b.atMs);
  const fromMs = (sorted.at(-1)?.atMs ?? 0) - RECENT_MS;
  return sorted.filter((point) => point.atMs >= fromMs);
}

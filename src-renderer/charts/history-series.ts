// Series as the store sends them, made ready for a history: finer data laid over coarse, lonely points found, words about resolution.
import type { Series } from '../../src-main/contract/models.ts';
import type { Span } from './chart-option.ts';

export const emptySeries = (kind: Series['kind']): Series => ({
  kind,
  timesMs: [],
  mean: [],
  min: [],
  max: [],
  resolution: 'raw',
  count: 0,
});

/**
 * The overview outside `window` and the finer answer inside it, so that zooming out shows something at once.
 * Resolution and count are those of the finer part: they describe what is in view.
 */
export function overlay(overview: Series, fine: Series, window: Span): Series {
  const columns = {
    timesMs: [] as number[],
    mean: [] as (number | null)[],
    min: [] as (number | null)[],
    max: [] as (number | null)[],
  };
  const take = (from: Series, wanted: (atMs: number) => boolean): void => {
    from.timesMs.forEach((atMs, at) => {
      if (!wanted(atMs)) return;
      columns.timesMs.push(atMs);
      columns.mean.push(from.mean[at] ?? null);
      columns.min.push(from.min[at] ?? null);
      columns.max.push(from.max[at] ?? null);
    });
  };
  take(overview, (atMs) => atMs < window.fromMs);
  take(fine, (atMs) => atMs >= window.fromMs && atMs <= window.toMs);
  take(overview, (atMs) => atMs > window.toMs);
  return { kind: fine.kind, ...columns, resolution: fine.resolution, count: fine.count };
}

/** Points with a gap on either side: a line would not show them, so they are drawn as dots. */
export function lonelyPoints(series: Series): readonly number[] {
  return series.mean.flatMap((value, at) => {
    const before = series.mean[at - 1] ?? null;
    const after = series.mean[at + 1] ?? null;
    return value !== null && before === null && after === null ? [at] : [];
  });
}

/** Index of the point nearest in time; -1 for an empty series. */
export function nearestIndex(timesMs: readonly number[], atMs: number): number {
  let low = 0;
  let high = timesMs.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 ? (timesMs[low - 1] ?? 0) : Number.NEGATIVE_INFINITY;
  return atMs - before < Math.abs((timesMs[low] ?? 0) - atMs) ? low - 1 : low;
}

const RESOLUTION_WORDS = {
  raw: 'each of them shown',
  minute: 'one point a minute: mean line, min–max band',
  hour: 'one point an hour: mean line, min–max band',
} as const;

export const readingsText = (count: number): string =>
  count === 1 ? '1 reading' : `${new Intl.NumberFormat('en-GB').format(count)} readings`;

/** `3,482 readings, one point a minute: mean line, min–max band`. */
export function resolutionText(series: readonly Series[]): string {
  const held = series.filter(({ count }) => count > 0);
  const coarsest = (['hour', 'minute', 'raw'] as const).find((word) => held.some(({ resolution }) => resolution === word));
  if (!coarsest) return 'No readings in this period';
  return `${readingsText(held.reduce((sum, { count }) => sum + count, 0))}, ${RESOLUTION_WORDS[coarsest]}`;
}

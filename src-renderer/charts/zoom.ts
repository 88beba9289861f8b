// Windows of time: what a zoom shows, and the steps of the buttons that zoom and move without a mouse.
import type { Span } from './chart-option.ts';

/** Closer than this there is nothing more to see. */
const LEAST_SPAN_MS = 60_000;

/** Part of `range` between two percentages of it, in whole milliseconds. */
export function zoomedSpan(range: Span, percent: { readonly start: number; readonly end: number }): Span {
  const spanMs = range.toMs - range.fromMs;
  return {
    fromMs: Math.round(range.fromMs + (spanMs * percent.start) / 100),
    toMs: Math.round(range.fromMs + (spanMs * percent.end) / 100),
  };
}

/** `window` made `factor` times as long around its middle, kept inside `range`. */
export function scaled(window: Span, factor: number, range: Span): Span {
  const lengthMs = Math.min(range.toMs - range.fromMs, Math.max(LEAST_SPAN_MS, (window.toMs - window.fromMs) * factor));
  const middleMs = (window.fromMs + window.toMs) / 2;
  return kept(Math.round(middleMs - lengthMs / 2), Math.round(lengthMs), range);
}

/** `window` moved by `share` of its length, negative towards the past, kept inside `range`. */
export function moved(window: Span, share: number, range: Span): Span {
  const lengthMs = window.toMs - window.fromMs;
  return kept(Math.round(window.fromMs + lengthMs * share), lengthMs, range);
}

export const covers = (window: Span, range: Span): boolean => window.fromMs <= range.fromMs && window.toMs >= range.toMs;

function kept(fromMs: number, lengthMs: number, range: Span): Span {
  const first = Math.min(Math.max(fromMs, range.fromMs), range.toMs - lengthMs);
  return { fromMs: first, toMs: first + lengthMs };
}

// An alarm's life in words.
import type { Alarm } from '../../../src-main/contract/models.ts';
import { ageWords } from '../../stores/freshness.ts';

/** What it is now, and what it asks for. */
export function stateWords({ state, acknowledgedBy }: Pick<Alarm, 'state' | 'acknowledgedBy'>): string {
  if (state === 'active') return 'active, nobody has acknowledged it';
  if (state === 'latched') return 'ended, nobody has acknowledged it';
  if (state === 'acknowledged') return `continues, acknowledged by ${acknowledgedBy ?? 'somebody'}`;
  return `over, acknowledged by ${acknowledgedBy ?? 'somebody'}`;
}

/** How long the condition held, or has held so far. */
export function durationWords({ raisedAtMs, endedAtMs }: Pick<Alarm, 'raisedAtMs' | 'endedAtMs'>, nowMs: number): string {
  return endedAtMs === null ? `${ageWords(nowMs - raisedAtMs)} so far` : `for ${ageWords(endedAtMs - raisedAtMs)}`;
}

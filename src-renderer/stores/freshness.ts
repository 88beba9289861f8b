// Ages in words and the rule that an old value is never shown as current.
import type { VitalKind } from '../../src-main/vitals/kinds.ts';
import { VITALS } from '../../src-main/vitals/kinds.ts';

export type Freshness = 'current' | 'old';

/** A value is current for its kind's `currentForMs` after it was taken, and only while the console can be heard. */
export function freshness(kind: VitalKind, takenAtMs: number, nowMs: number, connected: boolean): Freshness {
  return connected && nowMs - takenAtMs <= VITALS[kind].currentForMs ? 'current' : 'old';
}

/** `12 s`, `3 min`, `2 h`, `4 d`: whole units, rounded down; a device clock slightly ahead counts as 0 s. */
export function ageWords(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

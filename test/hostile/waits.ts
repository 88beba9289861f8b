// How long honest devices wait under attack, against how long they wait without one, where other work may take the processors at any time.

/** p99 of a calm lap and of the attacked one beside it. */
export interface Round {
  readonly calmMs: number;
  readonly attackedMs: number;
}

export const ALLOWED_TIMES = 3;
/** Nobody notices this, and three times next to nothing is less than one turn of the system's scheduler. */
const UNNOTICED_MS = 20;

export function p99Ms(tookMs: readonly number[]): number {
  return percentile(tookMs, 0.99);
}

/** Attacked ÷ what is allowed beside the calm of the same round: the median of all rounds. Above 1 it is too much. */
export function share(rounds: readonly Round[]): number {
  if (rounds.length === 0) throw new Error('no round was measured');
  return median(rounds.map(({ calmMs, attackedMs }) => attackedMs / Math.max(ALLOWED_TIMES * calmMs, UNNOTICED_MS)));
}

export function inWords(rounds: readonly Round[]): string {
  const each = rounds.map(({ calmMs, attackedMs }) => `${calmMs.toFixed(1)} → ${attackedMs.toFixed(1)}`).join(', ');
  const times = median(rounds.map(({ calmMs, attackedMs }) => attackedMs / calmMs));
  return `${each} ms; median of the ratios ${times.toFixed(2)}, ${share(rounds).toFixed(2)} of what is allowed`;
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

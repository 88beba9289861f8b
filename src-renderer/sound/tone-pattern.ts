// The tones of each alarm priority: high 3 + 2 twice, medium 3, low 1, and how often they come again.
import type { AlarmPriority } from '../../src-main/contract/models.ts';

export interface TonePattern {
  /** Start of each tone in seconds after the burst begins. */
  readonly startsSeconds: readonly number[];
  readonly toneSeconds: number;
  /** Pitch of each tone in Hz, as many as there are starts. */
  readonly pitchesHz: readonly number[];
  readonly repeatMs: number;
}

const C5 = 523.25;
const E5 = 659.25;
const G5 = 783.99;
const C6 = 1046.5;

/** Three, a breath, two; the same once more after half a second. */
const HIGH_STARTS = [0, 0.25, 0.5, 0.95, 1.2];
const HIGH_PITCHES = [C5, E5, G5, G5, C6];

/** Shapes after IEC 60601-1-8 as monitors' manuals describe them; intervals 10, 25 and 30 s. */
export const TONE_PATTERNS: { readonly [P in AlarmPriority]: TonePattern } = {
  high: {
    startsSeconds: [...HIGH_STARTS, ...HIGH_STARTS.map((start) => start + 1.95)],
    toneSeconds: 0.16,
    pitchesHz: [...HIGH_PITCHES, ...HIGH_PITCHES],
    repeatMs: 10_000,
  },
  medium: { startsSeconds: [0, 0.42, 0.84], toneSeconds: 0.22, pitchesHz: [G5, E5, C5], repeatMs: 25_000 },
  low: { startsSeconds: [0], toneSeconds: 0.25, pitchesHz: [E5], repeatMs: 30_000 },
};

// Numbers that look random and can be had again from their seed (mulberry32 by Tommy Ettinger, public domain).

export interface Chance {
  readonly seed: number;
  /** From `low` up to, not including, `high`. */
  between(low: number, high: number): number;
  whole(low: number, high: number): number;
  happens(probability: number): boolean;
}

/** `HEALTHSENSE_SEED` repeats an earlier run. */
export function chanceFromEnvironment(): Chance {
  const asked = Number(process.env.HEALTHSENSE_SEED);
  return chanceOf(Number.isInteger(asked) && asked > 0 ? asked : Math.floor(Math.random() * 0xffff_ffff) + 1);
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const between = (low: number, high: number): number => low + next() * (high - low);
  return {
    seed,
    between,
    whole: (low, high) => Math.floor(between(low, high)),
    happens: (probability) => next() < probability,
  };
}

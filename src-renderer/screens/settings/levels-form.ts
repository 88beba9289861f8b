// A pair of levels as it is typed, in per cent, and as it is kept, as probabilities.
import type { ModelInfo, RiskLevels } from '../../../src-main/contract/models.ts';
import { shareText } from '../models/model-words.ts';

export interface TypedLevels {
  readonly moderate: number | string;
  readonly high: number | string;
}

export const typedOf = ({ moderate, high }: RiskLevels): TypedLevels => ({
  moderate: Number((moderate * 100).toFixed(1)),
  high: Number((high * 100).toFixed(1)),
});

export const sameLevels = (one: RiskLevels, other: RiskLevels): boolean =>
  one.moderate === other.moderate && one.high === other.high;

/** What is shown rounded and left untouched goes back exactly as it came. Null: no pair of levels. */
export function levelsOf(
  typed: TypedLevels,
  { thresholds, defaultThresholds }: Pick<ModelInfo, 'thresholds' | 'defaultThresholds'>,
): RiskLevels | null {
  const exact = (level: keyof RiskLevels): number => {
    const shown = typed[level];
    const known = [defaultThresholds, thresholds].find((levels) => shareText(levels[level]) === `${shown}%`);
    return known?.[level] ?? (typeof shown === 'number' ? shown / 100 : Number.NaN);
  };
  const [moderate, high] = [exact('moderate'), exact('high')];
  return moderate > 0 && moderate < high && high < 1 ? { moderate, high } : null;
}

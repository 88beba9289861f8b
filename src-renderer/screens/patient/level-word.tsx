// A risk level: a word with a shape of its own, coloured besides.
import { IconArrowBigUpFilled, IconCircleCheck, IconCircleDashed, IconEqual } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { RiskLevel } from '../../../src-main/contract/models.ts';
import { riskTone } from '../../colours.ts';
import classes from './level-word.module.css';

const SHAPES = {
  high: IconArrowBigUpFilled,
  moderate: IconEqual,
  low: IconCircleCheck,
  abstained: IconCircleDashed,
} as const;

export function LevelWord({
  level,
  size = 'small',
}: {
  readonly level: RiskLevel;
  readonly size?: 'small' | 'large';
}): ReactElement {
  const Shape = SHAPES[level];
  return (
    <span className={classes.word} data-tone={riskTone(level)} data-size={size}>
      <Shape size={size === 'large' ? 18 : 13} aria-hidden="true" /> {level}
    </span>
  );
}

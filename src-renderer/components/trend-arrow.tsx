// The direction a value is moving in, as an arrow.
import { IconArrowDown, IconArrowDownRight, IconArrowRight, IconArrowUp, IconArrowUpRight } from '@tabler/icons-react';
import type { Trend } from './describe-vital.ts';

const ARROWS = {
  'rising-fast': IconArrowUp,
  rising: IconArrowUpRight,
  steady: IconArrowRight,
  falling: IconArrowDownRight,
  'falling-fast': IconArrowDown,
} as const;

export function TrendArrow({ trend, size }: { readonly trend: Trend; readonly size: number }) {
  const Arrow = ARROWS[trend];
  return <Arrow size={size} stroke={2.25} opacity={trend === 'steady' ? 0.55 : 1} aria-hidden="true" />;
}

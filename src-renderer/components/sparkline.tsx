// Ten minutes of one vital as a thin line. Gaps stay gaps.
import type { RecentPoint } from '../stores/recent.ts';

interface SparklineProps {
  readonly points: readonly RecentPoint[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly color: string;
  /** The least the vertical axis spans, so that noise does not look like drama. */
  readonly minimumSpan: number;
  readonly width?: number;
  readonly height?: number;
}

/** A longer silence than this is drawn as a gap. */
const GAP_MS = 30_000;

export function Sparkline({ points, fromMs, toMs, color, minimumSpan, width = 300, height = 30 }: SparklineProps) {
  const path = sparkPath(points, fromMs, toMs, minimumSpan, width, height);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" height={height} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} fill="none" stroke={color} strokeWidth="1.75" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/** SVG path of the points inside the window; empty where there is nothing to draw. */
function sparkPath(
  points: readonly RecentPoint[],
  fromMs: number,
  toMs: number,
  minimumSpan: number,
  width: number,
  height: number,
): string {
  const inside = points.filter((point) => point.atMs >= fromMs && point.atMs <= toMs);
  const values = inside.flatMap((point) => (point.value === null ? [] : [point.value]));
  if (values.length === 0) return '';
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = Math.max(high - low, minimumSpan);
  const top = (high + low + span) / 2;
  const margin = 3;
  let path = '';
  let lastMs: number | null = null;
  for (const { atMs, value } of inside) {
    if (value === null) {
      lastMs = null;
      continue;
    }
    const x = ((atMs - fromMs) / (toMs - fromMs)) * width;
    const y = margin + ((top - value) / span) * (height - 2 * margin);
    const joined = lastMs !== null && atMs - lastMs <= GAP_MS;
    path += `${joined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    lastMs = atMs;
  }
  return path;
}

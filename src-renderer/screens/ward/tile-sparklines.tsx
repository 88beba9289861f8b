// Ten minutes of heart rate and SpO2 under the numerals; asks once for what was measured before this screen opened.
import { memo, useEffect } from 'react';
import { consoleClient } from '../../client/index.ts';
import { vitalColorVar } from '../../colours.ts';
import { Sparkline } from '../../components/sparkline.tsx';
import { useClock } from '../../stores/clock.ts';
import { setRecent } from '../../stores/live.ts';
import { RECENT_MS, type RecentPoint, type RecentSeries } from '../../stores/recent.ts';
import classes from './ward.module.css';

/** Lines move every few seconds, not every second: at this width nothing more can be seen. */
const STEP_MS = 5_000;

/** One history after the other: a full ward must not stand in the way of what a person asks for meanwhile. */
let filling: Promise<void> = Promise.resolve();

interface TileSparklinesProps {
  readonly patientId: number;
  readonly recent: RecentSeries | undefined;
  readonly nowMs: number;
}

export function TileSparklines({ patientId, recent, nowMs }: TileSparklinesProps) {
  useEffect(() => {
    filling = filling.then(() => fillRecent(patientId));
  }, [patientId]);
  const toMs = Math.ceil(nowMs / STEP_MS) * STEP_MS;
  const heartRate = recent?.get('heartRate') ?? [];
  const spo2 = recent?.get('spo2') ?? [];
  const empty = ![...heartRate, ...spo2].some((point) => point.atMs > toMs - RECENT_MS);
  if (empty) return <div className={classes.sparkEmpty}>Nothing in the last 10 min</div>;
  return <Lines heartRate={heartRate} spo2={spo2} toMs={toMs} />;
}

interface LinesProps {
  readonly heartRate: readonly RecentPoint[];
  readonly spo2: readonly RecentPoint[];
  readonly toMs: number;
}

const Lines = memo(
  function Lines({ heartRate, spo2, toMs }: LinesProps) {
    const window = { fromMs: toMs - RECENT_MS, toMs };
    return (
      <div className={classes.sparks} role="img" aria-label="Heart rate and oxygen saturation over the last 10 minutes">
        <Sparkline points={heartRate} {...window} color={vitalColorVar('heartRate')} minimumSpan={20} />
        <Sparkline points={spo2} {...window} color={vitalColorVar('spo2')} minimumSpan={6} />
      </div>
    );
  },
  (before, after) =>
    before.toMs === after.toMs && sameLength(before.heartRate, after.heartRate) && sameLength(before.spo2, after.spo2),
);

/** A point more or less waits for the next step; history that has just arrived does not. */
function sameLength(before: readonly RecentPoint[], after: readonly RecentPoint[]): boolean {
  return Math.abs(before.length - after.length) < 8;
}

async function fillRecent(patientId: number): Promise<void> {
  const { nowMs } = useClock.getState();
  try {
    const series = await consoleClient().send('reading.history', {
      patientId,
      kinds: ['heartRate', 'spo2'],
      fromMs: nowMs - RECENT_MS,
      toMs: nowMs,
      maxPoints: 200,
    });
    const points = series.flatMap(({ kind, timesMs, mean }) =>
      timesMs.map((atMs, index) => ({ kind, atMs, value: mean[index] ?? null })),
    );
    setRecent(patientId, points);
  } catch {
    // The line then begins with what is heard from now on; the console's own troubles are shown by the banner.
  }
}

// The history on screen: an overview of the whole period, and finer data for the part zoomed into.
import { useEffect, useMemo, useState } from 'react';
import type { Alarm, Observation, Series } from '../../../src-main/contract/models.ts';
import { VITAL_KINDS } from '../../../src-main/vitals/kinds.ts';
import type { Span } from '../../charts/chart-option.ts';
import { overlay } from '../../charts/history-series.ts';
import { covers } from '../../charts/zoom.ts';
import { consoleClient } from '../../client/index.ts';
import { useAsked, useHistoryChanged } from './use-asked.ts';

/** As many points as a chart of a desktop's width can show apart. */
const MAX_POINTS = 1200;
/** A zoom by wheel comes in many steps: it is asked for once it rests. */
const REST_MS = 150;
/** One and the same while nothing has come: charts are drawn anew for a new array. */
const NONE: readonly never[] = [];

export interface HistoryData {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly problem: string;
  /** Null until the first answer. */
  readonly series: readonly Series[] | null;
  /** What is in view, for words about resolution and count. */
  readonly inView: readonly Series[];
  readonly refining: boolean;
  readonly observations: readonly Observation[];
  readonly alarms: readonly Alarm[];
  readonly again: () => void;
}

const key = ({ fromMs, toMs }: Span): string => `${fromMs}..${toMs}`;

export function useHistory(patientId: number, range: Span, window: Span): HistoryData {
  const client = consoleClient();
  const rested = useRested(window);
  const ask = (span: Span) =>
    client.send('reading.history', {
      patientId,
      kinds: [...VITAL_KINDS],
      fromMs: span.fromMs,
      toMs: span.toMs,
      maxPoints: MAX_POINTS,
    });

  const overview = useAsked(`${patientId} ${key(range)}`, async () => ({ range, series: await ask(range) }));
  const observations = useAsked(`${patientId} ${key(range)}`, () =>
    client.send('observation.list', { patientId, fromMs: range.fromMs, toMs: range.toMs }),
  );
  const alarms = useAsked(`${patientId} alarms`, () => client.send('alarm.list', { which: 'all', patientId, limit: 1000 }));

  const coarse = overview.data?.series.some(({ resolution }) => resolution !== 'raw') ?? false;
  const wanted = coarse && !covers(rested, range) ? rested : null;
  const fine = useAsked(`${patientId} ${wanted ? key(wanted) : 'none'}`, async () =>
    wanted ? { window: wanted, series: await ask(wanted) } : null,
  );

  const again = (): void => {
    overview.again();
    observations.again();
    fine.again();
  };
  useHistoryChanged(patientId, again);

  const finer = wanted && fine.data && key(fine.data.window) === key(wanted) ? fine.data : null;
  const series = useMemo(() => {
    const whole = overview.data?.series ?? null;
    if (!whole || !finer) return whole;
    return whole.map((one) => {
      const better = finer.series.find(({ kind }) => kind === one.kind);
      return better ? overlay(one, better, finer.window) : one;
    });
  }, [overview.data, finer]);

  return {
    state: overview.state === 'ready' && observations.state === 'failed' ? 'failed' : overview.state,
    problem: overview.problem || observations.problem,
    series,
    inView: series ?? NONE,
    refining: wanted !== null && finer === null,
    observations: observations.data ?? NONE,
    alarms: alarms.data ?? NONE,
    again,
  };
}

function useRested(window: Span): Span {
  const [rested, setRested] = useState(window);
  useEffect(() => {
    const timer = setTimeout(() => setRested(window), REST_MS);
    return () => clearTimeout(timer);
  }, [window]);
  return rested;
}

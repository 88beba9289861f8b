// Samples for the live strips: the recent past asked for once, then what arrives, appended.
import { useEffect, useState } from 'react';
import type { Series } from '../../../src-main/contract/models.ts';
import type { VitalKind } from '../../../src-main/vitals/kinds.ts';
import { appendSamples, type Sample } from '../../charts/live-strip.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { useClock } from '../../stores/clock.ts';
import { useConnection } from '../../stores/connection.ts';

const MINUTE_MS = 60_000;

export interface StripSpec {
  readonly title: string;
  readonly kinds: readonly VitalKind[];
  readonly windowMs: number;
  readonly windowWords: string;
  readonly gapAfterMs: number;
  readonly shape: 'line' | 'dots';
}

/** A stream is watched over minutes; a cuff and a glucose sensor speak too seldom for that. */
export const STRIPS: readonly StripSpec[] = [
  {
    title: 'Heart rate',
    kinds: ['heartRate'],
    windowMs: 10 * MINUTE_MS,
    windowWords: 'last 10 min',
    gapAfterMs: 15_000,
    shape: 'line',
  },
  {
    title: 'Oxygen saturation',
    kinds: ['spo2'],
    windowMs: 10 * MINUTE_MS,
    windowWords: 'last 10 min',
    gapAfterMs: 15_000,
    shape: 'line',
  },
  {
    title: 'Blood pressure',
    kinds: ['systolic', 'diastolic'],
    windowMs: 180 * MINUTE_MS,
    windowWords: 'last 3 h',
    gapAfterMs: 90 * MINUTE_MS,
    shape: 'dots',
  },
  {
    title: 'Glucose',
    kinds: ['glucose'],
    windowMs: 360 * MINUTE_MS,
    windowWords: 'last 6 h',
    gapAfterMs: 20 * MINUTE_MS,
    shape: 'line',
  },
];

export type StripSamples = ReadonlyMap<VitalKind, readonly Sample[]>;

export interface Strips {
  readonly samples: StripSamples;
  readonly loading: boolean;
  readonly problem: string;
}

const samplesOf = ({ timesMs, mean }: Series): readonly Sample[] =>
  timesMs.map((atMs, at) => ({ atMs, value: mean[at] ?? null }));

export function useStrips(patientId: number): Strips {
  const [strips, setStrips] = useState<Strips>({ samples: new Map(), loading: true, problem: '' });
  const connected = useConnection((state) => state.connected);

  useEffect(() => {
    let gone = false;
    const put = (kind: VitalKind, more: readonly Sample[], windowMs: number): void =>
      setStrips((before) => {
        const keepFromMs = useClock.getState().nowMs - 1.5 * windowMs;
        const samples = new Map(before.samples).set(kind, appendSamples(before.samples.get(kind) ?? [], more, keepFromMs));
        return { ...before, samples };
      });
    const stop = consoleClient().listen('values.changed', (payload) => {
      if (payload.patientId !== patientId) return;
      for (const { kind, takenAtMs, value, source } of payload.values) {
        const spec = STRIPS.find(({ kinds }) => kinds.includes(kind));
        if (spec && source === 'device') put(kind, [{ atMs: takenAtMs, value }], spec.windowMs);
      }
    });
    const fill = async ({ kinds, windowMs }: StripSpec): Promise<void> => {
      const toMs = useClock.getState().nowMs;
      const series = await consoleClient().send('reading.history', {
        patientId,
        kinds: [...kinds],
        fromMs: toMs - windowMs,
        toMs,
        maxPoints: 2000,
      });
      if (!gone) for (const one of series) put(one.kind, samplesOf(one), windowMs);
    };
    if (connected) {
      Promise.all(STRIPS.map(fill)).then(
        () => !gone && setStrips((before) => ({ ...before, loading: false, problem: '' })),
        (error: unknown) => !gone && setStrips((before) => ({ ...before, loading: false, problem: errorWords(error) })),
      );
    }
    return () => {
      gone = true;
      stop();
    };
  }, [patientId, connected]);

  return strips;
}

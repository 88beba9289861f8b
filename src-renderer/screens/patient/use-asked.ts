// One question to the console as state: loading, answered or failed, with the last answer kept while it is asked again.
import { useCallback, useEffect, useRef, useState } from 'react';
import { consoleClient, errorWords } from '../../client/index.ts';
import { useConnection } from '../../stores/connection.ts';

export interface Asked<T> {
  readonly state: 'loading' | 'ready' | 'failed';
  /** Null until the first answer; the last answer while a newer one is on its way. */
  readonly data: T | null;
  readonly problem: string;
  readonly again: () => void;
}

/** Asks when `key` changes, when the console comes back, and on `again`. An answer to an older question is dropped. */
export function useAsked<T>(key: string, ask: () => Promise<T>): Asked<T> {
  const [answer, setAnswer] = useState<{ readonly data: T | null; readonly problem: string; readonly busy: boolean }>({
    data: null,
    problem: '',
    busy: true,
  });
  const connected = useConnection((state) => state.connected);
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;

  // biome-ignore lint/correctness/useExhaustiveDependencies: key and round say when to ask; the question itself is always the latest
  useEffect(() => {
    let dropped = false;
    if (!connected) return;
    setAnswer((before) => ({ ...before, busy: true }));
    latest.current().then(
      (data) => {
        if (!dropped) setAnswer({ data, problem: '', busy: false });
      },
      (error: unknown) => {
        if (!dropped) setAnswer((before) => ({ ...before, problem: errorWords(error), busy: false }));
      },
    );
    return () => {
      dropped = true;
    };
  }, [key, round, connected]);

  const again = useCallback(() => setRound((before) => before + 1), []);
  const state = answer.problem !== '' ? 'failed' : answer.busy ? 'loading' : 'ready';
  return { state, data: answer.data, problem: answer.problem, again };
}

/** Calls back when an entry of this patient was added or retracted. */
export function useHistoryChanged(patientId: number, changed: () => void): void {
  const latest = useRef(changed);
  latest.current = changed;
  useEffect(
    () =>
      consoleClient().listen('history.changed', (payload) => {
        if (payload.patientId === patientId) latest.current();
      }),
    [patientId],
  );
}

// One patient's live ECG: asks to be told, keeps the samples out of React, and tells React only what changes seldom.
import { type RefObject, useEffect, useRef, useState } from 'react';
import { EcgSweep } from '../../charts/ecg-sweep.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { useConnection } from '../../stores/connection.ts';

export interface EcgState {
  /** waiting: nothing heard yet. silent: it has stopped coming. */
  readonly signal: 'waiting' | 'live' | 'lead-off' | 'silent';
  readonly saturated: boolean;
  readonly lead: string;
  readonly sampleRateHz: number | null;
  /** When the newest frame came. */
  readonly heardAtMs: number | null;
  readonly problem: string;
}

export interface Ecg extends EcgState {
  /** Read by the drawing loop; another object when the rate or the wearable changes. */
  readonly sweep: RefObject<EcgSweep | null>;
}

const NOTHING: EcgState = {
  signal: 'waiting',
  saturated: false,
  lead: '',
  sampleRateHz: null,
  heardAtMs: null,
  problem: '',
};

/** Asked again this long before the console forgets that somebody watches. */
const AGAIN_BEFORE_MS = 20_000;
/** Frames come five times a second: this much silence is one. */
export const SILENT_AFTER_MS = 2_000;

export function useEcg(patientId: number, deviceId: string): Ecg {
  const connected = useConnection((state) => state.connected);
  const sweep = useRef<EcgSweep | null>(null);
  const [state, setState] = useState(NOTHING);

  useEffect(() => {
    sweep.current = null;
    setState(NOTHING);
    if (!connected) return;
    let gone = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    let silence: ReturnType<typeof setTimeout> | undefined;
    const watch = async (): Promise<void> => {
      try {
        const askedAtMs = Date.now();
        const { untilMs } = await consoleClient().send('ecg.watch', { patientId });
        if (!gone) again = setTimeout(() => void watch(), Math.max(5_000, untilMs - askedAtMs - AGAIN_BEFORE_MS));
      } catch (error) {
        if (gone) return;
        setState((before) => ({ ...before, problem: errorWords(error) }));
        again = setTimeout(() => void watch(), 5_000);
      }
    };
    const stop = consoleClient().listen('ecg.frame', (frame) => {
      if (frame.patientId !== patientId || frame.deviceId !== deviceId) return;
      if (sweep.current?.sampleRateHz !== frame.sampleRateHz) sweep.current = new EcgSweep(frame.sampleRateHz);
      sweep.current.add(frame);
      const { lead, sampleRateHz, saturated } = frame;
      const signal = frame.leadOff ? 'lead-off' : 'live';
      setState((before) => {
        const same = before.signal === signal && before.saturated === saturated && before.lead === lead;
        // Once a second is often enough for an age.
        if (same && frame.receivedAtMs - (before.heardAtMs ?? 0) < 1_000) return before;
        return { signal, saturated, lead, sampleRateHz, heardAtMs: frame.receivedAtMs, problem: '' };
      });
      clearTimeout(silence);
      silence = setTimeout(() => setState((before) => ({ ...before, signal: 'silent' })), SILENT_AFTER_MS);
    });
    void watch();
    return () => {
      gone = true;
      stop();
      clearTimeout(again);
      clearTimeout(silence);
      consoleClient()
        .send('ecg.unwatch', { patientId })
        .catch(() => undefined);
    };
  }, [patientId, deviceId, connected]);

  return { ...state, sweep };
}

// One ticking clock for every age on screen, set by the console's own clock where the two differ.
import { create } from 'zustand';

interface ClockState {
  readonly nowMs: number;
  /** Console time minus this machine's time. */
  readonly offsetMs: number;
}

/** Below this the difference is only the way of the message. */
const TOLERATED_MS = 2_000;
/** Half a minute of them: so long until a console clock that was set back is believed. */
const MESSAGES_WEIGHED = 6;

export const useClock = create<ClockState>(() => ({ nowMs: Date.now(), offsetMs: 0 }));

export function tick(): void {
  useClock.setState(({ offsetMs }) => ({ nowMs: Date.now() + offsetMs }));
}

/** What the last messages said of the difference, newest last. */
let differencesMs: readonly number[] = [];

/**
 * Takes the console's time as the truth: a browser on another machine may be set wrong. A message that was long on its way
 * makes the console look slow, never fast, so the greatest of the last differences is the nearest to the truth.
 */
export function setConsoleTime(consoleNowMs: number): void {
  differencesMs = [...differencesMs, consoleNowMs - Date.now()].slice(-MESSAGES_WEIGHED);
  const differenceMs = Math.max(...differencesMs);
  const offsetMs = Math.abs(differenceMs) < TOLERATED_MS ? 0 : differenceMs;
  if (Math.abs(offsetMs - useClock.getState().offsetMs) < TOLERATED_MS && offsetMs !== 0) return;
  useClock.setState({ offsetMs, nowMs: Date.now() + offsetMs });
}

export function startClock(): () => void {
  const timer = setInterval(tick, 1_000);
  return () => clearInterval(timer);
}

/** Console time in UTC milliseconds; ticks once a second. */
export function useNowMs(): number {
  return useClock((state) => state.nowMs);
}

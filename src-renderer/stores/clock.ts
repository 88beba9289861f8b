// One ticking clock for every age on screen, set by the console's own clock where the two differ.
import { create } from 'zustand';

interface ClockState {
  readonly nowMs: number;
  /** Console time minus this machine's time. */
  readonly offsetMs: number;
}

/** Below this the difference is only the way of the message. */
const TOLERATED_MS = 2_000;

export const useClock = create<ClockState>(() => ({ nowMs: Date.now(), offsetMs: 0 }));

export function tick(): void {
  useClock.setState(({ offsetMs }) => ({ nowMs: Date.now() + offsetMs }));
}

/** Takes the console's time as the truth: a browser on another machine may be set wrong. */
export function setConsoleTime(consoleNowMs: number): void {
  const differenceMs = consoleNowMs - Date.now();
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

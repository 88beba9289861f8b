// Whether the console can be heard; while it cannot, nothing on screen counts as current.
import { create } from 'zustand';

interface ConnectionState {
  readonly connected: boolean;
  /** When it was last heard, for the banner; null before the first connection. */
  readonly lostAtMs: number | null;
}

export const useConnection = create<ConnectionState>(() => ({ connected: false, lostAtMs: null }));

export function setConnected(connected: boolean, nowMs: number): void {
  useConnection.setState((state) => ({ connected, lostAtMs: connected ? null : state.connected ? nowMs : state.lostAtMs }));
}

// The states of one wearable's session, what may follow what, and how long things are waited for.
import type { DeviceStatus } from '../link.ts';

export type SessionState = 'discovered' | 'connecting' | 'discovering' | 'live' | 'lost' | 'given-up' | 'stopped';

export const MAY_BECOME: { readonly [S in SessionState]: readonly SessionState[] } = {
  discovered: ['connecting', 'stopped'],
  connecting: ['discovering', 'lost', 'given-up', 'stopped'],
  discovering: ['live', 'lost', 'given-up', 'stopped'],
  live: ['lost', 'given-up', 'stopped'],
  lost: ['connecting', 'stopped'],
  'given-up': ['connecting', 'stopped'],
  stopped: ['connecting'],
};

export const STATUS_STATE: { readonly [S in SessionState]: DeviceStatus['state'] } = {
  discovered: 'discovered',
  connecting: 'connecting',
  discovering: 'connecting',
  live: 'connected',
  lost: 'lost',
  'given-up': 'stopped',
  stopped: 'stopped',
};

export interface SessionTiming {
  readonly connectWithinMs: number;
  /** For services, device information and subscriptions together. */
  readonly setUpWithinMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Failed attempts in a row, each on a device that was there. */
  readonly attempts: number;
  /** Battery and signal are read this often, which also shows whether a silent link still stands. */
  readonly checkEveryMs: number;
  /** A device given up on that was gone this long and comes back is tried again. */
  readonly freshAfterMs: number;
}

export const DEFAULT_TIMING: SessionTiming = {
  connectWithinMs: 10_000,
  setUpWithinMs: 30_000,
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  attempts: 12,
  checkEveryMs: 60_000,
  freshAfterMs: 60_000,
};

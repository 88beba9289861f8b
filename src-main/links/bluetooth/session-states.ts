// The states of one wearable's session, what may follow what, and how long things are waited for.
//
//   discovered ─► connecting ─► discovering ─┬─► backfilling ─► live
//        ▲            ▲              │       └────────┬─────────► live
//        │            │ advert,      │ not proved     │ link lost, no answer, adapter gone
//     restored        │ back-off     ▼                ▼
//     or paired       ├───────── refused            lost ──(attempts used up)──► given-up
//                     └────────────────────────────────┘ ◄──(gone and back again)──┘
//
//   Every state may become stopped: a person disconnects it, it floods, or the console closes.
import type { DeviceStatus } from '../link.ts';

export type SessionState =
  | 'discovered'
  | 'connecting'
  | 'discovering'
  | 'backfilling'
  | 'live'
  | 'lost'
  | 'refused'
  | 'given-up'
  | 'stopped';

export const MAY_BECOME: { readonly [S in SessionState]: readonly SessionState[] } = {
  discovered: ['connecting', 'stopped'],
  connecting: ['discovering', 'lost', 'given-up', 'stopped'],
  discovering: ['backfilling', 'live', 'lost', 'refused', 'given-up', 'stopped'],
  backfilling: ['live', 'lost', 'given-up', 'stopped'],
  live: ['backfilling', 'lost', 'given-up', 'stopped'],
  lost: ['connecting', 'stopped'],
  refused: ['connecting', 'stopped'],
  'given-up': ['connecting', 'stopped'],
  stopped: ['connecting'],
};

export const STATUS_STATE: { readonly [S in SessionState]: DeviceStatus['state'] } = {
  discovered: 'discovered',
  connecting: 'connecting',
  discovering: 'connecting',
  backfilling: 'connected',
  live: 'connected',
  lost: 'lost',
  refused: 'stopped',
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
  /** A device that could not prove itself may have been given its token. */
  readonly refusedRetryMs: number;
  /** Records that are committed may wait this long before the wearable is told so. */
  readonly acknowledgeEveryMs: number;
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
  refusedRetryMs: 60_000,
  acknowledgeEveryMs: 5_000,
  checkEveryMs: 60_000,
  freshAfterMs: 60_000,
};

// What becomes known of device tokens at the door: when each was last used and from where, and who tries wrong ones. The audit gets the
// first wrong one of an address at once and counts the others, so that guessing cannot fill the disk.
import type { DeviceRecord, Remote, StoreWrites } from '../store/ports.ts';
import { monotonicMs } from './throttle.ts';

export interface TokenWatchOptions {
  readonly writes: Pick<Remote<StoreWrites>, 'tokenUsed' | 'addAudit'>;
  /** The record with the use in it. */
  readonly onUsed: (record: DeviceRecord) => void;
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
  readonly monotonicMs?: () => number;
}

export interface TokenRefusal {
  readonly link: 'http' | 'mqtt';
  readonly address: string;
  /** The device the sender says it is, where its protocol has it say so. */
  readonly claimedId: string | null;
}

interface Use {
  readonly address: string;
  readonly atMono: number;
}

interface Guesses {
  count: number;
  claimed: Set<string>;
  sinceMono: number;
}

/** A use is stored at most this often per device and address. */
const USED_EVERY_MS = 60_000;
const TELL_EVERY_MS = 10 * 60_000;
const LOOK_EVERY_MS = 60_000;
/** Addresses told apart at once; beyond them all others are one. */
const MAX_ADDRESSES = 50;
const MAX_CLAIMED = 3;
const MAX_USED = 10_000;
const BY_CONSOLE = 'console';

export class TokenWatch {
  readonly #options: TokenWatchOptions;
  readonly #now: () => number;
  readonly #clock: () => number;
  readonly #used = new Map<string, Use>();
  readonly #guesses = new Map<string, Guesses>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: TokenWatchOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#clock = options.monotonicMs ?? monotonicMs;
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  used(deviceId: string, address: string): void {
    const last = this.#used.get(deviceId);
    const atMono = this.#clock();
    if (last !== undefined && last.address === address && atMono - last.atMono < USED_EVERY_MS) return;
    if (this.#used.size >= MAX_USED) this.#used.clear();
    this.#used.set(deviceId, { address, atMono });
    this.#options.writes
      .tokenUsed({ deviceId, atMs: this.#now(), from: address })
      .then((record) => record !== null && this.#options.onUsed(record))
      .catch(this.#options.onError);
  }

  refused({ link, address, claimedId }: TokenRefusal): void {
    const own = `${link} from ${address}`;
    const place = this.#guesses.has(own) || this.#guesses.size < MAX_ADDRESSES ? own : `${link} from other addresses`;
    const known = this.#guesses.get(place);
    const guesses = known ?? { count: 0, claimed: new Set<string>(), sinceMono: this.#clock() };
    guesses.count += 1;
    if (claimedId && guesses.claimed.size < MAX_CLAIMED) guesses.claimed.add(claimedId.slice(0, 40));
    if (known !== undefined) return;
    this.#guesses.set(place, guesses);
    this.#tell(place, guesses);
  }

  /** Tells of what was counted since, and forgets who has stopped. */
  look(): void {
    for (const [place, guesses] of this.#guesses) {
      if (this.#clock() - guesses.sinceMono < TELL_EVERY_MS) continue;
      if (guesses.count === 0) this.#guesses.delete(place);
      else this.#tell(place, guesses);
    }
  }

  /** Tells of what is not told yet. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const told: Promise<void>[] = [];
    for (const [place, guesses] of this.#guesses) if (guesses.count > 0) told.push(this.#tell(place, guesses));
    await Promise.all(told);
  }

  #tell(place: string, guesses: Guesses): Promise<void> {
    const claimed = guesses.claimed.size === 0 ? '' : `, said to be ${[...guesses.claimed].join(', ')}`;
    const detail = `${guesses.count === 1 ? 'a token' : `${guesses.count} tokens`} that no device has${claimed}`;
    guesses.count = 0;
    guesses.claimed.clear();
    guesses.sinceMono = this.#clock();
    const entry = { actor: BY_CONSOLE, atMs: this.#now(), action: 'device.refused', subject: place, detail };
    return this.#options.writes.addAudit(entry).catch(this.#options.onError);
  }
}

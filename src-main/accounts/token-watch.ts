// What becomes known of device tokens at the door: when each was last used and from where, and who tries wrong ones. The audit gets the
// first wrong one of an address at once and counts the others, so that guessing cannot fill the disk.
import type { DeviceRecord, Remote, StoreWrites } from '../store/ports.ts';
import { monotonicMs } from './throttle.ts';
import type { TokenRefusal } from './tokens.ts';

export interface TokenWatchOptions {
  readonly writes: Pick<Remote<StoreWrites>, 'tokenUsed' | 'addAudit'>;
  /** The record with the use in it. */
  readonly onUsed: (record: DeviceRecord) => void;
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
  readonly monotonicMs?: () => number;
}

interface Use {
  readonly address: string;
  readonly atMono: number;
}

/** A use is stored at most this often per device and address. */
const USED_EVERY_MS = 60_000;
const TELL_EVERY_MS = 10 * 60_000;
const LOOK_EVERY_MS = 60_000;
/** Addresses told apart at once; beyond them all others are one. */
const MAX_ADDRESSES = 50;
/** Devices named in one line of the audit. */
const MAX_NAMED = 3;
const MAX_USED = 10_000;
const BY_CONSOLE = 'console';

export class TokenWatch {
  readonly #options: TokenWatchOptions;
  readonly #now: () => number;
  readonly #clock: () => number;
  readonly #used = new Map<string, Use>();
  readonly #refusals = new Map<string, Refusals>();
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

  refused(refusal: TokenRefusal): void {
    const own = `${refusal.link} from ${refusal.address}`;
    const place = this.#refusals.has(own) || this.#refusals.size < MAX_ADDRESSES ? own : `${refusal.link} from other addresses`;
    const known = this.#refusals.get(place);
    const refusals = known ?? new Refusals(this.#clock());
    refusals.add(refusal);
    if (known !== undefined) return;
    this.#refusals.set(place, refusals);
    void this.#tell(place, refusals);
  }

  /** Tells of what was counted since, and forgets who has stopped. */
  look(): void {
    for (const [place, refusals] of this.#refusals) {
      if (this.#clock() - refusals.sinceMono < TELL_EVERY_MS) continue;
      if (refusals.isEmpty) this.#refusals.delete(place);
      else void this.#tell(place, refusals);
    }
  }

  /** Tells of what is not told yet. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const told: Promise<void>[] = [];
    for (const [place, refusals] of this.#refusals) if (!refusals.isEmpty) told.push(this.#tell(place, refusals));
    await Promise.all(told);
  }

  #tell(place: string, refusals: Refusals): Promise<void> {
    this.#refusals.set(place, new Refusals(this.#clock()));
    const detail = refusals.words();
    const entry = { actor: BY_CONSOLE, atMs: this.#now(), action: 'device.refused', subject: place, detail };
    return this.#options.writes.addAudit(entry).catch(this.#options.onError);
  }
}

/** Whom one address was refused as, since it was last told of. */
class Refusals {
  readonly sinceMono: number;
  readonly #count = { missing: 0, unknown: 0, unread: 0, ofAnother: 0 };
  readonly #owners = new Set<string>();
  readonly #claimed = new Set<string>();

  constructor(sinceMono: number) {
    this.sinceMono = sinceMono;
  }

  get isEmpty(): boolean {
    return Object.values(this.#count).every((count) => count === 0);
  }

  add({ token, claimedId }: TokenRefusal): void {
    if (typeof token === 'string') this.#count[token] += 1;
    else {
      this.#count.ofAnother += 1;
      if (this.#owners.size < MAX_NAMED) this.#owners.add(token.of);
    }
    if (claimedId && this.#claimed.size < MAX_NAMED) this.#claimed.add(claimedId.slice(0, 40));
  }

  words(): string {
    const { missing, unknown, unread, ofAnother } = this.#count;
    const parts = [
      said(missing, 'no token', 'times no token'),
      said(unknown, 'a token that no device has', 'tokens that no device has'),
      said(unread, 'a token that was not looked up', 'tokens that were not looked up'),
      said(ofAnother, 'the token', 'times the token') + (ofAnother === 0 ? '' : ` of ${[...this.#owners].join(', ')}`),
      this.#claimed.size === 0 ? '' : `said to be ${[...this.#claimed].join(', ')}`,
    ];
    return parts.filter((part) => part !== '').join(', ');
  }
}

function said(count: number, one: string, many: string): string {
  return count === 0 ? '' : count === 1 ? one : `${count} ${many}`;
}

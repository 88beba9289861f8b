// Who is at the door: device tokens, with wrong ones throttled per remote address, whichever link they come by.
import { type BucketRate, monotonicMs, TokenBuckets } from '../../accounts/throttle.ts';
import { hashToken, type TokenRefusal } from '../../accounts/tokens.ts';

/** The device a token belongs to; null for a wrong or revoked one. */
export type DeviceByToken = (token: string) => Promise<{ readonly deviceId: string } | null>;

export type Admission =
  | { readonly admitted: true; readonly deviceId: string }
  | { readonly admitted: false; readonly reason: 'missing' | 'wrong' }
  | { readonly admitted: false; readonly reason: 'throttled'; readonly waitMs: number };

/** Hears which tokens are used, and of those that nobody is let in with. */
export interface DoorWatch {
  used(deviceId: string, address: string): void;
  refused(refusal: TokenRefusal): void;
}

export interface TokenGateOptions {
  readonly link: 'http' | 'mqtt';
  readonly deviceByToken: DeviceByToken;
  readonly watch?: DoorWatch | undefined;
  readonly clock?: (() => number) | undefined;
}

/** Twenty wrong tokens from one address, then one every three seconds. */
const WRONG_TOKEN_RATE: BucketRate = { burst: 20, perSecond: 1 / 3 };
const MAX_PROVEN = 10_000;
/** Lookups at once of tokens from addresses with too many wrong ones. */
const MAX_UNDER_SUSPICION = 8;

export class TokenGate {
  readonly #options: TokenGateOptions;
  readonly #wrongTokens: TokenBuckets;
  /** Hashes of tokens that were right: a broken wearable behind the same address must not keep these out. */
  readonly #proven = new Set<string>();
  #underSuspicion = 0;

  constructor(options: TokenGateOptions) {
    this.#options = options;
    this.#wrongTokens = new TokenBuckets(WRONG_TOKEN_RATE, options.clock ?? monotonicMs);
  }

  /** `claimedId`: the device the sender says it is, where its protocol has it say so. Rejects where the tokens cannot be read. */
  async admit(token: string | undefined, address: string, claimedId?: string): Promise<Admission> {
    const { link, watch } = this.#options;
    const refused = (shown: TokenRefusal['token']): void =>
      watch?.refused({ link, address, token: shown, claimedId: claimedId ?? null });
    const tokenHash = token === undefined ? null : hashToken(token);
    const waitMs = this.#wrongTokens.waitMs(address);
    const isProven = tokenHash !== null && this.#proven.has(tokenHash);
    // A token nobody has shown yet may be right all the same: a guesser behind the same address must not keep its device out. So it is
    // looked up, but only a few at a time: guessing costs the guesser more than the console.
    if (waitMs > 0 && !isProven && (tokenHash === null || this.#underSuspicion >= MAX_UNDER_SUSPICION)) {
      refused(tokenHash === null ? 'missing' : 'unread');
      return { admitted: false, reason: 'throttled', waitMs };
    }
    const isSuspect = waitMs > 0 && !isProven;
    const device = token === undefined ? null : await this.#lookUp(token, isSuspect);
    if (device === null || tokenHash === null || (claimedId !== undefined && claimedId !== device.deviceId)) {
      if (tokenHash !== null && device === null) this.#proven.delete(tokenHash);
      this.#wrongTokens.take(address);
      refused(token === undefined ? 'missing' : device === null ? 'unknown' : { of: device.deviceId });
      if (isSuspect) return { admitted: false, reason: 'throttled', waitMs };
      return { admitted: false, reason: token === undefined ? 'missing' : 'wrong' };
    }
    if (this.#proven.size >= MAX_PROVEN) this.#proven.clear();
    this.#proven.add(tokenHash);
    watch?.used(device.deviceId, address);
    return { admitted: true, deviceId: device.deviceId };
  }

  async #lookUp(token: string, isSuspect: boolean): ReturnType<DeviceByToken> {
    if (!isSuspect) return this.#options.deviceByToken(token);
    this.#underSuspicion += 1;
    try {
      return await this.#options.deviceByToken(token);
    } finally {
      this.#underSuspicion -= 1;
    }
  }
}

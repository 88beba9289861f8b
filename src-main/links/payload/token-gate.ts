// Who is at the door: device tokens, with wrong ones throttled per remote address, whichever link they come by.
import { type BucketRate, monotonicMs, TokenBuckets } from '../../accounts/throttle.ts';
import { hashToken } from '../../accounts/tokens.ts';

/** The device a token belongs to; null for a wrong or revoked one. */
export type DeviceByToken = (token: string) => Promise<{ readonly deviceId: string } | null>;

export type Admission =
  | { readonly admitted: true; readonly deviceId: string }
  | { readonly admitted: false; readonly reason: 'missing' | 'wrong' }
  | { readonly admitted: false; readonly reason: 'throttled'; readonly waitMs: number };

/** Twenty wrong tokens from one address, then one every three seconds. */
const WRONG_TOKEN_RATE: BucketRate = { burst: 20, perSecond: 1 / 3 };
const MAX_PROVEN = 10_000;

export class TokenGate {
  readonly #deviceByToken: DeviceByToken;
  readonly #wrongTokens: TokenBuckets;
  /** Hashes of tokens that were right: a broken wearable behind the same address must not keep these out. */
  readonly #proven = new Set<string>();

  constructor(deviceByToken: DeviceByToken, clock: () => number = monotonicMs) {
    this.#deviceByToken = deviceByToken;
    this.#wrongTokens = new TokenBuckets(WRONG_TOKEN_RATE, clock);
  }

  /** `claimedId`: the device the sender says it is, where its protocol has it say so. Rejects where the tokens cannot be read. */
  async admit(token: string | undefined, address: string, claimedId?: string): Promise<Admission> {
    const tokenHash = token === undefined ? null : hashToken(token);
    const waitMs = this.#wrongTokens.waitMs(address);
    if (waitMs > 0 && (tokenHash === null || !this.#proven.has(tokenHash))) {
      return { admitted: false, reason: 'throttled', waitMs };
    }
    const device = token === undefined ? null : await this.#deviceByToken(token);
    if (device === null || tokenHash === null || (claimedId !== undefined && claimedId !== device.deviceId)) {
      if (tokenHash !== null && device === null) this.#proven.delete(tokenHash);
      this.#wrongTokens.take(address);
      return { admitted: false, reason: token === undefined ? 'missing' : 'wrong' };
    }
    if (this.#proven.size >= MAX_PROVEN) this.#proven.clear();
    this.#proven.add(tokenHash);
    return { admitted: true, deviceId: device.deviceId };
  }
}

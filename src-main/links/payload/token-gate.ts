// Who is at the door: device tokens, with wrong ones throttled per remote address, whichever link they come by.
import { type BucketRate, monotonicMs, TokenBuckets } from '../../accounts/throttle.ts';
import { hashToken } from '../../accounts/tokens.ts';

/** The device a token belongs to; null for a wrong or revoked one. */
export type DeviceByToken = (token: string) => Promise<{ readonly deviceId: string } | null>;

export type Admission =
  | { readonly admitted: true; readonly deviceId: string }
  | { readonly admitted: false; readonly reason: 'missing' | 'wrong' }
  | { readonly admitted: false; readonly reason: 'throttled'; readonly waitMs: number };

/** Hears which tokens are used, and of those that no device has. */
export interface DoorWatch {
  used(deviceId: string, address: string): void;
  refused(refusal: { readonly link: 'http' | 'mqtt'; readonly address: string; readonly claimedId: string | null }): void;
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

export class TokenGate {
  readonly #options: TokenGateOptions;
  readonly #wrongTokens: TokenBuckets;
  /** Hashes of tokens that were right: a broken wearable behind the same address must not keep these out. */
  readonly #proven = new Set<string>();

  constructor(options: TokenGateOptions) {
    this.#options = options;
    this.#wrongTokens = new TokenBuckets(WRONG_TOKEN_RATE, options.clock ?? monotonicMs);
  }

  /** `claimedId`: the device the sender says it is, where its protocol has it say so. Rejects where the tokens cannot be read. */
  async admit(token: string | undefined, address: string, claimedId?: string): Promise<Admission> {
    const { link, deviceByToken, watch } = this.#options;
    const tokenHash = token === undefined ? null : hashToken(token);
    const waitMs = this.#wrongTokens.waitMs(address);
    if (waitMs > 0 && (tokenHash === null || !this.#proven.has(tokenHash))) {
      watch?.refused({ link, address, claimedId: claimedId ?? null });
      return { admitted: false, reason: 'throttled', waitMs };
    }
    const device = token === undefined ? null : await deviceByToken(token);
    if (device === null || tokenHash === null || (claimedId !== undefined && claimedId !== device.deviceId)) {
      if (tokenHash !== null && device === null) this.#proven.delete(tokenHash);
      this.#wrongTokens.take(address);
      watch?.refused({ link, address, claimedId: claimedId ?? null });
      return { admitted: false, reason: token === undefined ? 'missing' : 'wrong' };
    }
    if (this.#proven.size >= MAX_PROVEN) this.#proven.clear();
    this.#proven.add(tokenHash);
    watch?.used(device.deviceId, address);
    return { admitted: true, deviceId: device.deviceId };
  }
}

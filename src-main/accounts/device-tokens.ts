// Which device a token belongs to: asked once per token, remembered until the device is revoked or the memory grows old.
import type { Remote, StoreReads } from '../store/ports.ts';
import { monotonicMs } from './throttle.ts';
import { hashToken } from './tokens.ts';

export interface DeviceTokensOptions {
  readonly reads: Pick<Remote<StoreReads>, 'deviceByToken'>;
  /** How long an answer is believed without asking again: bounds how late a change made by another process is noticed. */
  readonly believedForMs?: number;
  readonly monotonicMs?: () => number;
  /** Hears of a device that was read from the store, and is waited for before it is let in. */
  readonly onFound?: (deviceId: string) => Promise<void>;
}

interface Remembered {
  readonly deviceId: string;
  readonly untilMs: number;
}

const MAX_REMEMBERED = 10_000;

export class DeviceTokens {
  readonly #reads: DeviceTokensOptions['reads'];
  readonly #believedForMs: number;
  readonly #clock: () => number;
  readonly #onFound: DeviceTokensOptions['onFound'];
  readonly #remembered = new Map<string, Remembered>();
  /** One question per token at a time, however many requests wait for it. */
  readonly #asking = new Map<string, Promise<{ readonly deviceId: string } | null>>();
  /** Counts invalidations, so that an answer on its way while one happens is not remembered. */
  #generation = 0;

  constructor(options: DeviceTokensOptions) {
    this.#reads = options.reads;
    this.#believedForMs = options.believedForMs ?? 30_000;
    this.#clock = options.monotonicMs ?? monotonicMs;
    this.#onFound = options.onFound;
  }

  /** The device of this token, or null where there is none or it is revoked. Wrong tokens are not remembered. */
  async deviceByToken(token: string): Promise<{ readonly deviceId: string } | null> {
    const tokenHash = hashToken(token);
    const known = this.#remembered.get(tokenHash);
    if (known !== undefined && known.untilMs > this.#clock()) return { deviceId: known.deviceId };
    const running = this.#asking.get(tokenHash);
    if (running !== undefined) return running;
    const question = this.#ask(tokenHash).finally(() => {
      if (this.#asking.get(tokenHash) === question) this.#asking.delete(tokenHash);
    });
    this.#asking.set(tokenHash, question);
    return question;
  }

  /** Call when a device is revoked or gets a new token. */
  forget(deviceId: string): void {
    for (const [hash, known] of this.#remembered) if (known.deviceId === deviceId) this.#remembered.delete(hash);
    this.#startAnew();
  }

  /** Call when another process may have changed the devices. */
  forgetAll(): void {
    this.#remembered.clear();
    this.#startAnew();
  }

  #startAnew(): void {
    this.#generation += 1;
    this.#asking.clear();
  }

  async #ask(tokenHash: string): Promise<{ readonly deviceId: string } | null> {
    const generation = this.#generation;
    const device = await this.#reads.deviceByToken({ tokenHash });
    if (device === null || device.revokedAtMs !== null) {
      this.#remembered.delete(tokenHash);
      return null;
    }
    await this.#onFound?.(device.deviceId);
    if (generation === this.#generation) {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
      this.#remembered.set(tokenHash, { deviceId: device.deviceId, untilMs: this.#clock() + this.#believedForMs });
    }
    return { deviceId: device.deviceId };
  }
}

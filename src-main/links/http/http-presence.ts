// HTTP has no connection to watch: a device is connected while it posts, and lost after a while of silence.
import type { LinkSink } from '../link.ts';

/** A device that has not posted for this long is no longer shown as connected. */
export const SILENT_AFTER_MS = 5 * 60_000;
const LOOK_EVERY_MS = 30_000;

interface Presence {
  address: string;
  heardAtMs: number;
}

export class HttpPresence {
  readonly #sink: Pick<LinkSink, 'deviceStatus'>;
  readonly #clock: () => number;
  readonly #present = new Map<string, Presence>();
  readonly #timer: NodeJS.Timeout;

  constructor(sink: Pick<LinkSink, 'deviceStatus'>, clock: () => number) {
    this.#sink = sink;
    this.#clock = clock;
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Tells the sink only what is new: the first post, or a post from another address. */
  heard(deviceId: string, address: string): void {
    const heardAtMs = this.#clock();
    const known = this.#present.get(deviceId);
    if (known !== undefined && known.address === address) {
      known.heardAtMs = heardAtMs;
      return;
    }
    this.#present.set(deviceId, { address, heardAtMs });
    this.#sink.deviceStatus({ deviceId, state: 'connected', transport: 'http', address });
  }

  look(): void {
    const nowMs = this.#clock();
    for (const [deviceId, { address, heardAtMs }] of this.#present) {
      if (nowMs - heardAtMs < SILENT_AFTER_MS) continue;
      this.#present.delete(deviceId);
      const detail = `Nothing was posted for ${SILENT_AFTER_MS / 60_000} minutes.`;
      this.#sink.deviceStatus({ deviceId, state: 'lost', transport: 'http', address, detail });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#present.clear();
  }
}

// Where there is no connection to watch: a device is connected while it sends, and lost after a while of silence.
import type { DeviceStatus, LinkSink } from '../link.ts';

/** A device that has not sent for this long is no longer shown as connected. */
export const SILENT_AFTER_MS = 5 * 60_000;
const LOOK_EVERY_MS = 30_000;
const MINUTES = SILENT_AFTER_MS / 60_000;
const SILENCE = {
  http: `Nothing was posted for ${MINUTES} minutes.`,
  mqtt: `Nothing was published for ${MINUTES} minutes.`,
} as const;

interface Heard {
  address: string | null;
  heardAtMs: number;
}

export class Presence {
  readonly #sink: Pick<LinkSink, 'deviceStatus'>;
  readonly #transport: keyof typeof SILENCE;
  readonly #clock: () => number;
  readonly #present = new Map<string, Heard>();
  readonly #timer: NodeJS.Timeout;

  constructor(sink: Pick<LinkSink, 'deviceStatus'>, transport: keyof typeof SILENCE, clock: () => number) {
    this.#sink = sink;
    this.#transport = transport;
    this.#clock = clock;
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Tells the sink only what is new: the first sign of a device, or one from another address. */
  heard(deviceId: string, address: string | null): void {
    const heardAtMs = this.#clock();
    const known = this.#present.get(deviceId);
    if (known !== undefined && known.address === address) {
      known.heardAtMs = heardAtMs;
      return;
    }
    this.#present.set(deviceId, { address, heardAtMs });
    this.#tell(deviceId, 'connected', address);
  }

  look(): void {
    const nowMs = this.#clock();
    for (const [deviceId, { address, heardAtMs }] of this.#present) {
      if (nowMs - heardAtMs < SILENT_AFTER_MS) continue;
      this.#present.delete(deviceId);
      this.#tell(deviceId, 'lost', address, SILENCE[this.#transport]);
    }
  }

  /** The way they all come by is gone. */
  allLost(detail: string): void {
    for (const [deviceId, { address }] of this.#present) this.#tell(deviceId, 'lost', address, detail);
    this.#present.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#present.clear();
  }

  #tell(deviceId: string, state: DeviceStatus['state'], address: string | null, detail?: string): void {
    this.#sink.deviceStatus({
      deviceId,
      state,
      transport: this.#transport,
      ...(address === null ? {} : { address }),
      ...(detail === undefined ? {} : { detail }),
    });
  }
}

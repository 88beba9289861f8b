// Measurements on their way to the store: gathered while one batch is being committed, kept in order, bounded.
import type { LinkSink, Measurement } from '../link.ts';
import type { LinkClock } from './clock.ts';

const LARGEST_BATCH = 64;
const RETRY_MS = 1_000;

/** Called once the measurement is committed, or refused for good. */
export type Committed = () => void;

interface Item {
  readonly measurement: Measurement;
  readonly committed: Committed | null;
}

/** One per device, so that no device can hold up another. */
export class Outbox {
  readonly #sink: LinkSink;
  readonly #clock: LinkClock;
  readonly #capacity: number;
  #waiting: Item[] = [];
  #draining: Promise<void> | null = null;
  #closed = false;

  /** @param capacity measurements kept while the store cannot take any: about an hour of two a second. */
  constructor(sink: LinkSink, clock: LinkClock, capacity = 8_000) {
    this.#sink = sink;
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** Measurements that are not committed yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** @param committed told after the commit of the last of them; such measurements the device keeps until then. */
  push(measurements: readonly Measurement[], committed: Committed | null = null): void {
    for (const [index, measurement] of measurements.entries()) {
      if (this.#waiting.length >= this.#capacity) {
        this.#sink.frameRejected(measurement.deviceId, 'Nothing can be stored at present: the reading was dropped');
      } else {
        this.#waiting.push({ measurement, committed: index === measurements.length - 1 ? committed : null });
      }
    }
    if (this.#waiting.length > 0) this.#draining ??= this.#drain();
  }

  /** What waits is still offered once, and nothing is retried after this; resolves when that is done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, LARGEST_BATCH);
      try {
        await this.#sink.accept(batch.map(({ measurement }) => measurement));
        this.#waiting = this.#waiting.slice(batch.length);
        for (const { committed } of batch) committed?.();
      } catch {
        if (this.#closed) {
          this.#giveUp();
          break;
        }
        // Kept and offered again: a full disk or a restarting engine must not cost a reading.
        await new Promise<void>((resolve) => void this.#clock.after(RETRY_MS, resolve));
      }
    }
    this.#draining = null;
  }

  #giveUp(): void {
    for (const { measurement, committed } of this.#waiting) {
      if (committed === null)
        this.#sink.frameRejected(
          measurement.deviceId,
          'Nothing could be stored when it was disconnected: the reading was dropped',
        );
    }
    this.#waiting = [];
  }
}

// A HealthSense wearable's numbered records: asked for from the first that is not committed, gaps asked for again, and acknowledged
// only after the commit. Lives as long as its session; each connection opens it anew.
import type { LinkSink, Measurement, StreamPosition } from '../link.ts';
import type { LinkLogger } from '../logger.ts';
import type { LinkClock } from './clock.ts';
import type { ControlPoint } from './control-point.ts';
import type { LinkMemory } from './memory.ts';
import type { Outbox } from './outbox.ts';
import { CONTROL_STATUS, type ControlAnswer, decodeRecord, type WearableRecord } from './profiles/healthsense.ts';
import { recordMeasurement } from './profiles/to-measurement.ts';
import { RateLimit } from './rate-limit.ts';
import type { SessionTiming } from './session-states.ts';
import type { WearableClock } from './wearable-clock.ts';

export interface RecordStreamParts {
  readonly sink: LinkSink;
  readonly clock: LinkClock;
  readonly logger: LinkLogger;
  readonly memory: LinkMemory;
  readonly outbox: Outbox;
  readonly wearableClock: WearableClock;
  readonly timing: Pick<SessionTiming, 'acknowledgeEveryMs'>;
  /** The back-fill goes on, or has ended (null). */
  readonly onBackfill: (progress: BackfillProgress | null) => void;
  readonly onFlood: () => void;
}

export interface BackfillProgress {
  readonly received: number;
  readonly expected: number;
}

/** Far more than a wearable makes, and as fast as stored ones come over the air. */
const RECORDS_PER_SECOND = 400;
const BURST = 2_000;
const TOO_MANY_DROPPED = 1_000;
/** So many wait for their commit: the wearable is asked to hold on to the rest. */
const ENOUGH_WAITING = 2_000;
const FEW_WAITING = 500;
const ACKNOWLEDGE_EVERY = 256;

export class RecordStream {
  readonly #parts: RecordStreamParts;
  #deviceId = '';
  #control: ControlPoint | null = null;
  #limit = new RateLimit(RECORDS_PER_SECOND, BURST);
  #dropped = 0;
  /** Number of the wearable's memory; null until it has said. */
  #store: number | null = null;
  /** The next record wanted: all before it are committed, or wait for it. */
  #next = 1;
  #committed: StreamPosition | null = null;
  #acknowledged = 0;
  #savedUpTo = 0;
  /** Newest when the connection was opened: up to it, records are from the past. */
  #newestAtOpen = 0;
  #firstOfBackfill = 0;
  #backfilling = false;
  /** Frames still on their way from before a restart are not for us. */
  #restarting = false;
  #paused = false;
  /** The first missing one of a hole that was asked for already. */
  #askedAgain = 0;
  #acknowledging = false;
  #cancelTimer: (() => void) | null = null;
  #lost = 0;
  #lastHeartRateMs = Number.NEGATIVE_INFINITY;

  constructor(parts: RecordStreamParts) {
    this.#parts = parts;
  }

  /** Records that were gone before they could be read. */
  get lost(): number {
    return this.#lost;
  }

  /** When a heart rate by ECG came with a record last, UTC ms. */
  get lastHeartRateMs(): number {
    return this.#lastHeartRateMs;
  }

  /** The last sequence that is committed; 0: none. */
  get committed(): number {
    return this.#committed?.position ?? 0;
  }

  /** @param remembered how far the store has it; what waits here for its commit counts as well. */
  async prepare(deviceId: string, control: ControlPoint, remembered: StreamPosition | null): Promise<ControlAnswer> {
    this.#deviceId = deviceId;
    this.#control = control;
    this.#limit = new RateLimit(RECORDS_PER_SECOND, BURST);
    this.#dropped = 0;
    this.#restarting = true;
    this.#paused = false;
    this.#askedAgain = 0;
    const answer = await control.ask('stop');
    if (answer.status === CONTROL_STATUS.notProved) throw new Error('It does not accept the proof of this console');
    const saved = remembered ?? this.#committed;
    const isSame = saved !== null && saved.anchor === answer.store && saved.position <= answer.newest;
    if (this.#store !== answer.store) {
      // Another memory counts from 1 again.
      this.#next = (isSame ? saved.position : 0) + 1;
      this.#committed = isSame ? saved : null;
      this.#savedUpTo = this.committed;
    }
    this.#store = answer.store;
    this.#acknowledged = 0;
    return answer;
  }

  /** From here on records come. */
  async begin(): Promise<void> {
    const answer = await this.#stream(true);
    if (answer.newest >= this.#next) {
      this.#backfilling = true;
      this.#firstOfBackfill = this.#next;
      this.#tellProgress();
    } else {
      this.#backfilling = false;
      this.#parts.onBackfill(null);
    }
    if (this.committed > 0) this.#acknowledgeSoon(true);
  }

  closed(): void {
    this.#control = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#backfilling) this.#parts.onBackfill(null);
    this.#backfilling = false;
  }

  /** @returns whether the frame was understood. */
  heard(bytes: Uint8Array): boolean {
    const receivedAtMs = this.#parts.clock.nowMs();
    if (!this.#limit.allows(receivedAtMs)) {
      this.#dropped += 1;
      this.#reject(`more than ${RECORDS_PER_SECOND} a second`);
      if (this.#dropped === TOO_MANY_DROPPED) this.#parts.onFlood();
      return false;
    }
    const record = decodeRecord(bytes);
    if (!record.ok) {
      this.#reject(record.reason);
      return false;
    }
    if (!this.#restarting && !this.#paused) this.#inOrder(record.value, receivedAtMs);
    return true;
  }

  #inOrder(record: WearableRecord, receivedAtMs: number): void {
    const { sequence } = record;
    if (sequence < this.#next) return;
    if (sequence > this.#next && this.#askedAgain !== this.#next) {
      this.#askedAgain = this.#next;
      this.#restart();
      return;
    }
    this.#lost += sequence - this.#next;
    this.#next = sequence + 1;
    this.#take(record, receivedAtMs);
    if (this.#backfilling) {
      if (sequence >= this.#newestAtOpen) {
        this.#backfilling = false;
        this.#parts.onBackfill(null);
      } else if (sequence % 32 === 0) this.#tellProgress();
    }
  }

  #take(record: WearableRecord, receivedAtMs: number): void {
    const { outbox, wearableClock } = this.#parts;
    const measurement: Measurement | null = recordMeasurement(record, {
      deviceId: this.#deviceId,
      receivedAtMs,
      offsetMs: wearableClock.offsetMs(record.sequence),
      isFromPast: record.sequence <= this.#newestAtOpen,
    });
    if (measurement === null) return;
    if (measurement.values.heartRate !== undefined && measurement.origin === 'live') this.#lastHeartRateMs = receivedAtMs;
    const anchor = this.#store ?? 0;
    outbox.push([measurement], () => this.#stored({ position: record.sequence, anchor, takenAtMs: measurement.takenAtMs }));
    if (outbox.waiting >= ENOUGH_WAITING) this.#pause();
  }

  #stored(position: StreamPosition): void {
    if (position.anchor !== this.#store) return;
    this.#committed = position;
    if (this.#paused && this.#parts.outbox.waiting < FEW_WAITING) {
      this.#paused = false;
      this.#restart();
    }
    this.#acknowledgeSoon(position.position - this.#acknowledged >= ACKNOWLEDGE_EVERY);
  }

  /** What is not asked for stays with the wearable. */
  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#control?.ask('stop').catch(() => {});
  }

  #restart(): void {
    if (this.#control === null || this.#restarting) return;
    this.#restarting = true;
    this.#stream(false).catch((error: unknown) => {
      // The link is gone, or the wearable answers nothing: its session will find out.
      this.#parts.logger.debug({ error, deviceId: this.#deviceId }, 'records were not streamed anew');
    });
  }

  async #stream(isFirst: boolean): Promise<ControlAnswer> {
    const { control, next } = { control: this.#control, next: this.#next };
    if (control === null) throw new Error('The link was lost');
    this.#restarting = true;
    return control.ask('stream', next, ({ status, oldest, newest, store }) => {
      if (store !== this.#store || status === CONTROL_STATUS.notProved || status === CONTROL_STATUS.badOperand) return;
      // Overwritten while nobody listened. Without a memory of this store, what was before is nobody's loss.
      if (oldest > this.#next) {
        if (this.#committed !== null || this.#askedAgain !== 0) this.#lost += oldest - this.#next;
        this.#next = oldest;
      }
      if (isFirst) this.#newestAtOpen = newest;
      this.#restarting = false;
    });
  }

  #acknowledgeSoon(now: boolean): void {
    if (this.#acknowledging || this.#control === null) return;
    if (now) {
      this.#cancelTimer?.();
      this.#cancelTimer = null;
      void this.#acknowledge();
    } else if (this.#cancelTimer === null) {
      this.#cancelTimer = this.#parts.clock.after(this.#parts.timing.acknowledgeEveryMs, () => {
        this.#cancelTimer = null;
        void this.#acknowledge();
      });
    }
  }

  /** First the console remembers how far it is, then the wearable may forget. */
  async #acknowledge(): Promise<void> {
    const [control, position] = [this.#control, this.#committed];
    if (control === null || position === null || position.position <= this.#acknowledged) return;
    this.#acknowledging = true;
    try {
      if (position.position > this.#savedUpTo) {
        await this.#parts.memory.savePosition(this.#deviceId, 'records', position);
        this.#savedUpTo = position.position;
      }
      const { status } = await control.ask('acknowledge', position.position);
      if (status === CONTROL_STATUS.ok) this.#acknowledged = position.position;
    } catch (error) {
      this.#parts.logger.debug({ error, deviceId: this.#deviceId }, 'records were not acknowledged; it is tried again');
    }
    this.#acknowledging = false;
    if (this.committed > this.#acknowledged) this.#acknowledgeSoon(false);
  }

  #tellProgress(): void {
    this.#parts.onBackfill({
      received: this.#next - this.#firstOfBackfill,
      expected: this.#newestAtOpen - this.#firstOfBackfill + 1,
    });
  }

  #reject(reason: string): void {
    this.#parts.sink.frameRejected(this.#deviceId, `Records: ${reason}`);
  }
}

// How the clock of a HealthSense wearable stands, and what was dated by it when: its records are put right on arrival, always alike.

import type { ClockEpoch } from '../link.ts';
import type { LinkClock } from './clock.ts';
import type { LinkMemory } from './memory.ts';

/** A clock this near is right: reading it takes time, and records carry milliseconds. */
const RIGHT_WITHIN_MS = 5_000;
/** The same error measured again: a record sent twice must be dated alike twice. */
const SAME_WITHIN_MS = 3_000;

/** What 2A2B said: how far off, that it is not set, or nothing. */
export type ClockReading = { readonly kind: 'offset'; readonly offsetMs: number } | { readonly kind: 'unset' | 'none' };

export class WearableClock {
  readonly #memory: LinkMemory;
  readonly #clock: LinkClock;
  #deviceId = '';
  #epochs: readonly ClockEpoch[] = [];

  constructor(memory: LinkMemory, clock: LinkClock) {
    this.#memory = memory;
    this.#clock = clock;
  }

  opened(deviceId: string, epochs: readonly ClockEpoch[]): void {
    this.#deviceId = deviceId;
    this.#epochs = epochs;
  }

  /** What to take off the time of this record, ms. */
  offsetMs(sequence: number): number {
    const closed = this.#epochs.find(({ untilSequence }) => untilSequence !== null && sequence <= untilSequence);
    return (closed ?? this.#open())?.offsetMs ?? 0;
  }

  isRight({ kind, ...reading }: ClockReading): boolean {
    return kind === 'offset' && 'offsetMs' in reading && Math.abs(reading.offsetMs) <= RIGHT_WITHIN_MS;
  }

  /** The clock as it was read now. Records up to `committed` have been dated already; those after it were by this clock. */
  async found(reading: ClockReading, committed: number): Promise<void> {
    if (reading.kind !== 'offset') return;
    const offsetMs = this.isRight(reading) ? 0 : Math.round(reading.offsetMs / 1000) * 1000;
    const open = this.#open();
    if (Math.abs((open?.offsetMs ?? 0) - offsetMs) <= (offsetMs === 0 ? 0 : SAME_WITHIN_MS)) return;
    await this.#change(open, offsetMs, committed);
  }

  /** The console has set the clock: records up to `newest` are dated by the old one. */
  async set(newest: number): Promise<void> {
    const open = this.#open();
    if (open !== null && open.offsetMs !== 0) await this.#change(open, 0, newest);
  }

  async #change(open: ClockEpoch | null, offsetMs: number, untilSequence: number): Promise<void> {
    if (open !== null) await this.#save({ ...open, untilSequence });
    const measuredAtMs = Math.max(this.#clock.nowMs(), (this.#epochs.at(-1)?.measuredAtMs ?? 0) + 1);
    await this.#save({ measuredAtMs, offsetMs, untilSequence: null });
  }

  async #save(epoch: ClockEpoch): Promise<void> {
    await this.#memory.saveClockEpoch(this.#deviceId, epoch);
    this.#epochs = [...this.#epochs.filter(({ measuredAtMs }) => measuredAtMs !== epoch.measuredAtMs), epoch];
  }

  #open(): ClockEpoch | null {
    return this.#epochs.findLast(({ untilSequence }) => untilSequence === null) ?? null;
  }
}

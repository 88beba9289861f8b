// Audio pause of the console: two minutes at most, with a name and an end; a higher priority breaks through. It silences, it hides nothing.
import { ConsoleError } from '../contract/errors.ts';
import type { AlarmPriority, AudioPause } from '../contract/models.ts';
import { isHigher } from './lifecycle.ts';

const LONGEST_PAUSE_SECONDS = 120;

export interface AudioPauserOptions {
  readonly now: () => number;
  readonly monotonicNow: () => number;
  readonly onChange: (pause: AudioPause) => void;
}

export class AudioPauser {
  readonly #options: AudioPauserOptions;
  #pause: AudioPause = null;
  #endsAtMono = 0;

  constructor(options: AudioPauserOptions) {
    this.#options = options;
  }

  get current(): AudioPause {
    return this.#pause;
  }

  /** `loudest`: the highest priority that sounds now; only what is higher breaks through. 0 seconds ends a pause. */
  pause(seconds: number, by: string, loudest: AlarmPriority | null): AudioPause {
    if (!Number.isFinite(seconds) || seconds < 0 || seconds > LONGEST_PAUSE_SECONDS) {
      const limit = `0–${LONGEST_PAUSE_SECONDS} s`;
      throw new ConsoleError('out_of_range', `Sound can be paused for ${limit}.`, {
        field: 'seconds',
        limit,
        value: String(seconds),
      });
    }
    if (seconds === 0) this.#set(null);
    else {
      this.#endsAtMono = this.#options.monotonicNow() + seconds * 1000;
      this.#set({ untilMs: this.#options.now() + seconds * 1000, by, maxPriority: loudest ?? 'low' });
    }
    return this.#pause;
  }

  /** A new alarm: ends the pause where it is more urgent than what was paused. */
  alarmRaised(priority: AlarmPriority): void {
    if (this.#pause !== null && isHigher(priority, this.#pause.maxPriority)) this.#set(null);
  }

  tick(): void {
    if (this.#pause === null) return;
    const leftMs = this.#endsAtMono - this.#options.monotonicNow();
    if (leftMs <= 0) {
      this.#set(null);
      return;
    }
    // The countdown on screen is by the wall clock: where that jumped, the end is told anew, and is neither sooner nor later.
    const untilMs = Math.round(this.#options.now() + leftMs);
    if (Math.abs(untilMs - this.#pause.untilMs) > 1500) this.#set({ ...this.#pause, untilMs });
  }

  #set(pause: AudioPause): void {
    if (pause === null && this.#pause === null) return;
    this.#pause = pause;
    this.#options.onChange(pause);
  }
}

// All open alarms: moves them through their life, tells of every change, and keeps each until it is cleared and saved.
import { randomUUID } from 'node:crypto';
import { ConsoleError } from '../contract/errors.ts';
import type { Alarm, AlarmPriority } from '../contract/models.ts';
import {
  acknowledged,
  alarmKey,
  ended,
  expired,
  isHigher,
  isUnacknowledged,
  LEAST_SHOWN_MS,
  type NewAlarm,
  REMIND_AFTER_MS,
  raised,
  seen,
} from './lifecycle.ts';

export interface AlarmBookOptions {
  /** Wall clock, for what is written down. */
  readonly now: () => number;
  /** Monotonic clock in ms, for everything that lasts: a jump of the wall clock changes no alarm. */
  readonly monotonicNow: () => number;
  readonly onChange: (alarm: Alarm) => void;
  /** May fail, now or later: the alarm then stays in memory and is tried again. */
  readonly persist: (alarm: Alarm) => Promise<unknown>;
  /** Acknowledged and still going on, after `REMIND_AFTER_MS` each time. */
  readonly onReminder?: (alarm: Alarm) => void;
  /** Rules that are not worth reminding of: a risk over years is not news every three minutes. */
  readonly remindsOf?: (rule: string) => boolean;
}

interface Entry {
  alarm: Alarm;
  readonly raisedAtMono: number;
  quietSinceMono: number | null;
  toldSeenAtMs: number;
}

/** How often "last seen" of a continuing alarm is told and saved. */
const TELL_SEEN_EVERY_MS = 30_000;

export class AlarmBook {
  readonly #options: AlarmBookOptions;
  readonly #byKey = new Map<string, Entry>();
  /** Newest state of each alarm that is not yet known to be saved; true: a save failed. */
  readonly #unsaved = new Map<string, { alarm: Alarm; failed: boolean; inFlight: boolean }>();

  constructor(options: AlarmBookOptions) {
    this.#options = options;
  }

  /** Takes back what was open when the console stopped. Nothing is told or saved: nothing has changed. */
  restore(alarms: readonly Alarm[]): void {
    const mono = this.#options.monotonicNow();
    for (const alarm of alarms) {
      if (alarm.state === 'cleared') continue;
      const quietSinceMono = alarm.state === 'acknowledged' ? mono : null;
      this.#byKey.set(alarmKey(alarm), { alarm, raisedAtMono: mono, quietSinceMono, toldSeenAtMs: alarm.lastSeenAtMs });
    }
  }

  /** Raises it, or marks the open one as seen. Returns the alarm only where it is new. */
  raise(spec: NewAlarm): Alarm | null {
    const key = alarmKey(spec);
    if (this.#byKey.has(key)) {
      this.seen(key);
      return null;
    }
    const alarm = raised(spec, randomUUID(), this.#options.now());
    const entry = { alarm, raisedAtMono: this.#options.monotonicNow(), quietSinceMono: null, toldSeenAtMs: alarm.raisedAtMs };
    this.#byKey.set(key, entry);
    this.#tell(alarm);
    return alarm;
  }

  /** The condition still holds, or holds again. */
  seen(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return;
    const before = entry.alarm.state;
    entry.alarm = seen(entry.alarm, this.#options.now());
    if (entry.alarm.state !== before) this.#tell(entry.alarm);
  }

  end(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry !== undefined) this.#become(key, entry, ended(entry.alarm, this.#options.now()));
    this.#expire(key);
  }

  /** @throws ConsoleError not_found where no open alarm has this id; invalid_params without a name. */
  acknowledge(alarmId: string, by: string): Alarm {
    const name = by.trim();
    if (name === '') throw new ConsoleError('invalid_params', 'An alarm is acknowledged by a named user.', { field: 'by' });
    for (const [key, entry] of this.#byKey) {
      if (entry.alarm.alarmId !== alarmId) continue;
      const next = acknowledged(entry.alarm, name, this.#options.now());
      entry.quietSinceMono ??= this.#options.monotonicNow();
      this.#become(key, entry, next);
      return next;
    }
    throw new ConsoleError('not_found', 'This alarm is not open any more.');
  }

  find(key: string): Alarm | null {
    return this.#byKey.get(key)?.alarm ?? null;
  }

  open(): readonly Alarm[] {
    return [...this.#byKey.values()].map((entry) => entry.alarm);
  }

  /** Highest priority nobody has acknowledged; null when all is quiet. */
  highestUnacknowledged(): AlarmPriority | null {
    let highest: AlarmPriority | null = null;
    for (const { alarm } of this.#byKey.values()) {
      if (isUnacknowledged(alarm) && (highest === null || isHigher(alarm.priority, highest))) highest = alarm.priority;
    }
    return highest;
  }

  /** Alarms whose saving has failed, the one that tells of it left out. */
  failedSaves(exceptRule: string): number {
    let count = 0;
    for (const { alarm, failed } of this.#unsaved.values()) if (failed && alarm.rule !== exceptRule) count += 1;
    return count;
  }

  /** Once a second: clears technical alarms that were shown long enough, reminds, tells of continuing ones, saves again. */
  tick(): void {
    const mono = this.#options.monotonicNow();
    for (const [key, entry] of this.#byKey) {
      this.#expire(key);
      const { alarm } = entry;
      if (alarm.state === 'acknowledged' && entry.quietSinceMono !== null && mono - entry.quietSinceMono >= REMIND_AFTER_MS) {
        entry.quietSinceMono = mono;
        if (this.#options.remindsOf?.(alarm.rule) ?? true) this.#options.onReminder?.(alarm);
      }
      if (Math.abs(alarm.lastSeenAtMs - entry.toldSeenAtMs) >= TELL_SEEN_EVERY_MS) {
        entry.toldSeenAtMs = alarm.lastSeenAtMs;
        this.#tell(alarm);
      }
    }
    for (const [alarmId, waiting] of this.#unsaved) if (waiting.failed && !waiting.inFlight) this.#save(alarmId);
  }

  #expire(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry === undefined || this.#options.monotonicNow() - entry.raisedAtMono < LEAST_SHOWN_MS) return;
    this.#become(key, entry, expired(entry.alarm));
  }

  #become(key: string, entry: Entry, next: Alarm): void {
    if (next === entry.alarm) return;
    entry.alarm = next;
    if (next.state === 'cleared') this.#byKey.delete(key);
    this.#tell(next);
  }

  #tell(alarm: Alarm): void {
    const before = this.#unsaved.get(alarm.alarmId);
    this.#unsaved.set(alarm.alarmId, { alarm, failed: before?.failed ?? false, inFlight: false });
    this.#save(alarm.alarmId);
    this.#options.onChange(alarm);
  }

  #save(alarmId: string): void {
    const waiting = this.#unsaved.get(alarmId);
    if (waiting === undefined) return;
    waiting.inFlight = true;
    const failed = () => {
      waiting.failed = true;
      waiting.inFlight = false;
    };
    const saved = () => {
      // A newer state may have taken its place meanwhile: that one has its own save.
      if (this.#unsaved.get(alarmId) === waiting) this.#unsaved.delete(alarmId);
    };
    try {
      this.#options.persist(waiting.alarm).then(saved, failed);
    } catch {
      failed();
    }
  }
}

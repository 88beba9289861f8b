// Who watches whose ECG: a screen asks, is told frames for a minute, and asks again. Nothing is sent where nobody watches.
import type { Caller } from '../console-port.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleEvent } from '../contract/events.ts';
import { DONE, type HandlersOf } from './handler.ts';

/** A screen that is gone, or has forgotten, costs no more than this. */
const WATCHED_FOR_MS = 60_000;
/** Of one screen at a time: as many as a ward shows. */
const MOST_WATCHED = 16;

export class EcgWatchers {
  readonly #now: () => number;
  readonly #monotonicNow: () => number;
  /** By caller, patient and monotonic time; a caller that is gone takes its watches along. */
  readonly #watching = new WeakMap<Caller, Map<number, number>>();
  /** Until when anybody at all watches a patient. */
  readonly #anybodyUntil = new Map<number, number>();

  constructor({ now, monotonicNow }: { readonly now: () => number; readonly monotonicNow: () => number }) {
    this.#now = now;
    this.#monotonicNow = monotonicNow;
  }

  /** @returns until when, UTC ms. @throws ConsoleError `unavailable` beyond sixteen patients at a time */
  watch(caller: Caller, patientId: number): number {
    const mono = this.#monotonicNow();
    const own = this.#watching.get(caller) ?? new Map<number, number>();
    for (const [watched, untilMono] of own) if (untilMono <= mono) own.delete(watched);
    if (!own.has(patientId) && own.size >= MOST_WATCHED)
      throw new ConsoleError('unavailable', `One screen can watch at most ${MOST_WATCHED} ECGs.`);
    own.set(patientId, mono + WATCHED_FOR_MS);
    this.#watching.set(caller, own);
    this.#anybodyUntil.set(patientId, mono + WATCHED_FOR_MS);
    return this.#now() + WATCHED_FOR_MS;
  }

  unwatch(caller: Caller, patientId: number): void {
    this.#watching.get(caller)?.delete(patientId);
  }

  isWatched(patientId: number): boolean {
    const untilMono = this.#anybodyUntil.get(patientId);
    if (untilMono === undefined) return false;
    if (untilMono > this.#monotonicNow()) return true;
    this.#anybodyUntil.delete(patientId);
    return false;
  }

  /** Whether this screen is to be told the event: everything but the ECG of patients it does not watch. */
  mayHear(caller: Caller, event: ConsoleEvent): boolean {
    if (event.name !== 'ecg.frame') return true;
    return (this.#watching.get(caller)?.get(event.payload.patientId) ?? 0) > this.#monotonicNow();
  }
}

export function ecgHandlers({
  watchers,
  isHere,
}: {
  readonly watchers: EcgWatchers;
  readonly isHere: (patientId: number) => boolean;
}): HandlersOf<'ecg'> {
  return {
    'ecg.watch': async ({ patientId }, caller) => {
      if (!isHere(patientId))
        throw new ConsoleError('not_found', 'There is no such patient on the ward.', { field: 'patientId' });
      return { untilMs: watchers.watch(caller, patientId) };
    },
    'ecg.unwatch': async ({ patientId }, caller) => {
      watchers.unwatch(caller, patientId);
      return DONE;
    },
  };
}

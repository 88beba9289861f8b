// Hands events to whoever listens; one listener that fails harms no other.
import type { ConsoleEvent } from './contract/events.ts';

export type EventListener = (event: ConsoleEvent) => void;

export class Announcer {
  readonly #listeners = new Set<EventListener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  readonly emit = (event: ConsoleEvent): void => {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  };

  /** Returns its own unsubscribe. */
  readonly subscribe = (listener: EventListener): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

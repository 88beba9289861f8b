// Hands the console's events to whoever listens for their name; shared by both transports.
import type { ConsoleEvent, EventName, EventPayload } from '../../src-main/contract/events.ts';

export interface EventHub {
  emit(event: ConsoleEvent): void;
  /** Returns its own unsubscribe. */
  listen<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
}

type AnyListener = (payload: never) => void;

export function createEventHub(): EventHub {
  const listeners = new Map<EventName, Set<AnyListener>>();
  return {
    emit(event) {
      for (const listener of listeners.get(event.name) ?? []) listener(event.payload as never);
    },
    listen(name, listener) {
      const set = listeners.get(name) ?? new Set<AnyListener>();
      listeners.set(name, set);
      set.add(listener as AnyListener);
      return () => {
        set.delete(listener as AnyListener);
      };
    },
  };
}

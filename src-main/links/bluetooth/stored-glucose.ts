// Back-fill of glucose meters and sensors: from the last record the store has, by the record access control point.
import type { StreamPosition } from '../link.ts';
import type { LinkMemory } from './memory.ts';
import type { Committed } from './outbox.ts';
import type { Frame } from './profiles/catalogue.ts';
import type { RecordAccess } from './record-access.ts';

export interface StoredGlucoseParts {
  readonly memory: LinkMemory;
  readonly deviceId: string;
  readonly stream: 'glucose' | 'cgm';
  /** 0 for a meter; of a sensor when its session began, UTC ms. */
  readonly anchor: number;
  readonly access: RecordAccess;
  /** Null where nothing is remembered, or it is of another session. */
  readonly remembered: StreamPosition | null;
}

/** One per connection. */
export class StoredGlucose {
  readonly #parts: StoredGlucoseParts;
  #position: number;
  #saved: number;
  /** While records are fetched the newest ones may arrive before the oldest: nothing is remembered until all are there. */
  #fetching = false;
  /** Asked only which record is the last: it is not taken for what has been fetched. */
  #last: number | null = null;
  #asksLast = false;

  constructor(parts: StoredGlucoseParts) {
    this.#parts = parts;
    this.#position = parts.remembered?.position ?? -1;
    this.#saved = this.#position;
  }

  /** @returns false where it could not be fetched: to be tried again. Never rejects. */
  async fetch(): Promise<boolean> {
    const { access, stream } = this.#parts;
    this.#fetching = true;
    let from = this.#position;
    if (stream === 'glucose' && from >= 0) {
      this.#last = null;
      this.#asksLast = true;
      const asked = await access.report('last');
      this.#asksLast = false;
      if (asked === 'no records' || (asked === 'done' && this.#last === from)) return this.#done();
      // A meter that was erased counts from the beginning again.
      if (asked === 'done' && this.#last !== null && this.#last < from) {
        from = -1;
        this.#position = -1;
      }
    }
    let outcome = await access.report(from < 0 ? 'all' : { from: Math.min(from + 1, 0xffff) });
    if (outcome === 'not supported' && from >= 0) outcome = await access.report('all');
    return outcome === 'failed' ? false : this.#done();
  }

  /** @returns what is to be told when this frame's measurement is committed. */
  heard(frame: Frame): Committed | null {
    const { access, stream } = this.#parts;
    if (frame.kind !== stream) return null;
    access.alive();
    const newest = frame.kind === 'glucose' ? frame.sequence : (frame.records.at(-1)?.timeOffsetMinutes ?? -1);
    if (this.#asksLast) {
      this.#last = newest;
      return null;
    }
    return () => {
      this.#position = this.#fetching ? Math.max(this.#position, newest) : newest;
      if (!this.#fetching) this.#save();
    };
  }

  #done(): true {
    this.#fetching = false;
    this.#save();
    return true;
  }

  #save(): void {
    const { memory, deviceId, stream, anchor } = this.#parts;
    if (this.#position < 0 || this.#position === this.#saved) return;
    const position = this.#position;
    this.#saved = position;
    // Not saved, it is fetched again next time and known by its identity.
    memory.savePosition(deviceId, stream, { position, anchor, takenAtMs: 0 }).catch(() => {
      this.#saved = -1;
    });
  }
}

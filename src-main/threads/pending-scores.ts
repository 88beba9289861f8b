// Readings that are stored and answered, and whose predictions are still to come. Each is asked about as it stood when it was stored.
//
// Every single post waits for a score of its own. Of a continuous device the newest moment is enough, as a prediction is about now: a
// newer one takes the place of an older one, but for one in every stretch of the length in which one score is kept anyhow.
import type { RiskModel } from '../contract/models.ts';
import type { Measurement } from '../links/link.ts';
import type { Question } from '../risk/port.ts';
import { type ReadingIdentity, readingId } from '../store/reading-id.ts';
import { KEEP_EVERY_MS } from './score-keeper.ts';

/** Most that wait: about 30 MB. Beyond, a patient's oldest is given up for their newest. */
export const PENDING_LIMIT = 10_000;

/** What is known of the reading outside the store, for whoever must judge whose prediction it is. */
export interface ReadingHeard extends Pick<Measurement, 'deviceId' | 'takenAtMs' | 'receivedAtMs' | 'origin'> {
  readonly readingId: string;
}

/** It is kept for long, and sent to the main thread: no more than is needed. */
export function readingHeard(
  { sourceId, takenAtMs, sequence }: ReadingIdentity,
  { deviceId, receivedAtMs, origin }: Omit<ReadingHeard, 'readingId'>,
): ReadingHeard {
  return { readingId: readingId(sourceId, takenAtMs, sequence), deviceId, takenAtMs, receivedAtMs, origin };
}

export interface PendingScore {
  readonly identity: ReadingIdentity;
  /** Null: an entry by hand. */
  readonly heard: ReadingHeard | null;
  readonly question: Question;
  /** Scored with what was known at its own time. */
  readonly past: boolean;
  /** A single post: all its scores are stored. */
  readonly keepAll: boolean;
  /** The models that have not answered yet. */
  readonly lacking: readonly RiskModel[];
  /** When it was taken in, monotonic. */
  readonly sinceMs: number;
  /**
   * Left out: no run with it failed. Else it is asked about alone: how often that failed while its models answered others, and how many
   * they had answered at the last time.
   */
  readonly failures?: { readonly count: number; readonly answered: number };
}

export class PendingScores {
  readonly #limit: number;
  readonly #live = new Map<number, PendingScore[]>();
  readonly #past = new Map<number, PendingScore[]>();
  readonly #underWay = new Set<PendingScore>();
  readonly #ids = new Set<string>();
  #waiting = 0;
  #givenUp = 0;

  constructor(limit = PENDING_LIMIT) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#waiting + this.#underWay.size;
  }

  /** Those that never got a score: there were too many, or their models fail on them alone. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** When the oldest was taken in; null: none waits. */
  get oldestSinceMs(): number | null {
    if (this.size === 0) return null;
    let oldest = Number.POSITIVE_INFINITY;
    for (const { sinceMs } of this.#underWay) oldest = Math.min(oldest, sinceMs);
    for (const lanes of [this.#live, this.#past]) {
      for (const lane of lanes.values()) for (const { sinceMs } of lane) oldest = Math.min(oldest, sinceMs);
    }
    return oldest;
  }

  has(identity: ReadingIdentity): boolean {
    return this.#ids.size > 0 && this.#ids.has(idOf(identity));
  }

  add(added: PendingScore): void {
    const lanes = added.past ? this.#past : this.#live;
    const { patientId } = added.question;
    const lane = lanes.get(patientId) ?? [];
    lanes.set(patientId, lane);
    const [before, last] = [lane.at(-2), lane.at(-1)];
    if (last !== undefined && !last.keepAll && !added.keepAll && isSameStretch(before, added)) {
      this.#ids.delete(idOf(last.identity));
      this.#ids.add(idOf(added.identity));
      lane[lane.length - 1] = { ...added, sinceMs: last.sinceMs };
      return;
    }
    lane.push(added);
    this.#ids.add(idOf(added.identity));
    this.#waiting += 1;
    if (this.size > this.#limit) this.#giveUpOldest(lane);
  }

  /**
   * At most `most` that lack one of `models`, the newest of each patient first: screens show what is now. One that was in a run that
   * failed comes alone. Each is to be handed back by `settle`, `putBack` or `giveUp`.
   */
  take(most: number, models: readonly RiskModel[]): readonly PendingScore[] {
    const taken: PendingScore[] = [];
    const fits = ({ lacking, failures }: PendingScore): boolean =>
      (failures === undefined || taken.length === 0) && lacking.some((model) => models.includes(model));
    for (const lanes of [this.#live, this.#past]) {
      for (let found = true; found && taken.length < most; ) {
        found = false;
        for (const [patientId, lane] of [...lanes]) {
          if (taken.length === most) break;
          const at = lane.findLastIndex(fits);
          const [one] = at === -1 ? [] : lane.splice(at, 1);
          if (one === undefined) continue;
          found = true;
          taken.push(one);
          this.#waiting -= 1;
          this.#underWay.add(one);
          // Whose turn it was comes last the next time.
          lanes.delete(patientId);
          if (lane.length > 0) lanes.set(patientId, lane);
          if (one.failures !== undefined) return taken;
        }
      }
    }
    return taken;
  }

  /** Whether nothing has taken its place since it was taken. */
  isUnderWay(one: PendingScore): boolean {
    return this.#underWay.has(one);
  }

  /** The reading was asked about anew: a value was added to it, or it is another patient's now. */
  replace(identity: ReadingIdentity): void {
    if (!this.has(identity)) return;
    const id = idOf(identity);
    this.#ids.delete(id);
    for (const one of this.#underWay) if (idOf(one.identity) === id) this.#underWay.delete(one);
    for (const lanes of [this.#live, this.#past]) {
      for (const lane of lanes.values()) {
        const at = lane.findIndex((one) => idOf(one.identity) === id);
        if (at !== -1) this.#waiting -= lane.splice(at, 1).length;
      }
    }
  }

  /** A patient's that are asked about that moment or a later one, being asked about or not: they are taken out, oldest first. */
  withdraw(patientId: number, fromMs: number): readonly PendingScore[] {
    const isOne = ({ question }: PendingScore): boolean => question.patientId === patientId && question.atMs >= fromMs;
    const found = [...this.#underWay].filter(isOne);
    for (const one of found) this.#underWay.delete(one);
    for (const lanes of [this.#live, this.#past]) {
      const lane = lanes.get(patientId) ?? [];
      const taken = lane.filter(isOne);
      if (taken.length === 0) continue;
      lanes.set(
        patientId,
        lane.filter((one) => !isOne(one)),
      );
      this.#waiting -= taken.length;
      found.push(...taken);
    }
    for (const { identity } of found) this.#ids.delete(idOf(identity));
    return found.sort((a, b) => a.question.atMs - b.question.atMs);
  }

  /** Scored, or nobody's business any more. */
  settle(one: PendingScore): void {
    if (this.#underWay.delete(one)) this.#ids.delete(idOf(one.identity));
  }

  /** Behind all others of its patient, changed by what has come of it. */
  putBack(one: PendingScore, changed: Partial<Pick<PendingScore, 'lacking' | 'failures'>> = {}): void {
    if (!this.#underWay.delete(one)) return;
    const lanes = one.past ? this.#past : this.#live;
    const lane = lanes.get(one.question.patientId) ?? [];
    lanes.set(one.question.patientId, lane);
    lane.unshift({ ...one, ...changed });
    this.#waiting += 1;
  }

  /** One that was taken never gets a score. */
  giveUp(one: PendingScore): void {
    this.settle(one);
    this.#givenUp += 1;
  }

  /** Of that patient; where this is their first, of whoever has most. */
  #giveUpOldest(lane: PendingScore[]): void {
    let from = lane;
    if (lane.length === 1) {
      for (const lanes of [this.#past, this.#live]) for (const each of lanes.values()) if (each.length > from.length) from = each;
    }
    const oldest = from.shift();
    if (oldest === undefined) return;
    this.#waiting -= 1;
    this.#ids.delete(idOf(oldest.identity));
    this.#givenUp += 1;
  }
}

/** Whether the last one may go: the one before it is close enough to the new one to stand for the stretch between them. */
function isSameStretch(before: PendingScore | undefined, { question }: PendingScore): boolean {
  return before !== undefined && !before.keepAll && Math.abs(question.atMs - before.question.atMs) < KEEP_EVERY_MS;
}

function idOf({ sourceId, takenAtMs, sequence }: ReadingIdentity): string {
  return readingId(sourceId, takenAtMs, sequence);
}

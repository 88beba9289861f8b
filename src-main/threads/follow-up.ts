// Scores what waits for its predictions in small runs between the batches, whether or not another batch comes.
import type { Prediction, RiskModel } from '../contract/models.ts';
import type { Question, Scored } from '../risk/port.ts';
import type { ModelHealth } from './model-health.ts';
import type { PendingScore, PendingScores, ReadingHeard } from './pending-scores.ts';

/** Most in one run: no fewer than in one batch, so that what waits grows less while batches come. */
export const SLICE = 64;
/** One that failed alone this often, while its models answered others, is not asked again. */
const MOST_FAILURES = 2;
/** Where the scores cannot be stored (a full disk) they are made again after a pause. */
const FIRST_STORE_PAUSE_MS = 500;
const LONGEST_STORE_PAUSE_MS = 30_000;

export interface NewScores {
  readonly pending: PendingScore;
  readonly scored: readonly Scored[];
}

/** Predictions that came after the answer. */
export interface FollowedReading {
  /** Null: an entry by hand. */
  readonly heard: ReadingHeard | null;
  readonly predictions: readonly Prediction[];
}

export interface FollowUpParts {
  readonly pending: PendingScores;
  readonly health: ModelHealth;
  /** One list per question, empty where no model answered. Never fails. */
  readonly run: (questions: readonly Question[], models: readonly RiskModel[]) => Promise<readonly (readonly Scored[])[]>;
  /** Stores them in one transaction, in turn with everything else. @throws where that cannot be done: then none is. */
  readonly store: (scores: readonly NewScores[]) => Promise<readonly FollowedReading[]>;
  /** After every run, when what waits has been told from what does not. */
  readonly told: (followed: readonly FollowedReading[]) => void;
}

export class FollowUp {
  readonly #parts: FollowUpParts;
  #timer: NodeJS.Timeout | null = null;
  #running = false;
  #ended = false;
  #dueAtMs = 0;
  #storePauseMs = 0;
  #storableAtMs = 0;

  constructor(parts: FollowUpParts) {
    this.#parts = parts;
  }

  /** Something that lacks these models waits. */
  wake(lacking: readonly RiskModel[]): void {
    const nowMs = performance.now();
    const due = this.#parts.health.forWaiting(nowMs);
    this.#schedule(
      lacking.some((model) => due.includes(model)),
      nowMs,
    );
  }

  end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** `atOnce` false: none of the models that are lacked may be asked before the next try. A slice that is due earlier stays so. */
  #schedule(atOnce: boolean, nowMs: number): void {
    if (this.#ended || this.#running) return;
    const { health } = this.#parts;
    const pauseMs = Math.max(health.pauseMs(nowMs), this.#storableAtMs - nowMs, atOnce ? 0 : (health.untilTryMs(nowMs) ?? 0));
    if (this.#timer !== null) {
      if (this.#dueAtMs <= nowMs + pauseMs) return;
      clearTimeout(this.#timer);
    }
    this.#dueAtMs = nowMs + pauseMs;
    // Even with no pause a batch that has come in the meantime goes first.
    this.#timer = setTimeout(() => void this.#slice(), pauseMs);
    this.#timer.unref();
  }

  async #slice(): Promise<void> {
    this.#timer = null;
    const { pending, health } = this.#parts;
    const due = health.forWaiting(performance.now());
    // A model that failed is tried with one question alone, so that a bad question is told from a bad model.
    const taken = pending.take(due.some((model) => health.isFailing(model)) ? 1 : SLICE, due);
    if (taken.length > 0) {
      this.#running = true;
      await this.#score(taken, due);
      this.#running = false;
    }
    if (pending.size > 0) this.#schedule(taken.length > 0, performance.now());
  }

  async #score(taken: readonly PendingScore[], due: readonly RiskModel[]): Promise<void> {
    const { pending, run, store, told } = this.#parts;
    const asked = due.filter((model) => taken.some(({ lacking }) => lacking.includes(model)));
    const answers = await run(
      taken.map(({ question }) => question),
      asked,
    );
    const scores = taken.map((one, index): NewScores => {
      const scored = (answers[index] ?? []).filter(({ model }) => one.lacking.includes(model));
      return { pending: one, scored };
    });
    let followed: readonly FollowedReading[] = [];
    try {
      const made = scores.filter(({ scored }) => scored.length > 0);
      if (made.length > 0) followed = await store(made);
      this.#storePauseMs = 0;
      for (const each of scores) this.#handBack(each, asked, taken.length === 1);
    } catch {
      // Whoever stores readings meets the same, and says so.
      this.#storePauseMs = Math.min(LONGEST_STORE_PAUSE_MS, Math.max(FIRST_STORE_PAUSE_MS, this.#storePauseMs * 2));
      this.#storableAtMs = performance.now() + this.#storePauseMs;
      for (const one of taken) pending.putBack(one);
    }
    told(followed);
  }

  #handBack({ pending: one, scored }: NewScores, asked: readonly RiskModel[], alone: boolean): void {
    const { pending, health } = this.#parts;
    const lacking = one.lacking.filter((model) => !scored.some((each) => each.model === model));
    if (lacking.length === 0) {
      pending.settle(one);
      return;
    }
    const failed = lacking.filter((model) => asked.includes(model));
    if (failed.length === 0) {
      pending.putBack(one, { lacking });
      return;
    }
    const answered = health.answeredBy(failed);
    const { failures = { count: 0, answered } } = one;
    const count = alone && answered > failures.answered ? failures.count + 1 : failures.count;
    if (count > MOST_FAILURES) pending.giveUp(one);
    else pending.putBack(one, { lacking, failures: { count, answered } });
  }
}

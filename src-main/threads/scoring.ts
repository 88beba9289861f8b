// The engine's dealings with the models: asked before the commit while they are quick and well, and afterwards where they are not.
import type { RiskModel } from '../contract/models.ts';
import type { Question, RiskModels, Scored } from '../risk/port.ts';
import { type FollowedReading, FollowUp, type NewScores, SLICE } from './follow-up.ts';
import { ModelHealth } from './model-health.ts';
import { type PendingScore, PendingScores } from './pending-scores.ts';
import { RunCounts } from './run-watch.ts';

/** How far the predictions are behind the readings. */
export interface ScoringState {
  /** Readings and entries that wait for a prediction. */
  readonly pending: number;
  /** How long the oldest of them has waited, ms. */
  readonly oldestMs: number;
  /** Those that never got one, since the engine started. */
  readonly givenUp: number;
  /** Models that failed, in plain words. */
  readonly problems: readonly string[];
}

export interface ScoringParts {
  readonly models: RiskModels;
  readonly counts?: RunCounts;
  /** Stores scores that came later, in turn with everything else; gives back those that still concern somebody. @throws as the writer. */
  readonly store: (scores: readonly NewScores[]) => Promise<readonly FollowedReading[]>;
  readonly told: (state: ScoringState, followed: readonly FollowedReading[]) => void;
  readonly pendingLimit?: number;
}

export class Scoring {
  readonly #parts: ScoringParts;
  readonly #counts: RunCounts;
  readonly #pending: PendingScores;
  readonly #health: ModelHealth;
  readonly #followUp: FollowUp;
  #toldPending = 0;

  constructor(parts: ScoringParts) {
    this.#parts = parts;
    this.#counts = parts.counts ?? new RunCounts();
    this.#pending = new PendingScores(parts.pendingLimit);
    this.#health = new ModelHealth(parts.models.inUse, 2 * SLICE);
    this.#followUp = new FollowUp({
      pending: this.#pending,
      health: this.#health,
      run: (questions, asked) => this.#run(questions, asked),
      store: parts.store,
      told: (followed) => this.#tell(followed),
    });
  }

  get problems(): readonly string[] {
    return this.#health.problems;
  }

  /** Asks the models that are quick and well; empty lists where none is. Never fails. */
  async now(questions: readonly Question[]): Promise<readonly (readonly Scored[])[]> {
    const asked = this.#health.forBatch();
    if (questions.length === 0 || (asked.length === 0 && this.#parts.models.inUse.length > 0)) return [];
    return await this.#run(questions, asked);
  }

  /** Which models have not answered: their scores follow. */
  lacking(scored: readonly Scored[]): readonly RiskModel[] {
    const { inUse } = this.#parts.models;
    // As many answers as models: nothing is lacking, and nothing needs to be looked for.
    if (scored.length === inUse.length) return [];
    return inUse.filter((model) => !scored.some((each) => each.model === model));
  }

  /** The score follows. Call after the reading is committed, and `told` when all of a batch are handed in. */
  later(pending: PendingScore): void {
    this.#pending.add(pending);
    this.#followUp.wake(pending.lacking);
  }

  /** The reading has been asked about anew: what waits of it is no longer wanted. */
  replaced(identity: PendingScore['identity']): void {
    this.#pending.replace(identity);
  }

  /** What waits of a patient from then on is no longer wanted as it was asked. */
  withdraw(patientId: number, fromMs: number): readonly PendingScore[] {
    return this.#pending.withdraw(patientId, fromMs);
  }

  isWanted(one: PendingScore): boolean {
    return this.#pending.isUnderWay(one);
  }

  isPending(identity: PendingScore['identity']): boolean {
    return this.#pending.has(identity);
  }

  /** Says how far behind the predictions are, where they are or were. */
  tell(): void {
    if (this.#pending.size > 0 || this.#toldPending > 0) this.#tell([]);
  }

  /** No model is asked anything for so long. */
  rest(forMs: number): void {
    this.#health.rest(forMs, performance.now());
  }

  /** Runs a model outside the batches, watched like all runs. */
  async watched<R>(run: () => Promise<R>): Promise<R> {
    this.#counts.begin();
    try {
      return await run();
    } finally {
      this.#counts.end();
    }
  }

  end(): void {
    this.#followUp.end();
  }

  #tell(followed: readonly FollowedReading[]): void {
    const { size, oldestSinceMs, givenUp } = this.#pending;
    this.#toldPending = size;
    const oldestMs = oldestSinceMs === null ? 0 : performance.now() - oldestSinceMs;
    this.#parts.told({ pending: size, oldestMs, givenUp, problems: this.problems }, followed);
  }

  async #run(questions: readonly Question[], asked: readonly RiskModel[]): Promise<readonly (readonly Scored[])[]> {
    const { models } = this.#parts;
    const fromMs = performance.now();
    let scored: readonly (readonly Scored[])[] = [];
    let problems: readonly string[];
    try {
      const isAll = asked.length === models.inUse.length;
      const ask = (): ReturnType<RiskModels['answer']> => (isAll ? models.answer(questions) : models.answer(questions, asked));
      ({ scored, problems } = await this.watched(ask));
    } catch (error) {
      problems = [`The risk models failed: ${error instanceof Error ? error.message : String(error)}`];
    }
    const nowMs = performance.now();
    const [first = []] = scored;
    // A model answers all questions or none.
    const failed = first.length === asked.length ? [] : asked.filter((model) => !first.some((each) => each.model === model));
    const [tookMs, waiting] = [nowMs - fromMs, this.#pending.size];
    this.#health.ran({ questions: questions.length, asked, failed, problems, tookMs, waiting }, nowMs);
    return scored;
  }
}

// Which risk models may be asked now. Models that are slow make nobody wait: they are asked after the commit instead of before it.
// A model that fails is left out of the batches and tried again, with growing pauses, on what waits for it.
import type { RiskModel } from '../contract/models.ts';

/** A run of one batch takes a millisecond or two; one that takes longer than this is slow. */
export const RUN_BUDGET_MS = 100;
/** A pause of the whole computer makes one run slow, and the next is quick again: that is no reason to answer without predictions. */
const SLOW_RUNS = 3;
/** Between the first failure of a model and the next try; twice as long after each further one. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

interface Failing {
  /** Plain words, of the run that failed. */
  readonly problems: readonly string[];
  readonly pauseMs: number;
  readonly untilMs: number;
}

export interface Run {
  readonly questions: number;
  readonly asked: readonly RiskModel[];
  /** Those of them that gave no answer. */
  readonly failed: readonly RiskModel[];
  readonly problems: readonly string[];
  readonly tookMs: number;
  /** What still waits for a score after it. */
  readonly waiting: number;
}

/** Times are monotonic, ms. */
export class ModelHealth {
  readonly #inUse: readonly RiskModel[];
  readonly #failing = new Map<RiskModel, Failing>();
  readonly #answered = new Map<RiskModel, number>();
  readonly #fewWaiting: number;
  #problems: readonly string[] = [];
  #slowRuns = 0;
  #slow = false;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  /** `fewWaiting`: with no more than these waiting, models that are quick again are asked before the commit as usual. */
  constructor(inUse: readonly RiskModel[], fewWaiting: number) {
    this.#inUse = inUse;
    this.#fewWaiting = fewWaiting;
  }

  /** Models that failed when they were last asked, in plain words. */
  get problems(): readonly string[] {
    if (this.#failing.size === 0) return this.#problems;
    return [...new Set([...this.#problems, ...[...this.#failing.values()].flatMap(({ problems }) => problems)])];
  }

  /** To be asked before the commit; none of them: the answer does not wait for any. */
  forBatch(): readonly RiskModel[] {
    if (this.#slow) return [];
    return this.#failing.size === 0 ? this.#inUse : this.#inUse.filter((model) => !this.#failing.has(model));
  }

  /** To be asked about what waits. */
  forWaiting(nowMs: number): readonly RiskModel[] {
    if (nowMs < this.#notBeforeMs) return [];
    return this.#inUse.filter((model) => nowMs >= (this.#failing.get(model)?.untilMs ?? 0));
  }

  isFailing(model: RiskModel): boolean {
    return this.#failing.has(model);
  }

  /** How long what waits must wait at least; a slow run leaves as much time to the batches as it took. */
  pauseMs(nowMs: number): number {
    return Math.max(0, this.#notBeforeMs - nowMs);
  }

  /** How long until the next model that failed is tried again; null: none failed. */
  untilTryMs(nowMs: number): number | null {
    if (this.#failing.size === 0) return null;
    return Math.max(0, Math.min(...[...this.#failing.values()].map(({ untilMs }) => untilMs)) - nowMs);
  }

  /** How many questions these models have answered. */
  answeredBy(models: readonly RiskModel[]): number {
    return models.reduce((sum, model) => sum + (this.#answered.get(model) ?? 0), 0);
  }

  /** A run hung so long that its thread was given up: nothing is asked for that long, and then first about what waits. */
  rest(forMs: number, nowMs: number): void {
    this.#slow = true;
    this.#notBeforeMs = nowMs + forMs;
  }

  ran({ questions, asked, failed, problems, tookMs, waiting }: Run, nowMs: number): void {
    this.#problems = problems;
    if (tookMs > RUN_BUDGET_MS) this.#notBeforeMs = nowMs + tookMs;
    for (const model of asked) {
      if (!failed.includes(model)) {
        this.#failing.delete(model);
        this.#answered.set(model, (this.#answered.get(model) ?? 0) + questions);
        continue;
      }
      const before = this.#failing.get(model);
      const pauseMs = before === undefined ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, before.pauseMs * 2);
      this.#failing.set(model, { problems, pauseMs, untilMs: nowMs + pauseMs });
    }
    if (tookMs > RUN_BUDGET_MS) {
      this.#slowRuns += 1;
      if (this.#slowRuns >= SLOW_RUNS) this.#slow = true;
    } else {
      this.#slowRuns = 0;
      if (failed.length < asked.length && waiting <= this.#fewWaiting) this.#slow = false;
    }
  }
}

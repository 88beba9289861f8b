// What the load generator is asked for and what it answers.

import type { BenchDevice } from './prepared-data.ts';
import type { Times } from './report.ts';

export interface LoadPlan {
  /** HTTP where left out. */
  readonly link?: 'mqtt';
  readonly port: number;
  /** One keep-alive connection each, one request under way on each. */
  readonly devices: readonly BenchDevice[];
  /** 1: a single object; more: an array. */
  readonly readingsPerRequest: number;
  /** Null: stamped with the time they are sent; else readings one after another from then on, continued from plan to plan. */
  readonly fromMs: number | null;
  readonly durationMs: number;
  /** Requests a second over all connections together; null: as fast as answers come. */
  readonly requestsPerSecond: number | null;
}

export interface LoadResult extends Times {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Answers that were not 201, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** The first answer's body, to see what it says. */
  readonly firstAnswer: string;
}

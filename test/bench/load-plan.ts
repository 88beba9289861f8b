// What the load generators are asked for and what they answer.

import type { BenchDevice } from './prepared-data.ts';
import type { Times } from './report.ts';

export interface LoadPlan {
  /** HTTP by the bench's own lean sender where left out; by the load tool; by fetch; or MQTT. */
  readonly by?: 'autocannon' | 'fetch' | 'mqtt';
  readonly port: number;
  /** One keep-alive connection each, one request under way on each. */
  readonly devices: readonly BenchDevice[];
  /** 1: a single object; more: an array. */
  readonly readingsPerRequest: number;
  /** Null: stamped with the time they are sent; else readings one after another from then on, continued from plan to plan. */
  readonly fromMs: number | null;
  readonly durationMs: number;
  /** Requests a second over all connections together; null: as fast as answers come. The load tool and fetch know only null. */
  readonly requestsPerSecond: number | null;
}

export interface LoadResult extends Times {
  /** Answered ones. */
  readonly requests: number;
  /** Sent, and not answered any more when the round ended: whether they are stored nobody was told. */
  readonly unanswered: number;
  readonly requestsPerSecond: number;
  /** Answers that were not 201, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** The first answer's body, to see what it says. */
  readonly firstAnswer: string;
  /** Processor time of the generator itself. */
  readonly ownMicrosPerRequest: number;
}

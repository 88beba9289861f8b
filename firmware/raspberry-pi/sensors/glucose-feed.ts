// A glucose sensor's readings as another program serves them: entries in Nightscout's form, which xDrip+ and others serve too.
import { z } from 'zod';
import type { GlucoseSample, Sensor } from './sensor.ts';

const EVERY_MS = 60_000;
const ANSWER_WITHIN_MS = 15_000;
const MINUTE_MS = 60_000;
/** An entry older than this is not a measurement of now. */
const FRESH_FOR_MS = 10 * MINUTE_MS;
/** Between two entries of a trend. */
const LONGEST_STEP_MS = 11 * MINUTE_MS;
/** What such sensors can measure, mg/dL; below it these programs write codes of errors. */
const MG_DL = { least: 39, most: 600 } as const;

const entries = z.array(z.looseObject({ sgv: z.number().optional(), date: z.number() }));

export interface GlucoseFeedOptions {
  /** As `http://phone:17580/sgv.json?count=2` or `https://nightscout/api/v1/entries/sgv.json?count=2`. */
  readonly url: string;
  readonly nowMs: () => number;
  readonly failed: (reason: string) => void;
}

export class GlucoseFeed implements Sensor<GlucoseSample> {
  readonly #options: GlucoseFeedOptions;
  readonly #timer: NodeJS.Timeout;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #waiting: GlucoseSample | null = null;
  #isFailing = false;

  constructor(options: GlucoseFeedOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.poll(), EVERY_MS);
    void this.poll();
  }

  sample(): GlucoseSample | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Asks once; resolves whatever comes of it. */
  async poll(): Promise<void> {
    const { url, failed } = this.#options;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      this.#take(entries.parse(await answer.json()));
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) failed(`glucose feed: ${error instanceof Error ? error.message : String(error)}`);
      this.#isFailing = true;
    }
  }

  #take(found: z.infer<typeof entries>): void {
    const measured = found.flatMap(({ sgv, date }) =>
      sgv !== undefined && sgv >= MG_DL.least && sgv <= MG_DL.most ? [{ glucoseMgDl: sgv, atMs: date }] : [],
    );
    const [newest, before] = measured.sort((a, b) => b.atMs - a.atMs);
    const ageMs = newest === undefined ? Number.POSITIVE_INFINITY : this.#options.nowMs() - newest.atMs;
    if (newest === undefined || newest.atMs <= this.#lastAtMs || ageMs > FRESH_FOR_MS || ageMs < -MINUTE_MS) return;
    this.#lastAtMs = newest.atMs;
    const stepMs = before === undefined ? 0 : newest.atMs - before.atMs;
    const trendMgDlPerMin =
      before === undefined || stepMs < MINUTE_MS || stepMs > LONGEST_STEP_MS
        ? null
        : ((newest.glucoseMgDl - before.glucoseMgDl) * MINUTE_MS) / stepMs;
    this.#waiting = { glucoseMgDl: newest.glucoseMgDl, trendMgDlPerMin, qualityPercent: 100 };
  }
}

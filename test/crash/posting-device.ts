// A device that streams readings over HTTP and keeps account of what was acknowledged, as a careful wearable would.
import type { Chance } from './seeded-random.ts';

export interface SentReading {
  readonly device_id: string;
  readonly timestamp: string;
  readonly heart_rate: number;
  readonly spo2: number;
  readonly glucose: number;
}

interface Answer {
  readonly accepted: number;
  readonly results: readonly { readonly timestamp: string; readonly duplicate?: true; readonly reading_id: string }[];
}

const BATCH = 20;
const STEP_MS = 3;

export class PostingDevice {
  readonly deviceId: string;
  /** By timestamp: every reading that was answered with 201 or 200. */
  readonly acknowledged = new Map<string, SentReading>();
  /** Sent, and nobody knows what became of it. */
  unanswered: (readonly SentReading[])[] = [];
  /** Sent again after a kill, and stored before it: the console answered that it has them. */
  knownAlready = 0;
  sentAgain = 0;
  /** Answers that a device must never see here. */
  readonly surprises: string[] = [];
  readonly #token: string;
  readonly #chance: Chance;
  #nextAtMs: number;

  constructor(deviceId: string, token: string, chance: Chance, startMs: number) {
    this.deviceId = deviceId;
    this.#token = token;
    this.#chance = chance;
    this.#nextAtMs = startMs;
  }

  /** Streams over one connection until the console is gone or `stop` says so. */
  async stream(url: string, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const readings = this.#take(this.#chance.happens(0.5) ? 1 : BATCH);
      const outcome = await this.#post(url, readings);
      if (outcome === 'gone') return;
      if (outcome === 'wait') await new Promise((resolve) => setTimeout(resolve, this.#chance.between(50, 150)));
    }
  }

  /** Everything unanswered once more, exactly as it was. */
  async sendAgain(url: string): Promise<void> {
    const again = this.unanswered;
    this.unanswered = [];
    for (const readings of again) {
      this.sentAgain += readings.length;
      let outcome = await this.#post(url, readings);
      while (outcome === 'wait') {
        this.unanswered.pop();
        await new Promise((resolve) => setTimeout(resolve, 250));
        outcome = await this.#post(url, readings);
      }
    }
  }

  #take(count: number): readonly SentReading[] {
    return Array.from({ length: count }, () => {
      this.#nextAtMs += STEP_MS;
      const n = Math.floor(this.#nextAtMs / STEP_MS);
      return {
        device_id: this.deviceId,
        timestamp: new Date(this.#nextAtMs).toISOString(),
        heart_rate: 60 + (n % 37),
        spo2: 95 + (n % 5),
        glucose: 85 + (n % 61),
      };
    });
  }

  async #post(url: string, readings: readonly SentReading[]): Promise<'answered' | 'wait' | 'gone'> {
    let response: Response;
    try {
      response = await fetch(`${url}api/healthdata`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        body: JSON.stringify(readings.length === 1 ? readings[0] : readings),
      });
    } catch {
      this.unanswered.push(readings);
      return 'gone';
    }
    if (response.status === 429) {
      await response.body?.cancel().catch(() => undefined);
      this.unanswered.push(readings);
      return 'wait';
    }
    if (response.status !== 201 && response.status !== 200) {
      this.surprises.push(`${response.status} ${await response.text().catch(() => '')}`);
      return 'answered';
    }
    // The status alone is the acknowledgement, even where the rest of the answer is cut off.
    for (const reading of readings) this.acknowledged.set(reading.timestamp, reading);
    try {
      this.#check((await response.json()) as Answer, readings);
    } catch {
      return 'gone';
    }
    return 'answered';
  }

  #check({ accepted, results }: Answer, readings: readonly SentReading[]): void {
    const repeated = results.filter(({ duplicate }) => duplicate === true).length;
    this.knownAlready += repeated;
    const named = results.map(({ timestamp }) => timestamp);
    if (accepted + repeated !== readings.length || named.join() !== readings.map(({ timestamp }) => timestamp).join())
      this.surprises.push(`${readings.length} sent, ${accepted} accepted, ${repeated} repeated, answered ${named.join()}`);
  }
}

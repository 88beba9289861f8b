// One message on a readings topic → the inbox, and after commit the answer and the acknowledgement. The same for both links.
import type { IntakeOutcome, LatePredictions, LinkSink } from '../link.ts';
import { decodeJson } from '../payload/json.ts';
import { PayloadProblem } from '../payload/problems.ts';
import { answerOf, firstWords, itemsOf, lateAnswerOf, type Readings, readItems } from '../payload/readings.ts';
import { MAX_BODY_BYTES } from '../payload/schema.ts';
import type { Inbox } from './inbox.ts';
import { type Refusal, refusalOf } from './problems.ts';

/** As large as a body over HTTP. */
export const MAX_PAYLOAD_BYTES = MAX_BODY_BYTES;

/** Readings remembered of which predictions are still to come: no fewer than the engine lets wait. */
const MAX_FOLLOWING = 10_000;

export interface Message {
  readonly deviceId: string;
  readonly payload: Uint8Array;
  readonly isCurrent: () => boolean;
  /** Lets the acknowledgement go: what was good is committed. */
  readonly acknowledge: () => void;
}

export interface ReadingDeskOptions {
  readonly sink: Pick<LinkSink, 'frameRejected'>;
  readonly inbox: Inbox;
  /** Sends JSON on the device's predictions topic. */
  readonly answer: (deviceId: string, json: string) => void;
  readonly nowMs: () => number;
}

export class ReadingDesk {
  readonly #options: ReadingDeskOptions;
  /** By id, oldest first: the timestamp with which a reading was sent whose answer said that predictions follow. */
  readonly #following = new Map<string, string>();
  /** By reading: what came before the answer itself, as of the first of a long message while its last are being stored. */
  readonly #early = new Map<string, LatePredictions[]>();

  constructor(options: ReadingDeskOptions) {
    this.#options = options;
  }

  take(message: Message): void {
    const { deviceId, payload } = message;
    const { sink, inbox, nowMs } = this.#options;
    let readings: Readings;
    try {
      readings = read(deviceId, payload, nowMs());
    } catch (error) {
      this.refuse(message, refusalOf(error));
      return;
    }
    if (readings.errors.length > 0) sink.frameRejected(deviceId, firstWords(readings.errors));
    inbox.push({
      measurements: readings.sent.map(({ measurement }) => measurement),
      bytes: payload.byteLength,
      isCurrent: message.isCurrent,
      settle: (outcomes) => {
        this.#follow(readings, outcomes);
        try {
          this.#answer(message, JSON.stringify(answerOf(readings, outcomes)));
        } catch (error) {
          this.#answer(message, refusalOf(error).answer);
        }
        message.acknowledge();
        this.#tellEarly(outcomes);
      },
    });
  }

  /** Acknowledged all the same, in its turn: a message that can never be taken would come back for ever. */
  refuse(message: Message, { answer, reason }: Refusal): void {
    this.#options.sink.frameRejected(message.deviceId, reason);
    this.#options.inbox.push({
      measurements: [],
      bytes: answer.length,
      isCurrent: message.isCurrent,
      settle: () => {
        this.#answer(message, answer);
        message.acknowledge();
      },
    });
  }

  /** What was told to follow has come. Of readings that came another way nobody here waits for it. */
  late(late: LatePredictions): void {
    const timestamp = this.#following.get(late.readingId);
    if (timestamp !== undefined) this.#options.answer(late.deviceId, JSON.stringify(lateAnswerOf(late, timestamp)));
    else if (this.#options.inbox.waiting > 0)
      remember(this.#early, late.readingId, [...(this.#early.get(late.readingId) ?? []), late]);
    else this.#early.clear();
  }

  #tellEarly(outcomes: readonly IntakeOutcome[]): void {
    if (this.#early.size === 0) return;
    for (const outcome of outcomes) {
      if (!('readingId' in outcome)) continue;
      const early = this.#early.get(outcome.readingId) ?? [];
      this.#early.delete(outcome.readingId);
      for (const late of early) this.late(late);
    }
  }

  #follow({ sent }: Readings, outcomes: readonly IntakeOutcome[]): void {
    for (const [position, outcome] of outcomes.entries()) {
      const timestamp = sent[position]?.timestamp;
      if (timestamp === undefined || !('predictionsFollow' in outcome)) continue;
      remember(this.#following, outcome.readingId, timestamp);
    }
  }

  #answer({ deviceId, isCurrent }: Message, json: string): void {
    // A sender that brings its message again is answered then.
    if (isCurrent()) this.#options.answer(deviceId, json);
  }
}

function read(deviceId: string, payload: Uint8Array, receivedAtMs: number): Readings {
  if (payload.byteLength > MAX_PAYLOAD_BYTES) {
    throw new PayloadProblem('body_too_large', { detail: `At most ${MAX_PAYLOAD_BYTES} bytes fit one message.` });
  }
  const { body, repeated } = decodeJson(payload);
  return readItems(itemsOf(body), deviceId, receivedAtMs, 'topic', repeated);
}

/** Of more readings than that the oldest is forgotten: messages that never cease to wait must not eat the memory. */
function remember<Value>(map: Map<string, Value>, readingId: string, value: Value): void {
  map.set(readingId, value);
  const oldest = map.size > MAX_FOLLOWING ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

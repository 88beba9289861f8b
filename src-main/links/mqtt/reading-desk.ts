// One message on a readings topic → the inbox, and after commit the answer and the acknowledgement. The same for both links.
import type { LinkSink } from '../link.ts';
import { decodeJson } from '../payload/json.ts';
import { PayloadProblem } from '../payload/problems.ts';
import { answerOf, firstWords, itemsOf, type Readings, readItems } from '../payload/readings.ts';
import { MAX_BODY_BYTES } from '../payload/schema.ts';
import type { Inbox } from './inbox.ts';
import { type Refusal, refusalOf } from './problems.ts';

/** As large as a body over HTTP. */
export const MAX_PAYLOAD_BYTES = MAX_BODY_BYTES;

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
        try {
          this.#answer(message, JSON.stringify(answerOf(readings, outcomes)));
        } catch (error) {
          this.#answer(message, refusalOf(error).answer);
        }
        message.acknowledge();
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

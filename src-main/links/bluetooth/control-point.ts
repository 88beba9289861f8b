// The control point of a HealthSense wearable: one question at a time, each answered by an indication.
import type { Connection, RemoteCharacteristic } from './central.ts';
import { type LinkClock, withDeadline } from './clock.ts';
import { CONTROL_OP, type ControlAnswer, decodeControlAnswer, encodeControl } from './profiles/healthsense.ts';

const ANSWER_WITHIN_MS = 6_000;

export class ControlPoint {
  readonly #connection: Connection;
  readonly #point: RemoteCharacteristic;
  readonly #clock: LinkClock;
  readonly #onRejected: (reason: string) => void;
  #waiting: { readonly op: number; readonly resolve: (answer: ControlAnswer) => void } | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, point: RemoteCharacteristic, clock: LinkClock, onRejected: (reason: string) => void) {
    this.#connection = connection;
    this.#point = point;
    this.#clock = clock;
    this.#onRejected = onRejected;
  }

  subscribe(): Promise<void> {
    return this.#connection.subscribe(this.#point, (bytes) => this.#answered(bytes));
  }

  /** @param heard runs as the answer arrives, before any record behind it. @throws where none comes in time. */
  ask(
    op: 'stream' | 'acknowledge' | 'stop',
    sequence = 0,
    heard: (answer: ControlAnswer) => void = () => {},
  ): Promise<ControlAnswer> {
    const turn = this.#turn.then(async () => {
      const answer = new Promise<ControlAnswer>((resolve) => {
        this.#waiting = {
          op: CONTROL_OP[op],
          resolve: (value) => {
            heard(value);
            resolve(value);
          },
        };
      });
      await this.#connection.write(this.#point, encodeControl(op, sequence));
      return withDeadline(this.#clock, ANSWER_WITHIN_MS, 'Its answer', answer);
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #answered(bytes: Uint8Array): void {
    const answer = decodeControlAnswer(bytes);
    if (!answer.ok) {
      this.#onRejected(`Control: ${answer.reason}`);
      return;
    }
    if (answer.value.op !== this.#waiting?.op) return;
    const { resolve } = this.#waiting;
    this.#waiting = null;
    resolve(answer.value);
  }
}

// Stored records of a glucose meter or sensor: one request at a time, with time limits, aborted where it hangs.
import type { Connection, RemoteCharacteristic } from './central.ts';
import type { LinkClock } from './clock.ts';
import {
  decodeRecordAccess,
  encodeAbort,
  encodeReport,
  RACP_OP,
  RACP_RESULT,
  type RacpAnswer,
} from './profiles/record-access.ts';

/** Between two records, or until the answer. The profiles give a procedure 30 s. */
const SILENT_MS = 30_000;
const ABORT_WITHIN_MS = 5_000;

export type ReportOutcome = 'done' | 'no records' | 'not supported' | 'failed';

interface Waiting {
  readonly op: number;
  readonly resolve: (answer: RacpAnswer | null) => void;
  cancel: () => void;
}

export class RecordAccess {
  readonly #connection: Connection;
  readonly #point: RemoteCharacteristic;
  readonly #clock: LinkClock;
  readonly #onRejected: (reason: string) => void;
  #waiting: Waiting | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, point: RemoteCharacteristic, clock: LinkClock, onRejected: (reason: string) => void) {
    this.#connection = connection;
    this.#point = point;
    this.#clock = clock;
    this.#onRejected = onRejected;
    connection.onClosed(() => this.#settle(null));
  }

  subscribe(): Promise<void> {
    return this.#connection.subscribe(this.#point, (bytes) => this.#answered(bytes));
  }

  /** Records come by the measurement's own notifications while this runs. Never rejects. */
  report(which: Parameters<typeof encodeReport>[0]): Promise<ReportOutcome> {
    const turn = this.#turn.then(() => this.#report(which));
    this.#turn = turn;
    return turn;
  }

  /** A record was heard: what is asked for is on its way. */
  alive(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    waiting.cancel();
    waiting.cancel = this.#clock.after(SILENT_MS, () => this.#settle(null));
  }

  async #report(which: Parameters<typeof encodeReport>[0]): Promise<ReportOutcome> {
    try {
      const answer = await this.#ask(encodeReport(which), RACP_OP.report, SILENT_MS);
      if (answer === null) {
        await this.#ask(encodeAbort(), RACP_OP.abort, ABORT_WITHIN_MS);
        return 'failed';
      }
      if (answer.kind === 'count') return 'failed';
      switch (answer.result) {
        case RACP_RESULT.success:
          return 'done';
        case RACP_RESULT.noRecords:
          return 'no records';
        case RACP_RESULT.opNotSupported:
        case RACP_RESULT.badOperator:
        case RACP_RESULT.operatorNotSupported:
        case RACP_RESULT.badOperand:
        case RACP_RESULT.operandNotSupported:
          return 'not supported';
        default:
          return 'failed';
      }
    } catch {
      return 'failed';
    }
  }

  /** @returns null where nothing was answered in time. */
  async #ask(bytes: Uint8Array, op: number, withinMs: number): Promise<RacpAnswer | null> {
    const answer = new Promise<RacpAnswer | null>((resolve) => {
      this.#waiting = { op, resolve, cancel: this.#clock.after(withinMs, () => this.#settle(null)) };
    });
    try {
      await this.#connection.write(this.#point, bytes);
    } catch (error) {
      this.#settle(null);
      throw error;
    }
    return answer;
  }

  #answered(bytes: Uint8Array): void {
    const answer = decodeRecordAccess(bytes);
    if (!answer.ok) {
      this.#onRejected(`Stored records: ${answer.reason}`);
      return;
    }
    // An answer to a request given up is nobody's.
    if (answer.value.kind === 'result' && answer.value.op !== this.#waiting?.op) return;
    this.#settle(answer.value);
  }

  #settle(answer: RacpAnswer | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.cancel();
    waiting?.resolve(answer);
  }
}

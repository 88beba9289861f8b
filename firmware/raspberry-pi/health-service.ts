// The HealthSense service: proves who the wearable is, streams its records, and frees what the console has committed (PROTOCOL.md).
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { ATT, type GattServer, type GattService } from './gatt-server.ts';
import { CONTROL_STATUS, decodeControl, encodeControlAnswer, encodeRecord } from './healthsense-frames.ts';
import { consoleProof, keyOfToken, NONCE_OCTETS, PROOF_OCTETS, type ProofInput, wearableProof } from './proof.ts';
import type { RecordStore } from './record-store.ts';

export const HEALTH_SERVICE = '5c4d0010b8a3472c9f5d61e0a8d7c3f2';
export const HEALTH_CHARACTERISTIC = {
  challenge: '5c4d0011b8a3472c9f5d61e0a8d7c3f2',
  proof: '5c4d0012b8a3472c9f5d61e0a8d7c3f2',
  records: '5c4d0013b8a3472c9f5d61e0a8d7c3f2',
  control: '5c4d0014b8a3472c9f5d61e0a8d7c3f2',
} as const;

/** The store's name for this way of delivering records. */
export const BLUETOOTH_WAY = 'bluetooth';

export interface HealthServiceOptions {
  readonly token: string;
  /** The serial number, 2A25. */
  readonly deviceId: string;
  readonly store: RecordStore;
}

/** Records handed to the radio at a time: few, so that live frames are not held up behind old ones. */
const RECORDS_AT_ONCE = 6;
/** With it, 300 records a second: what the protocol allows. */
const LOOK_AGAIN_MS = 20;

export class HealthService {
  readonly service: GattService;
  readonly #deviceId: string;
  readonly #key: Uint8Array;
  readonly #store: RecordStore;
  #server: GattServer | null = null;
  #challenge: ProofInput | null = null;
  #isProved = false;
  /** The next record to send; null: not streaming. */
  #next: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor({ token, deviceId, store }: HealthServiceOptions) {
    this.#deviceId = deviceId;
    this.#key = keyOfToken(token);
    this.#store = store;
    this.service = {
      uuid: HEALTH_SERVICE,
      characteristics: [
        { uuid: HEALTH_CHARACTERISTIC.challenge, properties: ['write'], write: (bytes) => this.#challenged(bytes) },
        {
          uuid: HEALTH_CHARACTERISTIC.proof,
          properties: ['read', 'write'],
          value: () => (this.#challenge === null ? null : wearableProof(this.#challenge)),
          write: (bytes) => this.#proved(bytes),
        },
        { uuid: HEALTH_CHARACTERISTIC.records, properties: ['notify'] },
        { uuid: HEALTH_CHARACTERISTIC.control, properties: ['write', 'indicate'], write: (bytes) => this.#asked(bytes) },
      ],
    };
  }

  /** Called once, with the server that serves `service`. */
  attach(server: GattServer): void {
    this.#server = server;
    server.onClosed(() => this.#forget());
  }

  /** There are new records. */
  stored(): void {
    if (this.#timer === null) this.#stream();
  }

  #challenged(consoleNonce: Uint8Array): number {
    if (consoleNonce.length !== NONCE_OCTETS) return ATT.invalidLength;
    this.#forget();
    this.#challenge = {
      key: this.#key,
      deviceId: this.#deviceId,
      consoleNonce: Uint8Array.from(consoleNonce),
      wearableNonce: randomBytes(NONCE_OCTETS),
    };
    return ATT.done;
  }

  #proved(proof: Uint8Array): number {
    const challenge = this.#challenge;
    if (proof.length !== PROOF_OCTETS) return ATT.invalidLength;
    if (challenge === null || this.#isProved) return ATT.refused;
    this.#isProved = timingSafeEqual(proof, consoleProof(challenge));
    if (!this.#isProved) this.#challenge = null;
    return this.#isProved ? ATT.done : ATT.refused;
  }

  #asked(bytes: Uint8Array): number {
    const status = this.#isProved ? this.#done(bytes) : CONTROL_STATUS.notProved;
    const { oldest, newest, id } = this.#isProved ? this.#store : { oldest: 0, newest: 0, id: 0 };
    const answer = encodeControlAnswer({ op: bytes[0] ?? 0, status, oldest, newest, store: id });
    // After the response to the write, and before the first record.
    queueMicrotask(() => {
      this.#server?.send(HEALTH_SERVICE, HEALTH_CHARACTERISTIC.control, answer);
      this.stored();
    });
    return ATT.done;
  }

  /** @returns one of CONTROL_STATUS. */
  #done(bytes: Uint8Array): number {
    const request = decodeControl(bytes);
    const { oldest, newest } = this.#store;
    switch (request.op) {
      case 'stream': {
        if (request.sequence > newest + 1) return CONTROL_STATUS.badOperand;
        this.#next = Math.max(request.sequence, oldest);
        return request.sequence !== 0 && request.sequence < oldest ? CONTROL_STATUS.noSuchSequence : CONTROL_STATUS.done;
      }
      case 'acknowledge':
        if (request.sequence > newest) return CONTROL_STATUS.badOperand;
        this.#store.acknowledge(BLUETOOTH_WAY, request.sequence);
        return CONTROL_STATUS.done;
      case 'stop':
        this.#next = null;
        return CONTROL_STATUS.done;
      case 'unknown':
        return CONTROL_STATUS.badOperand;
    }
  }

  /** No faster than the radio sends, and never so many at once that nothing else gets its turn. */
  #stream(): void {
    this.#timer = null;
    if (this.#server === null || this.#next === null) return;
    for (const record of this.#store.from(this.#next, RECORDS_AT_ONCE)) {
      const isFull = this.#server.waiting() >= RECORDS_AT_ONCE;
      if (isFull || !this.#server.send(HEALTH_SERVICE, HEALTH_CHARACTERISTIC.records, encodeRecord(record))) break;
      this.#next = record.sequence + 1;
    }
    const isHeard = this.#server.isSubscribed(HEALTH_SERVICE, HEALTH_CHARACTERISTIC.records);
    if (isHeard && this.#next <= this.#store.newest) this.#timer = setTimeout(() => this.#stream(), LOOK_AGAIN_MS);
  }

  #forget(): void {
    this.#challenge = null;
    this.#isProved = false;
    this.#next = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

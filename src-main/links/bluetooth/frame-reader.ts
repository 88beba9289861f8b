// From one device's notifications to measurements in the sink: decoded, rate-limited, and every refused frame counted.
import type { LinkSink } from '../link.ts';
import type { LinkClock } from './clock.ts';
import { clockInZone } from './device-clock.ts';
import { ReceiptSlots } from './identity.ts';
import { EMPTY_INFORMATION, type WearableInformation } from './information.ts';
import { Outbox } from './outbox.ts';
import type { DecodeOptions, MeasurementProfile } from './profiles/catalogue.ts';
import { toMeasurements } from './profiles/to-measurement.ts';
import { RateLimit } from './rate-limit.ts';

/** A busy wearable sends about ten frames a second; stored records come in bursts. */
const FRAMES_PER_SECOND = 50;
const BURST = 1_000;
/** Frames dropped on one connection before the device is a nuisance. */
const TOO_MANY_DROPPED = 1_000;

export class FrameReader {
  readonly #sink: LinkSink;
  readonly #clock: LinkClock;
  readonly #outbox: Outbox;
  readonly #slots = new ReceiptSlots();
  readonly #onFlood: () => void;
  #limit = new RateLimit(FRAMES_PER_SECOND, BURST);
  #dropped = 0;
  #deviceId = '';
  #information: WearableInformation = EMPTY_INFORMATION;
  #options: DecodeOptions = { cgm: {} };

  constructor(sink: LinkSink, clock: LinkClock, onFlood: () => void) {
    this.#sink = sink;
    this.#clock = clock;
    this.#outbox = new Outbox(sink, clock);
    this.#onFlood = onFlood;
  }

  /** A new connection: what the device says of itself steers how its frames are read. */
  opened(deviceId: string, information: WearableInformation): void {
    this.#deviceId = deviceId;
    this.#information = information;
    this.#options = { cgm: information.cgmHasCrc === null ? {} : { crc: information.cgmHasCrc } };
    this.#limit = new RateLimit(FRAMES_PER_SECOND, BURST);
    this.#dropped = 0;
  }

  /** Resolves when what was heard before has been offered to the sink. */
  close(): Promise<void> {
    return this.#outbox.close();
  }

  /** @returns whether the frame was understood. */
  heard(profile: MeasurementProfile, bytes: Uint8Array): boolean {
    const receivedAtMs = this.#clock.nowMs();
    if (!this.#limit.allows(receivedAtMs)) {
      this.#dropped += 1;
      this.#sink.frameRejected(this.#deviceId, `${profile.title}: more than ${FRAMES_PER_SECOND} frames a second`);
      if (this.#dropped === TOO_MANY_DROPPED) this.#onFlood();
      return false;
    }
    const frame = profile.decode(bytes, this.#options);
    if (!frame.ok) {
      this.#sink.frameRejected(this.#deviceId, `${profile.title}: ${frame.reason}`);
      return false;
    }
    this.#outbox.push(
      toMeasurements(frame.value, {
        deviceId: this.#deviceId,
        receivedAtMs,
        clock: this.#information.clock ?? clockInZone('UTC'),
        slots: this.#slots,
        cgmSessionStartMs: this.#information.cgmSessionStartMs,
      }),
    );
    return true;
  }
}

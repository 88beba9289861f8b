// From one standard device's notifications to measurements in the sink: decoded, rate-limited, and every refused frame counted.
import type { CgmOctetOrder } from '../../contract/models.ts';
import type { LinkSink } from '../link.ts';
import type { LinkClock } from './clock.ts';
import { clockInZone, type DeviceClock } from './device-clock.ts';
import type { ReceiptSlots } from './identity.ts';
import { type GlucoseSensor, NO_SENSOR } from './information.ts';
import type { Committed, Outbox } from './outbox.ts';
import type { DecodeOptions, Frame, MeasurementProfile } from './profiles/catalogue.ts';
import { toMeasurements } from './profiles/to-measurement.ts';
import { RateLimit } from './rate-limit.ts';

/** A busy wearable sends about ten frames a second; stored records come in bursts. */
const FRAMES_PER_SECOND = 50;
const BURST = 1_000;
/** Frames dropped on one connection before the device is a nuisance. */
const TOO_MANY_DROPPED = 1_000;

export interface FrameReaderParts {
  readonly sink: LinkSink;
  readonly clock: LinkClock;
  readonly outbox: Outbox;
  readonly slots: ReceiptSlots;
  readonly onFlood: () => void;
}

/** What a device has said of itself, which steers how its frames are read. */
export interface ReadingContext {
  readonly deviceId: string;
  readonly deviceClock: DeviceClock;
  readonly sensor: GlucoseSensor;
  readonly octetOrder: CgmOctetOrder;
}

const NO_CONTEXT: ReadingContext = {
  deviceId: '',
  deviceClock: clockInZone('UTC'),
  sensor: NO_SENSOR,
  octetOrder: 'status-first',
};

export class FrameReader {
  readonly #parts: FrameReaderParts;
  #limit = new RateLimit(FRAMES_PER_SECOND, BURST);
  #dropped = 0;
  #context = NO_CONTEXT;
  #options: DecodeOptions = { cgm: {} };

  constructor(parts: FrameReaderParts) {
    this.#parts = parts;
  }

  /** A new connection. */
  opened(context: ReadingContext): void {
    this.#limit = new RateLimit(FRAMES_PER_SECOND, BURST);
    this.#dropped = 0;
    this.changed(context);
  }

  /** The device's clock was set, or its sensor's session has begun. */
  changed(context: ReadingContext): void {
    const { sensor, octetOrder } = context;
    this.#context = context;
    this.#options = { cgm: { octetOrder, ...(sensor.hasCrc === null ? {} : { crc: sensor.hasCrc }) } };
  }

  /** @returns whether one more frame may be heard now. */
  admits(title: string): boolean {
    const { sink, clock, onFlood } = this.#parts;
    if (this.#limit.allows(clock.nowMs())) return true;
    this.#dropped += 1;
    sink.frameRejected(this.#context.deviceId, `${title}: more than ${FRAMES_PER_SECOND} frames a second`);
    if (this.#dropped === TOO_MANY_DROPPED) onFlood();
    return false;
  }

  reject(title: string, reason: string): void {
    this.#parts.sink.frameRejected(this.#context.deviceId, `${title}: ${reason}`);
  }

  /**
   * @param track names what is to be told once the frame's last measurement is committed.
   * @returns whether the frame was understood.
   */
  heard(profile: MeasurementProfile, bytes: Uint8Array, track: (frame: Frame) => Committed | null = () => null): boolean {
    if (!this.admits(profile.title)) return false;
    const frame = profile.decode(bytes, this.#options);
    if (!frame.ok) {
      this.reject(profile.title, frame.reason);
      return false;
    }
    const { deviceId, deviceClock, sensor } = this.#context;
    const measurements = toMeasurements(frame.value, {
      deviceId,
      receivedAtMs: this.#parts.clock.nowMs(),
      clock: deviceClock,
      slots: this.#parts.slots,
      cgmSessionStartMs: sensor.sessionStartMs,
      cgmCorrected: sensor.corrected,
    });
    this.#parts.outbox.push(measurements, track(frame.value));
    return true;
  }
}

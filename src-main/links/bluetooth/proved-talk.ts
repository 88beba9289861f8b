// With a HealthSense wearable: it proves its token before anything of it is taken; then its records, its clock and its ECG.
import type { Measurement } from '../link.ts';
import { ControlPoint } from './control-point.ts';
import { EcgStream } from './ecg-stream.ts';
import { CURRENT_TIME, type ShownClock } from './information.ts';
import { encodeCurrentTime } from './profiles/current-time.ts';
import { decodeEcgFeature, decodeEcgSamples, ECG_FEATURE, ECG_SAMPLES, type EcgFeature } from './profiles/ecg.ts';
import { CHALLENGE, CONTROL, PROOF, RECORDS } from './profiles/healthsense.ts';
import { proveEachOther } from './proof.ts';
import { RateLimit } from './rate-limit.ts';
import { type BackfillProgress, RecordStream } from './record-stream.ts';
import { type OpenLink, RefusedError, type Talk, type TalkParts, type TalkStatus } from './talk.ts';
import { type ClockReading, WearableClock } from './wearable-clock.ts';

/** Five frames a second are due. */
const ECG_PER_SECOND = 25;
const ECG_BURST = 100;
const ECG_TOO_MANY_DROPPED = 1_000;
/** The wearable's own heart rate by ECG is better informed than ours: it is taken while it comes this often. */
const OWN_RATE_MS = 15_000;
/** Less is not worth the setting. */
const SET_FROM_MS = 2_000;

export class ProvedTalk implements Talk {
  readonly #parts: TalkParts;
  readonly #wearableClock: WearableClock;
  readonly #records: RecordStream;
  #trust: 'proved' | 'refused' = 'refused';
  #clock: NonNullable<TalkStatus['clock']> = 'unknown';
  #clockOffsetMs: number | null = null;
  #backfill: BackfillProgress | null = null;
  #ecg: EcgFeature | null = null;
  #note = '';

  constructor(parts: TalkParts) {
    this.#parts = parts;
    this.#wearableClock = new WearableClock(parts.memory, parts.clock);
    this.#records = new RecordStream({
      ...parts,
      wearableClock: this.#wearableClock,
      onBackfill: (progress) => {
        this.#backfill = progress;
        parts.onBackfilling(progress !== null);
        parts.onChange();
      },
    });
  }

  async open(link: OpenLink): Promise<void> {
    const { connection, deviceId, remembered } = link;
    this.#trust = 'refused';
    this.#note = '';
    await this.#prove(link);
    this.#trust = 'proved';
    const control = new ControlPoint(connection, need(link, CONTROL), this.#parts.clock, (reason) => this.#reject(link, reason));
    await control.subscribe();
    await link.subscribe(need(link, RECORDS), (bytes) => this.#records.heard(bytes));
    const { newest } = await this.#records.prepare(deviceId, control, remembered.records);
    this.#wearableClock.opened(deviceId, remembered.clock);
    await this.#readClock(link, newest, async () => (await control.ask('stop')).newest);
    await this.#records.begin();
    await this.#listenToEcg(link);
  }

  closed(): void {
    this.#records.closed();
  }

  status(): TalkStatus {
    return {
      trust: this.#trust,
      clock: this.#clock,
      ...(this.#clockOffsetMs === null ? {} : { clockOffsetMs: this.#clockOffsetMs }),
      backfill: this.#backfill,
      ecg: this.#ecg === null ? null : { lead: this.#ecg.lead, sampleRateHz: this.#ecg.sampleRateHz },
      lostRecords: this.#records.lost,
      note: this.#note,
    };
  }

  /** @throws RefusedError */
  async #prove(link: OpenLink): Promise<void> {
    const { connection, deviceId, remembered } = link;
    if (remembered.tokenHash === null) {
      throw new RefusedError(
        `This HealthSense wearable has no token at this console. Add a device named ${deviceId}, and put the token it is given into the wearable`,
      );
    }
    const isProved = await proveEachOther({
      tokenHash: remembered.tokenHash,
      deviceId,
      challenge: (nonce) => connection.write(need(link, CHALLENGE), nonce),
      readProof: () => connection.read(need(link, PROOF)),
      writeProof: (proof) => connection.write(need(link, PROOF), proof),
    });
    if (isProved) return;
    throw new RefusedError(
      `It calls itself ${deviceId} but does not know that device's token. Give it the right token, or revoke ${deviceId} and add it anew`,
    );
  }

  /** How far it is off; set where it lets itself be set, so that what was dated by the wrong clock is known by its number. */
  async #readClock(link: OpenLink, newest: number, newestNow: () => Promise<number>): Promise<void> {
    const reading = readingOf(await link.inquiry.shownClock());
    await this.#wearableClock.found(reading, this.#records.committed);
    const isRight = this.#wearableClock.isRight(reading);
    this.#clock = reading.kind === 'none' ? 'unknown' : reading.kind === 'unset' ? 'unset' : isRight ? 'right' : 'corrected';
    this.#clockOffsetMs = reading.kind === 'offset' ? reading.offsetMs : null;
    const point = link.characteristics.find(({ uuid, canWrite }) => uuid === CURRENT_TIME && canWrite);
    const worthIt = reading.kind === 'unset' || (reading.kind === 'offset' && Math.abs(reading.offsetMs) > SET_FROM_MS);
    if (point === undefined || !worthIt) return;
    await link.connection.write(point, encodeCurrentTime(this.#parts.clock.nowMs()));
    if (!this.#wearableClock.isRight(readingOf(await link.inquiry.shownClock()))) return;
    await this.#wearableClock.set(Math.max(newest, await newestNow()));
    this.#note =
      reading.kind === 'unset'
        ? 'Its clock was not set; the console has set it.'
        : 'Its clock was wrong; the console has set it.';
  }

  async #listenToEcg(link: OpenLink): Promise<void> {
    const samples = link.characteristics.find(({ uuid, canSubscribe }) => uuid === ECG_SAMPLES && canSubscribe);
    const readable = link.characteristics.find(({ uuid, canRead }) => uuid === ECG_FEATURE && canRead);
    if (samples === undefined || readable === undefined) return;
    const feature = decodeEcgFeature(await link.connection.read(readable));
    if (!feature.ok) {
      this.#reject(link, `ECG: ${feature.reason}`);
      return;
    }
    this.#ecg = feature.value;
    const { clock, onEcg, onFlood } = this.#parts;
    const stream = new EcgStream(feature.value, {
      frame: (frame) => onEcg(link.deviceId, frame),
      heartRate: (perMin, receivedAtMs) => this.#derivedRate(link.deviceId, perMin, receivedAtMs),
    });
    const limit = new RateLimit(ECG_PER_SECOND, ECG_BURST);
    let dropped = 0;
    await link.subscribe(samples, (bytes) => {
      if (!limit.allows(clock.nowMs())) {
        this.#reject(link, `ECG: more than ${ECG_PER_SECOND} frames a second`);
        dropped += 1;
        if (dropped === ECG_TOO_MANY_DROPPED) onFlood();
        return false;
      }
      const frame = decodeEcgSamples(bytes);
      if (!frame.ok) {
        this.#reject(link, `ECG: ${frame.reason}`);
        return false;
      }
      return stream.heard(frame.value, clock.nowMs());
    });
  }

  /** Found in the ECG by the console, of the moment it was heard. */
  #derivedRate(deviceId: string, perMin: number, receivedAtMs: number): void {
    if (Math.abs(receivedAtMs - this.#records.lastHeartRateMs) < OWN_RATE_MS) return;
    const measurement: Measurement = {
      deviceId,
      takenAtMs: receivedAtMs,
      receivedAtMs,
      sequence: this.#parts.slots.next(receivedAtMs),
      origin: 'live',
      values: { heartRate: Math.round(perMin) },
      specials: {},
      quality: 0,
    };
    this.#parts.outbox.push([measurement]);
  }

  #reject(link: OpenLink, reason: string): void {
    this.#parts.sink.frameRejected(link.deviceId, reason);
  }
}

/** The wearable keeps UTC: the whole difference is its error. */
function readingOf(clock: ShownClock | null): ClockReading {
  if (clock === null) return { kind: 'none' };
  return clock.wallMs === null ? { kind: 'unset' } : { kind: 'offset', offsetMs: clock.wallMs - clock.consoleMs };
}

function need({ characteristics }: OpenLink, uuid: string) {
  const found = characteristics.find((candidate) => candidate.uuid === uuid);
  if (found === undefined) throw new Error('Its HealthSense service lacks a part');
  return found;
}

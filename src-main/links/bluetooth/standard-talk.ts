// With a device of the adopted profiles: subscribe to all it measures, fetch what it has kept, see to its clock.
import type { ClockEpoch, DeviceStatus } from '../link.ts';
import { clockFromCurrentTime, clockInZone, type DeviceClock, wallClockIn } from './device-clock.ts';
import { FrameReader, type ReadingContext } from './frame-reader.ts';
import { CURRENT_TIME, type ShownClock } from './information.ts';
import { decodeCuffPressure } from './profiles/blood-pressure.ts';
import { MEASUREMENT_PROFILES } from './profiles/catalogue.ts';
import { CGM_OPERATIONS, CGM_RESULT_SUCCESS, decodeCgmAnswer, encodeStartSession } from './profiles/cgm-session.ts';
import { encodeCurrentTime } from './profiles/current-time.ts';
import { decodeGlucoseContext, GLUCOSE_CONTEXT } from './profiles/glucose.ts';
import { RECORD_ACCESS } from './profiles/record-access.ts';
import { RecordAccess } from './record-access.ts';
import { StoredGlucose } from './stored-glucose.ts';
import type { OpenLink, Talk, TalkParts, TalkStatus } from './talk.ts';

const CUFF_PRESSURE = '2a36';
const MMHG_PER_KPA = 7.50062;
/** Cuffs hand in what they have kept right after they are subscribed to, dated by the clock they had. */
const SET_CLOCK_AFTER_MS = 15_000;
const SERVICE_OF_STREAM = { glucose: '1808', cgm: '181f' } as const;

export class StandardTalk implements Talk {
  readonly #parts: TalkParts;
  readonly #reader: FrameReader;
  #context: ReadingContext | null = null;
  #stored: readonly StoredGlucose[] = [];
  #accesses: readonly RecordAccess[] = [];
  #fetching: Promise<void> | null = null;
  #isFetched = true;
  #clock: NonNullable<DeviceStatus['clock']> = 'unknown';
  #backfilling = false;
  /** Records that came since they were asked for; how many there will be, meters do not say. */
  #received = 0;
  #note = '';
  #cancelSet: () => void = () => {};

  constructor(parts: TalkParts) {
    this.#parts = parts;
    this.#reader = new FrameReader(parts);
  }

  async open(link: OpenLink): Promise<void> {
    const { characteristics, deviceId, remembered } = link;
    const measuring = characteristics.filter(({ uuid, canSubscribe }) => canSubscribe && MEASUREMENT_PROFILES.has(uuid));
    if (measuring.length === 0) throw new Error('It offers no measurements that HealthSense knows');
    this.#note = '';
    const shown = await link.inquiry.shownClock();
    const deviceClock = await this.#deviceClock(link, shown);
    let sensor = await link.inquiry.glucoseSensor(deviceClock, remembered.cgm);
    if (sensor.stopped && link.byPerson && (await this.#startSensor(link, sensor.hasCrc === true)))
      sensor = await link.inquiry.glucoseSensor(deviceClock, remembered.cgm);
    if (sensor.stopped) this.#note = 'The session of its glucose sensor has stopped.';
    this.#context = { deviceId, deviceClock, sensor, octetOrder: remembered.cgmOctetOrder };
    this.#reader.opened(this.#context);
    this.#stored = (['glucose', 'cgm'] as const).flatMap((stream) => this.#storedOf(link, stream));
    for (const characteristic of measuring) {
      const profile = MEASUREMENT_PROFILES.get(characteristic.uuid);
      if (profile === undefined) continue;
      await link.subscribe(characteristic, (bytes) =>
        this.#reader.heard(profile, bytes, (frame) => {
          for (const stored of this.#stored) {
            const committed = stored.heard(frame);
            if (committed === null) continue;
            this.#received += 1;
            return committed;
          }
          return null;
        }),
      );
    }
    await this.#listenBeside(link);
    for (const access of this.#accesses) await access.subscribe();
    this.#isFetched = this.#stored.length === 0;
    this.look();
    this.#cancelSet = this.#parts.clock.after(SET_CLOCK_AFTER_MS, () => void this.#setClock(link, shown, deviceClock));
  }

  closed(): void {
    this.#cancelSet();
    this.#stored = [];
    this.#accesses = [];
    this.#isFetched = true;
    this.#setBackfilling(false);
  }

  /** What could not be fetched is tried again. */
  look(): void {
    if (this.#isFetched || this.#fetching !== null) return;
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = null;
    });
  }

  status(): TalkStatus {
    const offsetMs = this.#context?.deviceClock.offsetMs ?? null;
    return {
      trust: 'paired',
      clock: this.#clock,
      ...(offsetMs === null ? {} : { clockOffsetMs: offsetMs }),
      backfill: this.#backfilling ? { received: this.#received, expected: 0 } : null,
      ecg: null,
      lostRecords: 0,
      note: this.#note,
    };
  }

  #storedOf(link: OpenLink, stream: 'glucose' | 'cgm'): StoredGlucose[] {
    const { connection, characteristics, deviceId, remembered } = link;
    const point = characteristics.find(
      ({ service, uuid, canSubscribe }) => service === SERVICE_OF_STREAM[stream] && uuid === RECORD_ACCESS && canSubscribe,
    );
    if (point === undefined) return [];
    const access = new RecordAccess(connection, point, this.#parts.clock, (reason) =>
      this.#parts.sink.frameRejected(deviceId, reason),
    );
    this.#accesses = [...this.#accesses, access];
    const anchor = stream === 'glucose' ? 0 : (this.#context?.sensor.sessionStartMs ?? 0);
    const known = remembered[stream];
    const isSame = known !== null && known.anchor === anchor && (stream === 'glucose' || anchor !== 0);
    const { memory } = this.#parts;
    return [new StoredGlucose({ memory, deviceId, stream, anchor, access, remembered: isSame ? known : null })];
  }

  async #fetch(): Promise<void> {
    this.#received = 0;
    this.#setBackfilling(true);
    const stored = this.#stored;
    let isWhole = true;
    for (const one of stored) isWhole = (await one.fetch()) && isWhole;
    if (stored !== this.#stored) return;
    this.#isFetched = isWhole;
    if (!isWhole) this.#note = 'What it has kept could not be fetched yet; it is tried again.';
    this.#setBackfilling(false);
  }

  #setBackfilling(isOn: boolean): void {
    if (this.#backfilling === isOn) return;
    this.#backfilling = isOn;
    this.#parts.onBackfilling(isOn);
  }

  /** What says something of the measuring, not of the patient. */
  async #listenBeside(link: OpenLink): Promise<void> {
    const cuff = link.characteristics.find(({ uuid, canSubscribe }) => uuid === CUFF_PRESSURE && canSubscribe);
    if (cuff !== undefined) await link.subscribe(cuff, (bytes) => this.#cuffHeard(bytes));
    const context = link.characteristics.find(({ uuid, canSubscribe }) => uuid === GLUCOSE_CONTEXT && canSubscribe);
    if (context !== undefined) await link.subscribe(context, (bytes) => this.#contextHeard(bytes));
  }

  #cuffHeard(bytes: Uint8Array): boolean {
    if (!this.#reader.admits('Cuff pressure')) return false;
    const frame = decodeCuffPressure(bytes);
    if (!frame.ok) {
      this.#reader.reject('Cuff pressure', frame.reason);
      return false;
    }
    const { cuffPressure, unit } = frame.value;
    if (cuffPressure.type !== 'number') return true;
    const mmHg = Math.round(unit === 'kPa' ? cuffPressure.value * MMHG_PER_KPA : cuffPressure.value);
    this.#tell(`Measuring: the cuff is at ${mmHg} mmHg.`);
    return true;
  }

  #contextHeard(bytes: Uint8Array): boolean {
    if (!this.#reader.admits('Glucose context')) return false;
    const context = decodeGlucoseContext(bytes);
    if (!context.ok) {
      this.#reader.reject('Glucose context', context.reason);
      return false;
    }
    const { meal, carbohydrateGrams } = context.value;
    const parts = [meal, carbohydrateGrams === null ? null : `${Math.round(carbohydrateGrams)} g carbohydrate`];
    const words = parts.filter((part) => part !== null).join(', ');
    if (words !== '') this.#tell(`Its last reading: ${words}.`);
    return true;
  }

  #tell(note: string): void {
    if (note === this.#note) return;
    this.#note = note;
    this.#parts.onChange();
  }

  /** @returns whether it says that it has begun. */
  async #startSensor(link: OpenLink, hasCrc: boolean): Promise<boolean> {
    const point = link.characteristics.find(
      ({ uuid, canWrite, canSubscribe }) => uuid === CGM_OPERATIONS && canWrite && canSubscribe,
    );
    if (point === undefined) return false;
    const started = new Promise<boolean>((resolve) => {
      void link.connection.subscribe(point, (bytes) => {
        const answer = decodeCgmAnswer(bytes, hasCrc);
        resolve(answer.ok && answer.value.result === CGM_RESULT_SUCCESS);
      });
      this.#parts.clock.after(5_000, () => resolve(false));
    });
    await link.connection.write(point, encodeStartSession(hasCrc));
    return started;
  }

  async #deviceClock({ deviceId, remembered }: OpenLink, shown: ShownClock | null): Promise<DeviceClock> {
    const zone = this.#parts.timeZone();
    const known = remembered.clock.at(-1)?.offsetMs ?? null;
    const found = shown === null ? null : clockFromCurrentTime(shown.shown, shown.consoleMs, zone, known);
    this.#clock = shown === null ? 'unknown' : found === null ? 'unset' : found.correctionMs === 0 ? 'right' : 'corrected';
    if (found !== null && found.correctionMs !== (known ?? 0)) {
      const epoch: ClockEpoch = { measuredAtMs: this.#parts.clock.nowMs(), offsetMs: found.correctionMs, untilSequence: null };
      await this.#parts.memory.saveClockEpoch(deviceId, epoch);
    }
    return found ?? clockInZone(zone);
  }

  /** To the wall clock of the clinic, where the device lets itself be set and shows another. */
  async #setClock(link: OpenLink, shown: ShownClock | null, before: DeviceClock): Promise<void> {
    const point = link.characteristics.find(({ uuid, canWrite }) => uuid === CURRENT_TIME && canWrite);
    const isWrong = shown !== null && (shown.wallMs === null || before.correctionMs !== 0);
    if (point === undefined || !isWrong) return;
    try {
      await this.#fetching;
      await link.connection.write(point, encodeCurrentTime(wallClockIn(this.#parts.clock.nowMs(), this.#parts.timeZone())));
      const deviceClock = await this.#deviceClock(link, await link.inquiry.shownClock());
      if (this.#context === null || deviceClock.correctionMs !== 0) return;
      this.#context = { ...this.#context, deviceClock };
      this.#reader.changed(this.#context);
      this.#tell('Its clock was wrong; the console has set it.');
    } catch (error) {
      this.#parts.logger.debug({ error, deviceId: link.deviceId }, 'the device did not let its clock be set');
    }
  }
}

// The simulated wearable: the application of the Raspberry Pi wearable, with a simulated body or a recording as its sensors.
import { readFileSync } from 'node:fs';
import { BLUETOOTH_WAY } from './health-service.ts';
import { type PatientProfileName, PROFILES } from './patient-profiles.ts';
import { Physiology } from './physiology.ts';
import { RecordStore } from './record-store.ts';
import { parseRecording } from './recording.ts';
import { replaySensors } from './replay.ts';
import { simulatedSensors } from './sensors/simulated.ts';
import { Wearable } from './wearable.ts';

export { PATIENT_PROFILES, type PatientProfileName } from './patient-profiles.ts';
export { RecordStore } from './record-store.ts';
export { Wearable } from './wearable.ts';

export interface SimulatedWearableOptions {
  /** 4 to 40 letters, digits, dots, dashes: becomes the device id. */
  readonly serial: string;
  readonly name: string;
  /** `aa:bb:cc:dd:ee:ff` */
  readonly address: string;
  /** The device token: with it, the wearable proves itself and keeps records until they are acknowledged. Default none. */
  readonly token?: string;
  /** Its memory, which outlives it. Default: one that is gone with it. */
  readonly store?: RecordStore;
  /** Who wears it; ignored where there is a recording. Default healthy. */
  readonly profile?: PatientProfileName;
  /** CSV with the columns of the payload or of a bedside monitor (recording.ts). */
  readonly replayFile?: string;
  /** Body time per real time. Frames keep their real pace and time; what they say moves faster. Default 1. */
  readonly speed?: number;
  readonly seed?: number;
  /** Body time at start, UTC ms: sets the hour of day. Default now. */
  readonly startMs?: number;
  /** How long the body has lived when the wearable is put on: until then it has settled, and its past can be told. Default 0. */
  readonly livedMs?: number;
  /** A recording begins when somebody first listens, unless this says that it begins at the start. Default false. */
  readonly beginsAtOnce?: boolean;
  /** Link losses per real hour. Default 2; none in a replay. */
  readonly dropOutsPerHour?: number;
  /** Real ms between samples. Default 1000. */
  readonly tickMs?: number;
  readonly nowMs?: () => number;
}

/** About half a day. */
const KEPT_RECORDS = 100_000;

export interface SimulatedWearable {
  /** What a virtual radio hosts. */
  readonly peripheral: Wearable;
  start(): void;
  stop(): void;
}

/** @throws Error in plain words where the recording cannot be read. */
export function createSimulatedWearable(options: SimulatedWearableOptions): SimulatedWearable {
  const { serial, name, address, replayFile, speed = 1, seed = 1, tickMs = 1_000, nowMs = Date.now } = options;
  const token = options.token ?? null;
  const startMs = options.startMs ?? nowMs();
  const store = token === null ? null : (options.store ?? memoryStore());
  const onNotKept = (error: unknown): never => {
    throw error;
  };
  const base = { serial, name, address, token, store, speed, seed, tickMs, nowMs, startMs, onNotKept };
  const peripheral =
    replayFile === undefined ? simulated(options, base) : replaying(readFileSync(replayFile, 'utf8'), options, base);
  return { peripheral, start: () => peripheral.start(), stop: () => peripheral.stop() };
}

function memoryStore(): RecordStore {
  return new RecordStore({ path: ':memory:', capacity: KEPT_RECORDS, ways: [BLUETOOTH_WAY] });
}

type Base = Omit<ConstructorParameters<typeof Wearable>[0], 'sensors' | 'advance' | 'dropOutsPerHour' | 'waitsForListener'>;

function simulated(options: SimulatedWearableOptions, base: Base): Wearable {
  const profile = PROFILES[options.profile ?? 'healthy'];
  const body = new Physiology(profile, base.seed, base.startMs - (options.livedMs ?? 0));
  body.advanceTo(base.startMs);
  const sensors = simulatedSensors(body, base.seed, base.startMs, profile.irregularPulse);
  const advance = (bodyMs: number) => body.advanceTo(bodyMs);
  return new Wearable({ ...base, sensors, advance, waitsForListener: false, dropOutsPerHour: options.dropOutsPerHour ?? 2 });
}

function replaying(csv: string, options: SimulatedWearableOptions, base: Base): Wearable {
  const sensors = replaySensors(parseRecording(csv), base.startMs, base.seed);
  return new Wearable({
    ...base,
    sensors,
    advance: () => {},
    waitsForListener: options.beginsAtOnce !== true,
    dropOutsPerHour: options.dropOutsPerHour ?? 0,
  });
}

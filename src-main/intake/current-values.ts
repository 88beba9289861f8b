// The newest value of each vital of each patient, from devices and from people, as screens show it now.
import { type CurrentValue, type Observation, type SpecialValue, specialValue } from '../contract/models.ts';
import { countsFromOf, QUALITY, type QualityFlag, UNSCORED_QUALITY } from '../links/link.ts';
import type { ReadingRow } from '../store/ports.ts';
import { VITAL_KINDS, type VitalKind } from '../vitals/kinds.ts';
import { Trend } from './trend.ts';

/** At most four changes a second per patient reach the screens. */
const EVENT_EVERY_MS = 250;
/** Receipts may be handed in a little out of order; received this much later and still earlier by the clock: the clock was set back. */
const OUT_OF_ORDER_MS = 10_000;
/** Entries by hand remembered per kind, so that retracting one brings back the one before. */
const ENTRIES_KEPT = 16;

/** A measurement as it came in, or a row as it was stored. */
type DeviceSample = Omit<ReadingRow, 'readingId' | 'sequence'>;

interface DeviceValue {
  readonly value: number | null;
  readonly special: SpecialValue | null;
  readonly takenAtMs: number;
  readonly receivedAtMs: number;
  readonly deviceId: string;
  readonly quality: number;
}

interface Slot {
  device: DeviceValue | null;
  /** Taken back and not replaced yet: the screens are told that there is no value any more. */
  withdrawn: DeviceValue | null;
  /** Not retracted, oldest first. */
  entries: Observation[];
  trend: Trend;
}

interface PatientValues {
  readonly slots: Map<VitalKind, Slot>;
  readonly changed: Set<VitalKind>;
  /** By the monotonic clock: a wall clock set back must not hold up what screens hear. */
  lastEventMono: number;
  timer: NodeJS.Timeout | null;
}

export interface CurrentValuesOptions {
  /** The kinds that changed, as they are now. */
  readonly onChange: (patientId: number, values: readonly CurrentValue[]) => void;
}

function qualityNames(quality: number): readonly QualityFlag[] {
  return (Object.keys(QUALITY) as QualityFlag[]).filter((flag) => (quality & QUALITY[flag]) !== 0);
}

export class CurrentValues {
  readonly #onChange: CurrentValuesOptions['onChange'];
  readonly #patients = new Map<number, PatientValues>();

  constructor(options: CurrentValuesOptions) {
    this.#onChange = options.onChange;
  }

  /** What the store knows at the start of the console; raises no event. Rows oldest first. */
  load(patientId: number, rows: readonly ReadingRow[], observations: readonly Observation[]): void {
    for (const row of rows) this.#takeIn(patientId, row);
    for (const entry of observations) this.#takeEntry(entry);
    this.#patients.get(patientId)?.changed.clear();
  }

  /** A stored reading. Back-filled ones never become current, nor do those older than what is there. */
  deviceReading(patientId: number, measurement: DeviceSample): void {
    this.#takeIn(patientId, measurement, true);
    this.#announce(patientId);
  }

  /** What the store knows of somebody who is here already: a device was bound, a patient came back. Newer values stay. */
  refill(patientId: number, rows: readonly ReadingRow[], observations: readonly Observation[]): void {
    for (const row of rows) this.#takeIn(patientId, row);
    for (const entry of observations) this.#takeEntry(entry);
    this.#announce(patientId);
  }

  /** Takes back device values that have turned out to be somebody else's: they are shown no longer. */
  withdraw(patientId: number, isTheirs: (deviceId: string, takenAtMs: number) => boolean): void {
    const patient = this.#patients.get(patientId);
    if (patient === undefined) return;
    for (const [kind, slot] of patient.slots) {
      if (slot.device === null || isTheirs(slot.device.deviceId, slot.device.takenAtMs)) continue;
      slot.withdrawn = slot.device;
      slot.device = null;
      slot.trend = new Trend(kind);
      patient.changed.add(kind);
    }
    this.#announce(patientId);
  }

  /** The patient has left. */
  forget(patientId: number): void {
    const timer = this.#patients.get(patientId)?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    this.#patients.delete(patientId);
  }

  /** An entry by hand, new or just retracted. */
  observation(entry: Observation): void {
    this.#takeEntry(entry);
    this.#announce(entry.patientId);
  }

  /** Of one patient, in the order of the table of vitals. */
  of(patientId: number): readonly CurrentValue[] {
    const patient = this.#patients.get(patientId);
    if (patient === undefined) return [];
    return VITAL_KINDS.flatMap((kind) => {
      const slot = patient.slots.get(kind);
      return (slot === undefined ? null : currentOf(kind, slot)) ?? [];
    });
  }

  close(): void {
    for (const patient of this.#patients.values()) if (patient.timer !== null) clearTimeout(patient.timer);
    this.#patients.clear();
  }

  #takeIn(patientId: number, sample: DeviceSample, heardNow = false): void {
    if (sample.origin !== 'live') return;
    const patient = this.#patient(patientId);
    for (const kind of VITAL_KINDS) {
      const value = sample.values[kind];
      const special = specialValue.options.find((name) => name === sample.specials[kind]);
      if (value === undefined && special === undefined) continue;
      const slot = slotOf(patient, kind);
      if (slot.device !== null && !isNews(sample, kind, slot.device) && !(heardNow && isClockBack(sample, slot.device))) continue;
      const { takenAtMs, receivedAtMs, deviceId, quality } = sample;
      slot.withdrawn = null;
      slot.device = { value: value ?? null, special: special ?? null, takenAtMs, receivedAtMs, deviceId, quality };
      if (value !== undefined && (quality & UNSCORED_QUALITY) === 0) slot.trend.add(takenAtMs, value);
      patient.changed.add(kind);
    }
  }

  #takeEntry(entry: Observation): void {
    const kind = VITAL_KINDS.find((name) => name === entry.kind);
    if (kind === undefined) return;
    const patient = this.#patient(entry.patientId);
    const slot = slotOf(patient, kind);
    const others = slot.entries.filter(({ observationId }) => observationId !== entry.observationId);
    if (entry.retractedAtMs === null) others.push(entry);
    slot.entries = others.sort((a, b) => countsFromMs(a) - countsFromMs(b)).slice(-ENTRIES_KEPT);
    patient.changed.add(kind);
  }

  #announce(patientId: number): void {
    const patient = this.#patient(patientId);
    if (patient.changed.size === 0 || patient.timer !== null) return;
    const waitMs = patient.lastEventMono + EVENT_EVERY_MS - performance.now();
    if (waitMs <= 0) {
      this.#emit(patientId, patient);
      return;
    }
    patient.timer = setTimeout(() => this.#emit(patientId, patient), waitMs);
    patient.timer.unref();
  }

  #emit(patientId: number, patient: PatientValues): void {
    patient.timer = null;
    patient.lastEventMono = performance.now();
    const kinds = [...patient.changed];
    patient.changed.clear();
    this.#onChange(patientId, this.#values(patient, kinds));
  }

  /** For an event: kinds whose value was taken back are told as being without one. */
  #values(patient: PatientValues, kinds: readonly VitalKind[]): readonly CurrentValue[] {
    return kinds.flatMap((kind) => {
      const slot = patient.slots.get(kind);
      return (slot === undefined ? null : (currentOf(kind, slot) ?? goneOf(kind, slot))) ?? [];
    });
  }

  #patient(patientId: number): PatientValues {
    let patient = this.#patients.get(patientId);
    if (patient === undefined) {
      patient = { slots: new Map(), changed: new Set(), lastEventMono: Number.NEGATIVE_INFINITY, timer: null };
      this.#patients.set(patientId, patient);
    }
    return patient;
  }
}

function slotOf(patient: PatientValues, kind: VitalKind): Slot {
  let slot = patient.slots.get(kind);
  if (slot === undefined) {
    slot = { device: null, withdrawn: null, entries: [], trend: new Trend(kind) };
    patient.slots.set(kind, slot);
  }
  return slot;
}

/** The console's clock was set back since: what is heard now is newer, whatever the times say. */
function isClockBack({ takenAtMs, receivedAtMs }: DeviceSample, known: DeviceValue): boolean {
  return receivedAtMs < known.receivedAtMs - OUT_OF_ORDER_MS && takenAtMs < known.takenAtMs;
}

/** Newer than what is there, and no repeat of it. */
function isNews(sample: DeviceSample, kind: VitalKind, known: DeviceValue): boolean {
  const { takenAtMs, deviceId, values } = sample;
  const [fromMs, knownMs] = [countsFromOf(sample), countsFromOf(known)];
  // What came in together keeps the order of the device, however far ahead its clock is.
  if (fromMs < knownMs || (fromMs === knownMs && takenAtMs < known.takenAtMs)) return false;
  return !(takenAtMs === known.takenAtMs && deviceId === known.deviceId && (values[kind] ?? null) === known.value);
}

/** An override stands for the device reading it replaces, even where that was taken a little later than the entry says. */
function countsFromMs(entry: Observation): number {
  return Math.max(entry.takenAtMs, entry.overrides?.takenAtMs ?? entry.takenAtMs);
}

/** The newer of the two; at the same time the person's. */
function currentOf(kind: VitalKind, { device, entries, trend }: Slot): CurrentValue | null {
  const entry = entries.at(-1);
  if (entry !== undefined && (device === null || countsFromMs(entry) >= countsFromOf(device))) {
    return {
      kind,
      value: entry.value,
      special: null,
      takenAtMs: entry.takenAtMs,
      receivedAtMs: entry.recordedAtMs,
      source: 'manual',
      deviceId: null,
      quality: [],
      trendPerMinute: null,
    };
  }
  if (device === null) return null;
  const { value, special, takenAtMs, receivedAtMs, deviceId, quality } = device;
  return {
    kind,
    value,
    special,
    takenAtMs,
    receivedAtMs,
    source: 'device',
    deviceId,
    quality: qualityNames(quality),
    trendPerMinute: value === null ? null : trend.perMinute(),
  };
}

function goneOf(kind: VitalKind, { withdrawn }: Slot): CurrentValue | null {
  if (withdrawn === null) return null;
  const { takenAtMs, receivedAtMs } = withdrawn;
  return {
    kind,
    value: null,
    special: null,
    takenAtMs,
    receivedAtMs,
    source: 'device',
    deviceId: null,
    quality: [],
    trendPerMinute: null,
  };
}

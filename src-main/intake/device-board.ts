// What is known of each device while the console runs: link state, battery, signal, counts of what it sent. One row per device.
import type { Device } from '../contract/models.ts';
import type { DeviceStatus } from '../links/link.ts';
import type { DeviceRecord } from '../store/ports.ts';
import type { Bindings } from './bindings.ts';

/** Counts and signal strength reach the screens at most this often per device; a change of state at once. */
const EVENT_EVERY_MS = 1000;

export interface DeviceBoardOptions {
  readonly bindings: Bindings;
  /** Null for a patient that is not known (any more). */
  readonly patient: (patientId: number) => { readonly name: string; readonly mrn: string } | null;
  readonly onChange: (device: Device) => void;
}

type Count = 'accepted' | 'duplicates' | 'rejected' | 'unbound';

interface Row {
  record: DeviceRecord;
  status: Partial<DeviceStatus>;
  lastHeardAtMs: number | null;
  lastRejection: string;
  readonly counts: { [C in Count]: number };
  /** By the monotonic clock: a wall clock set back must not hold up what screens hear. */
  lastEventMono: number;
  timer: NodeJS.Timeout | null;
}

export class DeviceBoard {
  readonly #options: DeviceBoardOptions;
  readonly #rows = new Map<string, Row>();
  /** What a device said before it had a row: scanned, but nothing accepted from it yet. */
  readonly #announced = new Map<string, DeviceStatus>();

  constructor(options: DeviceBoardOptions) {
    this.#options = options;
  }

  /** Known devices at the start; raises no event. */
  load(records: readonly DeviceRecord[]): void {
    for (const record of records) this.#take(record);
  }

  /** A device was added or changed in the store. */
  put(record: DeviceRecord): Device {
    const row = this.#take(record);
    this.#emit(row);
    return this.#device(row);
  }

  record(deviceId: string): DeviceRecord | null {
    return this.#rows.get(deviceId)?.record ?? null;
  }

  /** What the device has said of itself since the console started, whether it has a row or not. */
  statusOf(deviceId: string): Partial<DeviceStatus> {
    return this.#rows.get(deviceId)?.status ?? this.#announced.get(deviceId) ?? {};
  }

  device(deviceId: string): Device | null {
    const row = this.#rows.get(deviceId);
    return row === undefined ? null : this.#device(row);
  }

  devices(): readonly Device[] {
    return [...this.#rows.values()].map((row) => this.#device(row));
  }

  status(status: DeviceStatus): void {
    const row = this.#rows.get(status.deviceId);
    if (row === undefined) {
      this.#announced.set(status.deviceId, { ...this.#announced.get(status.deviceId), ...status });
      return;
    }
    const stateChanged = row.status.state !== status.state || row.status.detail !== status.detail;
    row.status = { ...row.status, ...status, detail: status.detail ?? '' };
    this.#changed(row, stateChanged);
  }

  heard(deviceId: string, atMs: number): void {
    const row = this.#rows.get(deviceId);
    if (row === undefined) return;
    row.lastHeardAtMs = Math.max(row.lastHeardAtMs ?? 0, atMs);
    const revived = row.record.transport !== 'bluetooth' && row.status.state !== 'connected';
    // HTTP and MQTT devices have no connection to report: a reading is the sign that they are there.
    if (revived) row.status = { ...row.status, state: 'connected', detail: '' };
    this.#changed(row, revived);
  }

  count(deviceId: string, what: Count, reason = ''): void {
    const row = this.#rows.get(deviceId);
    if (row === undefined) return;
    row.counts[what]++;
    if (reason !== '') row.lastRejection = reason;
    this.#changed(row, false);
  }

  /** The device's binding has changed. */
  rebound(deviceId: string): Device | null {
    const row = this.#rows.get(deviceId);
    if (row === undefined) return null;
    this.#emit(row);
    return this.#device(row);
  }

  close(): void {
    for (const row of this.#rows.values()) if (row.timer !== null) clearTimeout(row.timer);
  }

  #take(record: DeviceRecord): Row {
    const known = this.#rows.get(record.deviceId);
    if (known !== undefined) {
      known.record = record;
      return known;
    }
    const row: Row = {
      record,
      status: this.#announced.get(record.deviceId) ?? {},
      lastHeardAtMs: record.lastHeardAtMs,
      lastRejection: '',
      counts: { accepted: 0, duplicates: 0, rejected: 0, unbound: 0 },
      lastEventMono: Number.NEGATIVE_INFINITY,
      timer: null,
    };
    this.#announced.delete(record.deviceId);
    this.#rows.set(record.deviceId, row);
    return row;
  }

  #changed(row: Row, atOnce: boolean): void {
    if (atOnce) {
      this.#emit(row);
      return;
    }
    if (row.timer !== null) return;
    const waitMs = Math.max(row.lastEventMono + EVENT_EVERY_MS - performance.now(), 0);
    row.timer = setTimeout(() => this.#emit(row), waitMs);
    row.timer.unref();
  }

  #emit(row: Row): void {
    if (row.timer !== null) clearTimeout(row.timer);
    row.timer = null;
    row.lastEventMono = performance.now();
    this.#options.onChange(this.#device(row));
  }

  #device({ record, status, lastHeardAtMs, lastRejection, counts }: Row): Device {
    const open = this.#options.bindings.openOf(record.deviceId);
    const patient = open === null ? null : this.#options.patient(open.patientId);
    return {
      deviceId: record.deviceId,
      transport: record.transport,
      name: record.name !== '' ? record.name : (status.name ?? ''),
      address: record.address ?? status.address ?? null,
      model: record.model !== '' ? record.model : modelText(status),
      firmware: record.firmware !== '' ? record.firmware : (status.firmware ?? ''),
      state: record.revokedAtMs !== null ? 'stopped' : (status.state ?? 'unseen'),
      detail: status.detail ?? '',
      batteryPercent: status.batteryPercent ?? null,
      rssiDbm: status.rssiDbm ?? null,
      clockOffsetMs: status.clockOffsetMs ?? null,
      lastHeardAtMs,
      addedAtMs: record.addedAtMs,
      revokedAtMs: record.revokedAtMs,
      tokenUsedAtMs: record.tokenUsedAtMs,
      tokenUsedFrom: record.tokenUsedFrom,
      boundTo:
        open === null || patient === null
          ? null
          : { patientId: open.patientId, name: patient.name, mrn: patient.mrn, fromMs: open.fromMs },
      ...counts,
      lastRejection,
    };
  }
}

/** `Nonin 3150`: manufacturer and model number as the device tells them. */
export function modelText({ manufacturer, modelNumber }: Partial<DeviceStatus>): string {
  return [manufacturer, modelNumber].filter((part) => part !== undefined && part !== '').join(' ');
}

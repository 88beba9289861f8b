// What is known of each device while the console runs: link state, battery, signal, counts of what it sent. One row per device.
import type { Binding, Device, RejectionCount } from '../contract/models.ts';
import type { DeviceStatus } from '../links/link.ts';
import type { DeviceRecord } from '../store/ports.ts';
import type { Bindings } from './bindings.ts';

/** Counts and signal strength reach the screens at most this often per device; a change of state at once. */
const EVENT_EVERY_MS = 1000;

export interface DeviceBoardOptions {
  readonly bindings: Bindings;
  /** Null for a patient that is not known (any more). */
  readonly patient: (patientId: number) => { readonly name: string; readonly mrn: string } | null;
  /** When a binding ends by itself; null: it does not. */
  readonly untilMs?: (binding: Binding) => number | null;
  /** UTC ms; the machine's clock where left out. */
  readonly now?: () => number;
  readonly onChange: (device: Device) => void;
}

type Count = 'accepted' | 'backfilled' | 'duplicates' | 'rejected' | 'unbound';

/** Different reasons remembered per device, and how many of them screens are told. */
const REASONS_KEPT = 64;
const REASONS_TOLD = 8;
const LONGEST_REASON = 300;
/** Refusals remembered of a device without a row, and of how many such devices. */
const EARLY_KEPT = 1_000;
const EARLY_DEVICES = 50;

interface Row {
  record: DeviceRecord;
  status: Partial<DeviceStatus>;
  lastHeardAtMs: number | null;
  lastRejection: string;
  readonly rejections: Map<string, { count: number; lastAtMs: number }>;
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
  /** What was refused of it before that: part of its row from the beginning. */
  readonly #refusedEarly = new Map<string, string[]>();

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

  /** Why the last thing was refused that it has sent since then; null: nothing was. */
  refusedSince(deviceId: string, sinceMs: number): string | null {
    const rejections = this.#rows.get(deviceId)?.rejections ?? [];
    // The newest is the last.
    const [reason, last] = [...rejections].at(-1) ?? [];
    return reason !== undefined && last !== undefined && last.lastAtMs >= sinceMs ? reason : null;
  }

  count(deviceId: string, what: Count, reason = ''): void {
    const row = this.#rows.get(deviceId);
    if (row === undefined) {
      if (what === 'rejected') this.#refuseEarly(deviceId, reason);
      return;
    }
    row.counts[what]++;
    if (reason !== '') this.#noteReason(row, reason.slice(0, LONGEST_REASON));
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
      rejections: new Map(),
      counts: { accepted: 0, backfilled: 0, duplicates: 0, rejected: 0, unbound: 0 },
      lastEventMono: Number.NEGATIVE_INFINITY,
      timer: null,
    };
    this.#announced.delete(record.deviceId);
    this.#rows.set(record.deviceId, row);
    for (const reason of this.#refusedEarly.get(record.deviceId) ?? []) {
      row.counts.rejected++;
      if (reason !== '') this.#noteReason(row, reason);
    }
    this.#refusedEarly.delete(record.deviceId);
    return row;
  }

  #refuseEarly(deviceId: string, reason: string): void {
    const reasons = this.#refusedEarly.get(deviceId) ?? [];
    if (reasons.length < EARLY_KEPT) reasons.push(reason.slice(0, LONGEST_REASON));
    this.#refusedEarly.delete(deviceId);
    this.#refusedEarly.set(deviceId, reasons);
    const oldest = this.#refusedEarly.size > EARLY_DEVICES ? this.#refusedEarly.keys().next().value : undefined;
    if (oldest !== undefined) this.#refusedEarly.delete(oldest);
  }

  /** A device that finds ever new ways to be wrong pushes out the reason not met for longest. */
  #noteReason(row: Row, reason: string): void {
    row.lastRejection = reason;
    const count = (row.rejections.get(reason)?.count ?? 0) + 1;
    row.rejections.delete(reason);
    row.rejections.set(reason, { count, lastAtMs: (this.#options.now ?? Date.now)() });
    const oldest = row.rejections.size > REASONS_KEPT ? row.rejections.keys().next().value : undefined;
    if (oldest !== undefined) row.rejections.delete(oldest);
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

  #device({ record, status, lastHeardAtMs, lastRejection, rejections, counts }: Row): Device {
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
          : {
              patientId: open.patientId,
              name: patient.name,
              mrn: patient.mrn,
              fromMs: open.fromMs,
              untilMs: this.#options.untilMs?.(open) ?? null,
            },
      trust: record.transport === 'bluetooth' ? (status.trust ?? 'paired') : 'token',
      clock: status.clock ?? 'unknown',
      backfill: status.backfill ?? null,
      ecg: status.ecg ?? null,
      cgmOctetOrder: record.cgmOctetOrder,
      lost: status.lostRecords ?? 0,
      ...counts,
      lastRejection,
      rejections: topReasons(rejections),
    };
  }
}

function topReasons(rejections: Row['rejections']): readonly RejectionCount[] {
  return [...rejections]
    .map(([reason, { count, lastAtMs }]) => ({ reason, count, lastAtMs }))
    .sort((a, b) => b.count - a.count || b.lastAtMs - a.lastAtMs)
    .slice(0, REASONS_TOLD);
}

/** `Nonin 3150`: manufacturer and model number as the device tells them. */
export function modelText({ manufacturer, modelNumber }: Partial<DeviceStatus>): string {
  return [manufacturer, modelNumber].filter((part) => part !== undefined && part !== '').join(' ');
}

// What a link must know of a device across restarts: its token, how far its records are stored, how its clock stood; and the radio.
import { type AdapterChoice, adapterChoice, type BluetoothSettings, type CgmOctetOrder } from '../contract/models.ts';
import type { ClockEpoch, DeviceMemory, RecordStream, StreamPosition } from '../links/link.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { deviceReads } from './devices.ts';
import type { By } from './ports.ts';

/** Readings committed whose position was not saved any more (the process ended in between) are looked for from this long before. */
const OVERLAP_MS = 10 * 60_000;
const MOST_OVERLAP = 10_000;
const EPOCHS_KEPT = 50;

const DEFAULT_BLUETOOTH: BluetoothSettings = { adapter: { kind: 'system', hci: null }, bindingHours: null };

export function linkMemoryReads(db: ReadableDatabase) {
  const devices = deviceReads(db);
  const own = db.prepare<[number], { tokenHash: string | null; cgmOctetOrder: CgmOctetOrder }>(
    'SELECT token_hash AS tokenHash, cgm_octet_order AS cgmOctetOrder FROM source WHERE source_id = ?',
  );
  const positions = db.prepare<[number], StreamPosition & { stream: RecordStream }>(
    'SELECT stream, position, anchor, taken_at_ms AS takenAtMs FROM record_position WHERE source_id = ?',
  );
  const epochs = db.prepare<[number], ClockEpoch>(
    `SELECT measured_at_ms AS measuredAtMs, offset_ms AS offsetMs, until_sequence AS untilSequence FROM clock_epoch
     WHERE source_id = ? ORDER BY measured_at_ms DESC LIMIT ${EPOCHS_KEPT}`,
  );
  const after = db.prepare<[number, number, number], { sequence: number; takenAtMs: number }>(
    `SELECT sequence, taken_at_ms AS takenAtMs FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND sequence > ?
     ORDER BY sequence LIMIT ${MOST_OVERLAP}`,
  );
  const settings = db.prepare<[], { adapter: string; bindingHours: number | null }>(
    'SELECT adapter, binding_hours AS bindingHours FROM bluetooth_settings',
  );

  /** Forward over what follows without a gap. */
  function caughtUp(sourceId: number, saved: StreamPosition): StreamPosition {
    let { position, takenAtMs } = saved;
    for (const row of after.all(sourceId, takenAtMs - OVERLAP_MS, position)) {
      if (row.sequence !== position + 1) break;
      position = row.sequence;
      takenAtMs = Math.max(takenAtMs, row.takenAtMs);
    }
    return { ...saved, position, takenAtMs };
  }

  return {
    /** Null: no such device. */
    deviceMemory(ask: { deviceId: string }): DeviceMemory | null {
      const device = devices.device(ask.deviceId);
      const row = device === null ? undefined : own.get(device.sourceId);
      if (device === null || row === undefined) return null;
      const saved = new Map(positions.all(device.sourceId).map(({ stream, ...position }) => [stream, position]));
      const records = saved.get('records');
      return {
        tokenHash: device.revokedAtMs === null ? row.tokenHash : null,
        cgmOctetOrder: row.cgmOctetOrder,
        records: records === undefined ? null : caughtUp(device.sourceId, records),
        glucose: saved.get('glucose') ?? null,
        cgm: saved.get('cgm') ?? null,
        clock: epochs.all(device.sourceId).reverse(),
      };
    },
    bluetoothSettings(): BluetoothSettings {
      const row = settings.get();
      if (row === undefined) return DEFAULT_BLUETOOTH;
      return { adapter: adapterOf(row.adapter), bindingHours: row.bindingHours };
    },
  };
}

/** A choice that a later version wrote and this one does not know is the default. */
function adapterOf(json: string): AdapterChoice {
  const parsed = adapterChoice.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : DEFAULT_BLUETOOTH.adapter;
}

export function linkMemoryWrites(db: WritableDatabase, audit: AuditWrites) {
  const devices = deviceReads(db);
  const putPosition = db.prepare<[number, string, number, number, number]>(
    `INSERT INTO record_position (source_id, stream, position, anchor, taken_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET position = excluded.position, anchor = excluded.anchor, taken_at_ms = excluded.taken_at_ms`,
  );
  const putEpoch = db.prepare<[number, number, number, number | null]>(
    `INSERT INTO clock_epoch (source_id, measured_at_ms, offset_ms, until_sequence) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET offset_ms = excluded.offset_ms, until_sequence = excluded.until_sequence`,
  );
  const putOrder = db.prepare<[CgmOctetOrder, string]>('UPDATE source SET cgm_octet_order = ? WHERE device_id = ?');
  const putSettings = db.prepare<[string, number | null]>(
    `INSERT INTO bluetooth_settings (only_row, adapter, binding_hours) VALUES (1, ?, ?)
     ON CONFLICT DO UPDATE SET adapter = excluded.adapter, binding_hours = excluded.binding_hours`,
  );
  return {
    /** Nothing is kept of a device that is not known. */
    savePosition(ask: { deviceId: string; stream: RecordStream } & StreamPosition): void {
      const device = devices.device(ask.deviceId);
      if (device !== null) putPosition.run(device.sourceId, ask.stream, ask.position, ask.anchor, ask.takenAtMs);
    },
    saveClockEpoch({ deviceId, measuredAtMs, offsetMs, untilSequence }: { deviceId: string } & ClockEpoch): void {
      const device = devices.device(deviceId);
      if (device !== null) putEpoch.run(device.sourceId, measuredAtMs, offsetMs, untilSequence);
    },
    configureDevice(ask: By & { deviceId: string; cgmOctetOrder: CgmOctetOrder }): void {
      putOrder.run(ask.cgmOctetOrder, ask.deviceId);
      audit.append(ask, 'device.configure', `device ${ask.deviceId}`, `glucose sensor octets ${ask.cgmOctetOrder}`);
    },
    saveBluetoothSettings(ask: By & { settings: BluetoothSettings }): void {
      const { adapter, bindingHours } = ask.settings;
      putSettings.run(JSON.stringify(adapter), bindingHours);
      const ends = bindingHours === null ? 'bindings do not run out' : `bindings end after ${bindingHours} h`;
      audit.append(ask, 'bluetooth.settings', 'settings', `${JSON.stringify(adapter)}, ${ends}`);
    },
  };
}

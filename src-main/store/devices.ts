// Devices, and who wore which one when (bindings).
import { ConsoleError } from '../contract/errors.ts';
import type { Binding } from '../contract/models.ts';
import { FUTURE_MS } from '../links/link.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { isAlreadyThere } from './errors.ts';
import type { By, DeviceRecord, Period, Worn } from './ports.ts';

const DEVICE = `source_id AS sourceId, device_id AS deviceId, transport, name, address, model, firmware, added_at_ms AS addedAtMs,
  revoked_at_ms AS revokedAtMs, nullif(max(coalesce(last_heard_at_ms, 0), coalesce((SELECT max(taken_at_ms + received_after_ms)
    FROM arrival a WHERE a.source_id = source.source_id), 0)), 0) AS lastHeardAtMs, token_used_at_ms AS tokenUsedAtMs,
  token_used_from AS tokenUsedFrom, cgm_octet_order AS cgmOctetOrder`;
/** Not what stands beside a device (doubtful.ts). */
const IS_DEVICE = 'doubtful_of IS NULL';
const BINDING = `b.binding_id AS bindingId, s.device_id AS deviceId, b.patient_id AS patientId, b.from_ms AS fromMs, b.to_ms AS toMs,
  coalesce(b.bound_at_ms, b.from_ms) AS boundAtMs, b.bound_by AS boundBy`;

/** A piece of one source's time that belongs to one patient: [fromMs, toMs). */
export interface Segment {
  readonly sourceId: number;
  readonly deviceId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stretch of a source's time with one patient: [fromMs, toMs), open where it has not ended. */
export interface Wearing {
  readonly patientId: number;
  readonly fromMs: number;
  readonly toMs: number | null;
}

export function deviceReads(db: ReadableDatabase) {
  const all = db.prepare<[], DeviceRecord>(
    `SELECT ${DEVICE} FROM source WHERE device_id IS NOT NULL AND ${IS_DEVICE} ORDER BY device_id`,
  );
  const byId = db.prepare<[string], DeviceRecord>(`SELECT ${DEVICE} FROM source WHERE device_id = ? AND ${IS_DEVICE}`);
  const byToken = db.prepare<[string], DeviceRecord>(
    `SELECT ${DEVICE} FROM source WHERE token_hash = ? AND revoked_at_ms IS NULL`,
  );
  const bindings = (where: string) =>
    db.prepare<[], Binding>(
      `SELECT ${BINDING} FROM binding b JOIN source s USING (source_id) WHERE ${where} AND ${IS_DEVICE} ORDER BY b.from_ms, b.binding_id`,
    );
  const allBindings = bindings('1');
  const openBindings = bindings('b.to_ms IS NULL');
  const wornFrom = db.prepare<[number, number, number], Wearing>(
    `SELECT patient_id AS patientId, from_ms AS fromMs, to_ms AS toMs FROM binding
     WHERE source_id = ? AND from_ms <= ? AND (to_ms IS NULL OR to_ms > ?) LIMIT 1`,
  );
  const worn = db.prepare<[{ patientId: number; fromMs: number; toMs: number }], Segment>(
    `SELECT b.source_id AS sourceId, coalesce(o.device_id, s.device_id) AS deviceId, max(b.from_ms, @fromMs) AS fromMs, min(coalesce(b.to_ms, @toMs), @toMs) AS toMs
     FROM binding b JOIN source s USING (source_id) LEFT JOIN source o ON o.source_id = s.doubtful_of
     WHERE b.patient_id = @patientId AND b.from_ms < @toMs AND (b.to_ms IS NULL OR b.to_ms > @fromMs)
     ORDER BY fromMs`,
  );
  const wornWithin = db.prepare<[Period], Omit<Worn, 'wasInDoubt'> & { wasInDoubt: number }>(
    `SELECT coalesce(o.device_id, s.device_id) AS deviceId, b.from_ms AS fromMs, b.to_ms AS toMs, s.doubtful_of IS NOT NULL AS wasInDoubt
     FROM binding b JOIN source s USING (source_id) LEFT JOIN source o ON o.source_id = s.doubtful_of
     WHERE b.patient_id = @patientId AND b.from_ms < @toMs AND (b.to_ms IS NULL OR b.to_ms > max(@fromMs, b.from_ms))
     ORDER BY b.from_ms, b.binding_id`,
  );
  const entered = db.prepare<[number], number | null>('SELECT manual_patient_id FROM source WHERE source_id = ?').pluck();
  return {
    devices: (): readonly DeviceRecord[] => all.all(),
    device: (deviceId: string): DeviceRecord | null => byId.get(deviceId) ?? null,
    deviceByToken: (ask: { tokenHash: string }): DeviceRecord | null => byToken.get(ask.tokenHash) ?? null,
    bindings: (ask: { openOnly: boolean }): readonly Binding[] => (ask.openOnly ? openBindings : allBindings).all(),
    worn: (ask: Period): readonly Worn[] => wornWithin.all(ask).map((each) => ({ ...each, wasInDoubt: each.wasInDoubt === 1 })),
    /** Who wore the source at that time; null: nobody. */
    patientAt: (sourceId: number, atMs: number): number | null => wornFrom.get(sourceId, atMs, atMs)?.patientId ?? null,
    /** Who wore the source at that time, and from when to when; null: nobody. */
    wearingAt: (sourceId: number, atMs: number): Wearing | null => wornFrom.get(sourceId, atMs, atMs) ?? null,
    /** Somebody wore the source at some moment from `fromMs` to `toMs`, both included. */
    isWorn: (sourceId: number, fromMs: number, toMs: number): boolean => wornFrom.get(sourceId, toMs, fromMs) !== undefined,
    /** Whose entries by hand the source stands for; null: it is a device. */
    enteredFor: (sourceId: number): number | null => entered.get(sourceId) ?? null,
    /** Which sources the patient wore within [fromMs, toMs), and when. */
    segments: (ask: { patientId: number; fromMs: number; toMs: number }): readonly Segment[] =>
      worn.all({ patientId: ask.patientId, fromMs: ask.fromMs, toMs: ask.toMs }).filter((piece) => piece.fromMs < piece.toMs),
  };
}

export function bindingReads(db: ReadableDatabase) {
  const byBinding = db.prepare<[number], Binding>(
    `SELECT ${BINDING} FROM binding b JOIN source s USING (source_id) WHERE b.binding_id = ?`,
  );
  return {
    /** @throws ConsoleError `not_found` */
    binding(bindingId: number): Binding {
      const found = byBinding.get(bindingId);
      if (found === undefined) throw new ConsoleError('not_found', 'There is no such binding.');
      return found;
    },
  };
}

interface NewSource {
  readonly deviceId: string;
  readonly transport: DeviceRecord['transport'];
  readonly name: string | null;
  readonly address: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly tokenHash: string | null;
  readonly atMs: number;
}

export function deviceWrites(db: WritableDatabase, audit: AuditWrites) {
  const reads = deviceReads(db);
  const bindings = bindingReads(db);
  const insert = db.prepare<[NewSource]>(
    `INSERT INTO source (device_id, transport, name, address, model, firmware, token_hash, added_at_ms)
     VALUES (@deviceId, @transport, coalesce(@name, ''), @address, coalesce(@model, ''), coalesce(@firmware, ''), @tokenHash, @atMs)`,
  );
  const update = db.prepare<[NewSource]>(
    `UPDATE source SET transport = @transport, name = coalesce(@name, name), address = coalesce(@address, address),
       model = coalesce(@model, model), firmware = coalesce(@firmware, firmware), token_hash = coalesce(@tokenHash, token_hash),
       revoked_at_ms = NULL WHERE device_id = @deviceId`,
  );
  const revoke = db.prepare<[number, string]>('UPDATE source SET revoked_at_ms = ?, token_hash = NULL WHERE device_id = ?');
  const used = db.prepare<[number, string, string]>(
    'UPDATE source SET token_used_at_ms = ?, token_used_from = ? WHERE device_id = ? AND token_hash IS NOT NULL',
  );
  const manual = db.prepare<[number], number>('SELECT source_id FROM source WHERE manual_patient_id = ?').pluck();
  const insertManual = db.prepare<[number, number]>(
    "INSERT INTO source (manual_patient_id, transport, added_at_ms) VALUES (?, 'manual', ?)",
  );
  /** An empty interval is none: a claim undone, a binding taken back. */
  const newest = db.prepare<[number], { bindingId: number; patientId: number; fromMs: number; toMs: number | null }>(
    `SELECT binding_id AS bindingId, patient_id AS patientId, from_ms AS fromMs, to_ms AS toMs FROM binding
     WHERE source_id = ? AND (to_ms IS NULL OR to_ms > from_ms) ORDER BY from_ms DESC, binding_id DESC LIMIT 1`,
  );
  const newestReading = db
    .prepare<[number, number], number>(
      `SELECT max(coalesce((SELECT max(taken_at_ms) FROM filed_reading WHERE source_id = ?), 0),
         coalesce((SELECT max(taken_at_ms) FROM arrival WHERE source_id = ?), 0))`,
    )
    .pluck();
  const readingCount = db
    .prepare<[number], number>(
      `SELECT reading_count + (SELECT count(*) FROM arrival a WHERE a.source_id = source.source_id) FROM source WHERE source_id = ?`,
    )
    .pluck();
  const open = db.prepare<[number, number, number, number, string]>(
    'INSERT INTO binding (source_id, patient_id, from_ms, bound_at_ms, bound_by) VALUES (?, ?, ?, ?, ?)',
  );
  const close = db.prepare<[number, number]>('UPDATE binding SET to_ms = ? WHERE binding_id = ?');
  /** More than the open one only where the clock was set back. */
  const closeAll = db.prepare<[number, number, number]>(
    'UPDATE binding SET to_ms = max(from_ms, ?) WHERE source_id = ? AND (to_ms IS NULL OR to_ms > ?)',
  );
  const setAside = db
    .prepare<[number, number], number>(
      'SELECT 1 FROM claim WHERE source_id = ? AND to_ms >= ? AND binding_id IS NULL AND undone_at_ms IS NULL LIMIT 1',
    )
    .pluck();
  const wearerToBe = db.prepare<[number], { name: string; dischargedAtMs: number | null }>(
    'SELECT name, discharged_at_ms AS dischargedAtMs FROM patient WHERE patient_id = ?',
  );
  const heard = db.prepare<[number, number]>(
    'UPDATE source SET last_heard_at_ms = max(coalesce(last_heard_at_ms, 0), ?) WHERE source_id = ?',
  );

  function known(deviceId: string): DeviceRecord {
    const found = reads.device(deviceId);
    if (found === null) throw new ConsoleError('not_found', 'There is no such device.', { field: 'deviceId', value: deviceId });
    return found;
  }

  /** `atMs`, or after the newest reading where that is dated a little later. */
  function afterWhatIsSent({ sourceId }: DeviceRecord, atMs: number): number {
    const newestMs = newestReading.get(sourceId, sourceId) ?? 0;
    return newestMs >= atMs && newestMs <= atMs + FUTURE_MS ? newestMs + 1 : atMs;
  }

  /** @throws ConsoleError `conflict` where it has sent readings of times to come: nobody could tell them from the next wearer's. */
  function nextWearerFrom(device: DeviceRecord, { atMs, patientId }: { atMs: number; patientId: number }): number {
    const newestMs = newestReading.get(device.sourceId, device.sourceId) ?? 0;
    if (newestMs > atMs + FUTURE_MS) {
      const message = `This device has readings dated ${new Date(newestMs).toISOString()}, later than now: was the clock of this computer set back? Until then nobody can tell them from the next wearer’s. Take another device.`;
      throw new ConsoleError('conflict', message, { field: 'deviceId', value: device.deviceId });
    }
    const wearer = reads.patientAt(device.sourceId, newestMs);
    return wearer === null || wearer === patientId ? atMs : afterWhatIsSent(device, atMs);
  }

  return {
    known,
    /** Something of a source was received that is not stored as an arrival: a repeat, a part of a reading. */
    heard(sourceId: number, receivedAtMs: number): void {
      heard.run(receivedAtMs, sourceId);
    },
    /** The source that stands for what is entered by hand for this patient; made when first needed. */
    manualSource(patientId: number, atMs: number): number {
      return manual.get(patientId) ?? Number(insertManual.run(patientId, atMs).lastInsertRowid);
    },
    putDevice(
      ask: By & {
        deviceId: string;
        transport: DeviceRecord['transport'];
        name?: string;
        address?: string;
        model?: string;
        firmware?: string;
        tokenHash?: string;
      },
    ): DeviceRecord {
      const row: NewSource = {
        deviceId: ask.deviceId,
        transport: ask.transport,
        name: ask.name ?? null,
        address: ask.address ?? null,
        model: ask.model ?? null,
        firmware: ask.firmware ?? null,
        tokenHash: ask.tokenHash ?? null,
        atMs: ask.atMs,
      };
      const before = reads.device(ask.deviceId);
      try {
        (before === null ? insert : update).run(row);
      } catch (error) {
        if (!isAlreadyThere(error)) throw error;
        throw new ConsoleError('already_exists', 'Another device has this token.', { field: 'tokenHash' });
      }
      const after = known(ask.deviceId);
      const action = before === null ? 'device.add' : before.revokedAtMs !== null ? 'device.restore' : 'device.update';
      const token = ask.tokenHash === undefined ? '' : ', new token';
      audit.append(ask, action, `device ${ask.deviceId}`, `${after.transport}${token}`);
      return after;
    },
    revokeDevice(ask: By & { deviceId: string }): DeviceRecord {
      const before = known(ask.deviceId);
      if (before.revokedAtMs !== null) return before;
      revoke.run(ask.atMs, ask.deviceId);
      audit.append(ask, 'device.revoke', `device ${ask.deviceId}`, '');
      return known(ask.deviceId);
    },
    tokenUsed({ deviceId, atMs, from }: { deviceId: string; atMs: number; from: string }): DeviceRecord | null {
      used.run(atMs, from, deviceId);
      return reads.device(deviceId);
    },
    /**
     * A device bound to the same patient already stays so. Intervals of one device never overlap: the new one begins at `fromMs`, but
     * never before the last one's beginning or end. Where no time is given it begins now, after what the one before has been sent by a
     * clock that runs ahead; the first binding of a token device that has sent nothing yet has no beginning: what it has kept since
     * before it was registered belongs to the same wearer.
     */
    bind(ask: By & { deviceId: string; patientId: number; fromMs?: number }): Binding {
      const device = known(ask.deviceId);
      const wearer = wearerToBe.get(ask.patientId);
      if (wearer === undefined) {
        throw new ConsoleError('not_found', 'There is no such patient.', { field: 'patientId', value: String(ask.patientId) });
      }
      // Asked again here, within the transaction: another screen may have discharged the patient a moment ago.
      if (wearer.dischargedAtMs !== null) {
        throw new ConsoleError('conflict', `${wearer.name} has been discharged.`, { field: 'patientId' });
      }
      if (device.revokedAtMs !== null) {
        throw new ConsoleError('conflict', 'This device has been revoked.', { field: 'deviceId', value: ask.deviceId });
      }
      const last = newest.get(device.sourceId);
      if (last !== undefined && last.toMs === null && last.patientId === ask.patientId) return bindings.binding(last.bindingId);
      let fromMs =
        ask.fromMs === undefined ? nextWearerFrom(device, ask) : Math.max(ask.fromMs, last?.fromMs ?? 0, last?.toMs ?? 0);
      if (ask.fromMs !== undefined && setAside.get(device.sourceId, fromMs) !== undefined) {
        throw new ConsoleError(
          'conflict',
          'Some readings since then are set aside as nobody’s. Put them back into the tray first.',
          {
            field: 'fromMs',
          },
        );
      }
      const isNew = last === undefined && device.transport !== 'bluetooth' && readingCount.get(device.sourceId) === 0;
      if (isNew && ask.fromMs === undefined) fromMs = 0;
      closeAll.run(fromMs, device.sourceId, fromMs);
      const { lastInsertRowid } = open.run(device.sourceId, ask.patientId, fromMs, ask.atMs, ask.actor);
      audit.append(
        ask,
        'device.bind',
        `device ${ask.deviceId}`,
        `patient ${ask.patientId} from ${new Date(fromMs).toISOString()}`,
      );
      return bindings.binding(Number(lastInsertRowid));
    },
    /**
     * Null when the device was bound to nobody. `fromMs`: since when it was not worn by whom it is bound to; now where left out, after
     * what it has sent by a clock that runs ahead. `bindingId`: only where it is this one that holds still.
     */
    unbind(ask: By & { deviceId: string; fromMs?: number; bindingId?: number }): Binding | null {
      const device = known(ask.deviceId);
      const last = newest.get(device.sourceId);
      if (last === undefined || last.toMs !== null || (ask.bindingId ?? last.bindingId) !== last.bindingId) return null;
      const toMs = Math.max(ask.fromMs ?? afterWhatIsSent(device, ask.atMs), last.fromMs);
      close.run(toMs, last.bindingId);
      const until = ask.fromMs === undefined ? '' : ` until ${new Date(toMs).toISOString()}`;
      audit.append(ask, 'device.unbind', `device ${ask.deviceId}`, `patient ${last.patientId}${until}`);
      return bindings.binding(last.bindingId);
    },
  };
}

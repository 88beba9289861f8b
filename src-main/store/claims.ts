// Readings that are nobody's: which there are, who claimed them for whom, and how that is undone.
import { ConsoleError } from '../contract/errors.ts';
import type { Claim, UnclaimedSpan } from '../contract/models.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { type bindingReads, deviceReads } from './devices.ts';
import { type DoubtfulSource, doubtfulReads } from './doubtful.ts';
import type { By, ClaimChange, StoreWrites } from './ports.ts';
import { VITAL_COLUMNS } from './vital-columns.ts';

/** A longer pause begins another span: it may have been another wearer. */
const PAUSE_MS = 30 * 60_000;
/** What is older is history nobody will claim from memory; it stays stored. */
const LOOK_BACK_MS = 31 * 24 * 3_600_000;
const MOST_SPANS = 200;

const CLAIM = `c.claim_id AS claimId, coalesce(o.device_id, s.device_id) AS deviceId, c.from_ms AS fromMs, c.to_ms AS toMs, c.patient_id AS patientId,
  coalesce(p.name, '') AS patientName, c.claimed_at_ms AS claimedAtMs, c.claimed_by AS claimedBy, c.undone_at_ms AS undoneAtMs,
  c.undone_by AS undoneBy`;
const CLAIM_FROM =
  'FROM claim c JOIN source s USING (source_id) LEFT JOIN source o ON o.source_id = s.doubtful_of LEFT JOIN patient p USING (patient_id)';

/** Per half hour: count, first and last moment, then count, least and greatest of each vital. */
const BUCKET = [
  'count(*)',
  'min(taken_at_ms)',
  'max(taken_at_ms)',
  ...VITAL_COLUMNS.flatMap(({ column }) => [`count(${column})`, `min(${column})`, `max(${column})`]),
].join(', ');
const FIRST_VITAL = 3;

type Bucket = readonly (number | null)[];

interface Interval {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export function claimReads(db: ReadableDatabase) {
  const { sources } = doubtfulReads(db);
  const taken = db.prepare<[number, number], Interval>(
    `SELECT from_ms AS fromMs, coalesce(to_ms, ${Number.MAX_SAFE_INTEGER}) AS toMs FROM binding WHERE source_id = ?
     UNION ALL SELECT from_ms, to_ms + 1 FROM claim WHERE source_id = ? AND binding_id IS NULL AND undone_at_ms IS NULL
     ORDER BY 1`,
  );
  const buckets = db
    .prepare<[number, number, number], Bucket>(
      `SELECT ${BUCKET} FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms < ?
       GROUP BY taken_at_ms / ${PAUSE_MS} ORDER BY 2`,
    )
    .raw();
  const list = db.prepare<[number], Claim>(`SELECT ${CLAIM} ${CLAIM_FROM} ORDER BY c.claim_id DESC LIMIT ?`);
  const byId = db.prepare<[number], Claim>(`SELECT ${CLAIM} ${CLAIM_FROM} WHERE c.claim_id = ?`);

  /** Times since `sinceMs` that belong to nobody. */
  function free(sourceId: number, sinceMs: number): readonly Interval[] {
    const found: Interval[] = [];
    let fromMs = sinceMs;
    for (const interval of taken.all(sourceId, sourceId)) {
      if (interval.fromMs > fromMs) found.push({ fromMs, toMs: interval.fromMs });
      fromMs = Math.max(fromMs, interval.toMs);
    }
    if (fromMs < Number.MAX_SAFE_INTEGER) found.push({ fromMs, toMs: Number.MAX_SAFE_INTEGER });
    return found;
  }

  return {
    /** Of the last 31 days, newest first. */
    unclaimed(ask: { nowMs: number }): readonly UnclaimedSpan[] {
      const spans: UnclaimedSpan[] = [];
      for (const source of sources()) {
        const { sourceId } = source;
        for (const { fromMs, toMs } of free(sourceId, ask.nowMs - LOOK_BACK_MS)) {
          let open: Bucket[] = [];
          const end = (): void => {
            if (open.length > 0) spans.push(spanOf(open, source));
            open = [];
          };
          for (const bucket of buckets.all(sourceId, fromMs, toMs)) {
            if ((bucket[1] ?? 0) - (open.at(-1)?.[2] ?? 0) > PAUSE_MS) end();
            open.push(bucket);
          }
          end();
        }
      }
      return spans.sort((a, b) => b.toMs - a.toMs).slice(0, MOST_SPANS);
    },
    claims: (ask: { limit: number }): readonly Claim[] => list.all(ask.limit),
    claim: (claimId: number): Claim | null => byId.get(claimId) ?? null,
  };
}

function spanOf(buckets: readonly Bucket[], { deviceId, name, isDoubtful }: DoubtfulSource): UnclaimedSpan {
  const at = (bucket: Bucket, index: number): number => bucket[index] ?? 0;
  return {
    deviceId,
    deviceName: name,
    isDoubtful,
    fromMs: Math.min(...buckets.map((bucket) => at(bucket, 1))),
    toMs: Math.max(...buckets.map((bucket) => at(bucket, 2))),
    count: buckets.reduce((sum, bucket) => sum + at(bucket, 0), 0),
    vitals: VITAL_COLUMNS.flatMap(({ kind, scale }, index) => {
      const first = FIRST_VITAL + 3 * index;
      const measured = buckets.filter((bucket) => at(bucket, first) > 0);
      if (measured.length === 0) return [];
      return {
        kind,
        count: measured.reduce((sum, bucket) => sum + at(bucket, first), 0),
        min: Math.min(...measured.map((bucket) => at(bucket, first + 1))) / scale,
        max: Math.max(...measured.map((bucket) => at(bucket, first + 2))) / scale,
      };
    }),
  };
}

export function claimWrites(db: WritableDatabase, audit: AuditWrites, bindings: ReturnType<typeof bindingReads>) {
  const reads = claimReads(db);
  const devices = deviceReads(db);
  const { besideOf } = doubtfulReads(db);
  const overlap = db
    .prepare<[number, number, number], number>(
      'SELECT 1 FROM binding WHERE source_id = ? AND from_ms <= ? AND (to_ms IS NULL OR to_ms > ?) LIMIT 1',
    )
    .pluck();
  const asideOverlap = db
    .prepare<[number, number, number], number>(
      'SELECT 1 FROM claim WHERE source_id = ? AND from_ms <= ? AND to_ms >= ? AND binding_id IS NULL AND undone_at_ms IS NULL LIMIT 1',
    )
    .pluck();
  const anyReading = db
    .prepare<[number, number, number], number>(
      'SELECT 1 FROM reading WHERE source_id = ? AND taken_at_ms >= ? AND taken_at_ms <= ? LIMIT 1',
    )
    .pluck();
  const wearer = db.prepare<[number], { readonly name: string; readonly dischargedAtMs: number | null }>(
    'SELECT name, discharged_at_ms AS dischargedAtMs FROM patient WHERE patient_id = ?',
  );
  const insertBinding = db.prepare<[number, number, number, number, number, string]>(
    'INSERT INTO binding (source_id, patient_id, from_ms, to_ms, bound_at_ms, bound_by) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insert = db.prepare<[number, number, number, number | null, number | null, number, string]>(
    `INSERT INTO claim (source_id, from_ms, to_ms, patient_id, binding_id, claimed_at_ms, claimed_by) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const sourceOfClaim = db.prepare<[number], number>('SELECT source_id FROM claim WHERE claim_id = ?').pluck();
  const bindingOf = db.prepare<[number], number | null>('SELECT binding_id FROM claim WHERE claim_id = ?').pluck();
  const undo = db.prepare<[number, string, number]>('UPDATE claim SET undone_at_ms = ?, undone_by = ? WHERE claim_id = ?');
  /** An empty interval: the row stays, and nothing is in it. */
  const empty = db.prepare<[number]>('UPDATE binding SET to_ms = from_ms WHERE binding_id = ?');

  /** @throws ConsoleError `not_found` */
  function claimed(ask: { deviceId: string; isDoubtful?: boolean }): number {
    const device = devices.device(ask.deviceId);
    if (device === null)
      throw new ConsoleError('not_found', 'There is no such device.', { field: 'deviceId', value: ask.deviceId });
    const sourceId = ask.isDoubtful ? besideOf(device.sourceId) : device.sourceId;
    if (sourceId === null)
      throw new ConsoleError('not_found', 'There are no readings in doubt of this device.', { field: 'deviceId' });
    return sourceId;
  }

  function changeOf(claimId: number): ClaimChange {
    const claim = reads.claim(claimId);
    if (claim === null) throw new ConsoleError('not_found', 'There is no such claim.', { field: 'claimId' });
    const bindingId = bindingOf.get(claimId) ?? null;
    return { claim, binding: bindingId === null ? null : bindings.binding(bindingId) };
  }

  return {
    /** The source whose readings a claim, or its undoing, is about. @throws ConsoleError `not_found` */
    sourceOf(ask: { deviceId: string; isDoubtful?: boolean } | { claimId: number }): number {
      const sourceId = 'claimId' in ask ? sourceOfClaim.get(ask.claimId) : claimed(ask);
      if (sourceId === undefined) throw new ConsoleError('not_found', 'There is no such claim.', { field: 'claimId' });
      return sourceId;
    },
    claim(ask: Parameters<StoreWrites['claim']>[0]): ClaimChange {
      const { deviceId, fromMs, toMs, patientId } = ask;
      const sourceId = claimed(ask);
      if (toMs < fromMs) throw new ConsoleError('out_of_range', 'The end lies before the beginning.', { field: 'toMs' });
      // A claim that ends later than now would hold what the next wearer's readings belong to.
      if (toMs > ask.atMs)
        throw new ConsoleError('out_of_range', 'Some of these readings carry a time to come. Claim them in a few minutes.', {
          field: 'toMs',
        });
      if (overlap.get(sourceId, toMs, fromMs) !== undefined || asideOverlap.get(sourceId, toMs, fromMs) !== undefined)
        throw new ConsoleError('conflict', 'Some of these readings have been claimed already. Look at the list again.');
      if (anyReading.get(sourceId, fromMs, toMs) === undefined)
        throw new ConsoleError('not_found', 'There are no readings of this device in that time.', { field: 'fromMs' });
      let bindingId: number | null = null;
      if (patientId !== null) {
        const patient = wearer.get(patientId);
        if (patient === undefined)
          throw new ConsoleError('not_found', 'There is no such patient.', { field: 'patientId', value: String(patientId) });
        if (patient.dischargedAtMs !== null && toMs >= patient.dischargedAtMs)
          throw new ConsoleError('conflict', `${patient.name} was discharged before the last of these readings was taken.`, {
            field: 'patientId',
          });
        bindingId = Number(insertBinding.run(sourceId, patientId, fromMs, toMs + 1, ask.atMs, ask.actor).lastInsertRowid);
      }
      const { lastInsertRowid } = insert.run(sourceId, fromMs, toMs, patientId, bindingId, ask.atMs, ask.actor);
      const action = patientId === null ? 'unclaimed.setAside' : 'unclaimed.claim';
      const doubt = ask.isDoubtful ? 'in doubt, ' : '';
      const period = `${doubt}${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
      audit.append(ask, action, `device ${deviceId}`, patientId === null ? period : `patient ${patientId}, ${period}`);
      return changeOf(Number(lastInsertRowid));
    },
    undoClaim(ask: By & { claimId: number }): ClaimChange {
      const before = changeOf(ask.claimId);
      if (before.claim.undoneAtMs !== null) throw new ConsoleError('conflict', 'This claim has been undone already.');
      undo.run(ask.atMs, ask.actor, ask.claimId);
      if (before.binding !== null) empty.run(before.binding.bindingId);
      audit.append(ask, 'unclaimed.undo', `device ${before.claim.deviceId}`, `claim ${ask.claimId}`);
      return changeOf(ask.claimId);
    },
  };
}

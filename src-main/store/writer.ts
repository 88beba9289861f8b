// Every change to the database, each one transaction with its audit row. Lives in the engine worker (tools may open their own).

import { ConsoleError } from '../contract/errors.ts';
import type { Observation } from '../contract/models.ts';
import type { Measurement } from '../links/link.ts';
import type { Scored } from '../risk/port.ts';
import { alarmWrites } from './alarms.ts';
import { FILE_AT, type Place } from './arrivals.ts';
import { auditWrites } from './audit.ts';
import { claimWrites } from './claims.ts';
import type { WritableDatabase } from './database.ts';
import { bindingReads, deviceReads, deviceWrites, type Wearing } from './devices.ts';
import { doubtfulWrites, isDoubtful } from './doubtful.ts';
import { storeError } from './errors.ts';
import { factReads } from './facts.ts';
import { linkMemoryWrites } from './link-memory.ts';
import { observationWrites } from './observations.ts';
import { patientWrites } from './patients.ts';
import { photoWrites } from './photos.ts';
import type { By, DeviceRecord, NewObservation, ReadingRow, StoreWrites } from './ports.ts';
import { predictionReads } from './predictions.ts';
import { parseReadingId, type ReadingIdentity } from './reading-id.ts';
import { readingWrites } from './readings.ts';
import { retentionWrites } from './retention.ts';
import { riskLevelReads, riskLevelWrites } from './risk-levels.ts';
import { type EncodedScores, scoreWrites } from './scores.ts';
import { settingsWrites } from './settings.ts';
import type { ReadingPlan } from './stored-row.ts';
import { userWrites } from './users.ts';
import { type Move, withdrawnWrites } from './withdrawn.ts';

/** How a measurement stands to the store before it is committed. */
export interface PlannedReading {
  readonly measurement: Measurement;
  readonly identity: ReadingIdentity;
  readonly transport: DeviceRecord['transport'];
  /** Whose it is by the binding at the time it was taken. */
  readonly patientId: number | null;
  readonly plan: ReadingPlan;
}

/** Scores of one patient and moment, and the item of the batch that caused them. */
export interface ScoresToStore {
  readonly anchor: number;
  readonly scored: readonly Scored[];
}

/** A reading that is stored and has no score. */
export interface UnscoredReading {
  readonly identity: ReadingIdentity;
  readonly patientId: number;
  readonly reading: ReadingRow;
}

/** What needs no models: these answer like the store's port, synchronously. */
export type PlainWrites = Omit<StoreWrites, 'storeReadings' | 'addObservations' | 'retractObservation' | 'receipt' | 'models'>;

/** How old the stored time of "last heard" may become before it is written again. */
const LAST_HEARD_STEP_MS = 10_000;

export function storeWriter(db: WritableDatabase) {
  const audit = auditWrites(db);
  const settings = settingsWrites(db, audit);
  const patients = patientWrites(db, audit);
  const users = userWrites(db, audit);
  const devices = deviceWrites(db, audit);
  const claims = claimWrites(db, audit, bindingReads(db));
  const linkMemory = linkMemoryWrites(db, audit);
  const deviceLookup = deviceReads(db);
  const doubtful = doubtfulWrites(db);
  const scores = scoreWrites(db);
  const predictions = predictionReads(db);
  const readings = readingWrites(db, scores);
  const observations = observationWrites(db, audit);
  const photos = photoWrites(db, audit);
  const alarms = alarmWrites(db, audit);
  const levels = riskLevelWrites(db, audit);
  const retention = retentionWrites(db, audit, scores.forgetSets);
  const withdrawn = withdrawnWrites(db, audit);
  let moved: readonly Move[] = [];
  const sources = new Map<string, { readonly sourceId: number; readonly transport: DeviceRecord['transport'] }>();
  const lastHeard = new Map<number, number>();
  /** By source: the stretch its last reading was in. */
  const wearings = new Map<number, Wearing>();
  let arrived = readings.arrivals.count();
  /** Null: the next to be filed are the first ones. */
  let filedTo: Place | null = null;
  const dataVersionNow = db.prepare<[], number>('PRAGMA data_version').pluck();

  const inTransaction = db.transaction((change: () => unknown) => change());
  function commit<R>(change: () => R): R {
    try {
      return inTransaction.immediate(change) as R;
    } catch (error) {
      scores.forget();
      throw storeError(error);
    }
  }

  function patientAt(sourceId: number, atMs: number): number | null {
    let wearing = wearings.get(sourceId) ?? null;
    if (wearing === null || atMs < wearing.fromMs || (wearing.toMs !== null && atMs >= wearing.toMs)) {
      wearing = deviceLookup.wearingAt(sourceId, atMs);
      if (wearing === null) return null;
      wearings.set(sourceId, wearing);
    }
    return wearing.patientId;
  }

  /** Call within a transaction. */
  function fileAll(): void {
    if (readings.arrivals.count() > 0) readings.arrivals.file(Number.POSITIVE_INFINITY);
    arrived = 0;
  }

  /** Wraps each function in a transaction of its own. */
  const one =
    <A, R>(change: (ask: A) => R) =>
    (ask: A): R =>
      commit(() => change(ask));

  /** A change of who wore a source when: scores made with readings that are another's now are withdrawn with it. */
  const rebinding =
    <A extends By, R>(sourceIdOf: (ask: A) => number, change: (ask: A) => R) =>
    (ask: A): R => {
      const [result, moves] = commit(() => {
        const sourceId = sourceIdOf(ask);
        const before = withdrawn.wearingsOf(sourceId);
        const answer = change(ask);
        const all = withdrawn.moves(sourceId, before);
        if (all.some(({ formerId }) => formerId !== null)) fileAll();
        const late = lateOf(sourceId, before, all);
        withdrawn.withdraw(ask, [...all, ...late]);
        return [answer, [...all, ...late]] as const;
      });
      wearings.clear();
      moved = moves;
      isWithdrawalDue = withdrawn.isDue();
      return result;
    };

  /** What a network device has sent since it was given on, and dated to before: set aside like what comes from now on. */
  function lateOf(sourceId: number, before: readonly Wearing[], moves: readonly Move[]): readonly Move[] {
    const [first] = moves;
    if (first === undefined || first.formerId === null || !doubtful.isNetwork(sourceId)) return [];
    const { fromMs, formerId } = first;
    const sinceMs = before.find((each) => each.fromMs <= fromMs && (each.toMs === null || each.toMs > fromMs))?.fromMs ?? fromMs;
    const found = doubtful.setAsideLate({ sourceId, besideId: () => doubtful.addBeside(sourceId), sinceMs, fromMs });
    if (found === null) return [];
    readings.forget();
    return [{ sourceId: found.besideId, scoredAs: sourceId, fromMs: found.sinceMs, toMs: fromMs, formerId, patientId: null }];
  }

  function sourceOf(deviceId: string): { readonly sourceId: number; readonly transport: DeviceRecord['transport'] } {
    let source = sources.get(deviceId);
    if (source === undefined) {
      const device = deviceLookup.device(deviceId);
      if (device === null)
        throw new ConsoleError('not_found', 'There is no such device.', { field: 'deviceId', value: deviceId });
      source = { sourceId: device.sourceId, transport: device.transport };
      sources.set(deviceId, source);
    }
    return source;
  }

  /** With the device's own source, or the one beside it for what is in doubt. A repeat is one wherever it lies. */
  function placed(measurement: Measurement) {
    const { sourceId, transport } = sourceOf(measurement.deviceId);
    const own = { measurement, sourceId, transport };
    if (transport === 'bluetooth') return own;
    if (!isDoubtful(measurement, (atMs) => patientAt(sourceId, atMs))) {
      const beside = doubtful.besideOf(sourceId);
      return beside !== null && readings.holds(beside, measurement) ? { ...own, sourceId: beside } : own;
    }
    if (readings.holds(sourceId, measurement)) return own;
    const beside = doubtful.besideOf(sourceId) ?? commit(() => doubtful.addBeside(sourceId));
    // Whosever it turns out to be, it is history.
    return { measurement: { ...measurement, origin: 'backfill' as const }, sourceId: beside, transport };
  }

  function addUnknown(batch: readonly Measurement[]): void {
    for (const { deviceId, receivedAtMs } of batch) {
      if (sources.has(deviceId) || deviceLookup.device(deviceId) !== null) continue;
      // A reading is never refused for want of a row: only a Bluetooth device can come unannounced.
      commit(() => devices.putDevice({ actor: 'console', atMs: receivedAtMs, deviceId, transport: 'bluetooth' }));
    }
  }

  const plain: PlainWrites = {
    saveSettings: one(settings.saveSettings),
    addPatient: one(patients.addPatient),
    updatePatient: one(patients.updatePatient),
    setDischarged: one(patients.setDischarged),
    addUser: one(users.addUser),
    setUserDisabled: one(users.setUserDisabled),
    addSession: one(users.addSession),
    endSession: one(users.endSession),
    putDevice: one((ask: Parameters<StoreWrites['putDevice']>[0]) => {
      sources.delete(ask.deviceId);
      return devices.putDevice(ask);
    }),
    revokeDevice: one(devices.revokeDevice),
    tokenUsed: one(devices.tokenUsed),
    bind: rebinding(({ deviceId }) => devices.known(deviceId).sourceId, devices.bind),
    unbind: rebinding(({ deviceId }) => devices.known(deviceId).sourceId, devices.unbind),
    beginPhotoFile: one((ask: Parameters<StoreWrites['beginPhotoFile']>[0]) => {
      patients.known(ask.patientId);
      return photos.beginPhotoFile(ask);
    }),
    addPhotoPart: one(photos.addPhotoPart),
    addPhoto: one(photos.addPhoto),
    retractPhoto: one(photos.retractPhoto),
    claim: rebinding(claims.sourceOf, claims.claim),
    undoClaim: rebinding(claims.sourceOf, claims.undoClaim),
    savePosition: one(linkMemory.savePosition),
    saveClockEpoch: one(linkMemory.saveClockEpoch),
    configureDevice: one(linkMemory.configureDevice),
    saveBluetoothSettings: one(linkMemory.saveBluetoothSettings),
    saveAlarm: one(alarms.saveAlarm),
    saveThreshold: one(alarms.saveThreshold),
    saveRiskLevels: one(levels.saveRiskLevels),
    saveSkinLevels: one(levels.saveSkinLevels),
    saveRetention: one(retention.saveRetention),
    forgetBefore: one(retention.forgetBefore),
    removeOld: one((ask: Parameters<StoreWrites['removeOld']>[0]) => {
      fileAll();
      return retention.removeOld(ask);
    }),
    addAudit: one((ask: By & { action: string; subject: string; detail: string }) =>
      audit.append(ask, ask.action, ask.subject, ask.detail),
    ),
  };

  let dataVersion = dataVersionNow.get();
  let isWithdrawalDue = withdrawn.isDue();

  return {
    plain,
    /** True once after another process has changed the database: what is remembered of it may be old. */
    changedByOthers(): boolean {
      const version = dataVersionNow.get();
      if (version === dataVersion) return false;
      dataVersion = version;
      sources.clear();
      doubtful.forget();
      wearings.clear();
      readings.forget();
      scores.forget();
      arrived = readings.arrivals.count();
      isWithdrawalDue = withdrawn.isDue();
      return true;
    },
    ...predictions,
    ...factReads(db),
    ...riskLevelReads(db),

    /** Whose readings the last change of a binding has moved and since when, and the newest that came to each patient. */
    lastMoved: () => ({
      former: moved.flatMap(({ formerId, fromMs }) => (formerId === null ? [] : [{ patientId: formerId, fromMs }])),
      newest: withdrawn.newestMoved(moved),
    }),

    /** What storing the batch would do; valid until the next change. Devices that are not known yet are added. */
    plan(batch: readonly Measurement[]): readonly PlannedReading[] {
      addUnknown(batch);
      const items = batch.map(placed);
      const plans = readings.plan(items);
      return items.map(({ measurement, sourceId, transport }, index) => ({
        measurement,
        identity: { sourceId, takenAtMs: measurement.takenAtMs, sequence: measurement.sequence },
        transport,
        patientId: patientAt(sourceId, measurement.takenAtMs),
        plan: plans[index] ?? { action: 'duplicate' },
      }));
    },

    /**
     * Readings and scores of a planned batch in one transaction.
     * @throws DiskFullError; then nothing of the batch is stored.
     */
    store(planned: readonly PlannedReading[], toStore: readonly ScoresToStore[]): void {
      let inserted = 0;
      const heard = new Map<number, number>();
      for (const { identity, measurement, plan } of planned) {
        const { sourceId } = sourceOf(measurement.deviceId);
        if (plan.action === 'insert') inserted++;
        // An arrival says by itself when its own source was heard.
        if (plan.action === 'insert' && identity.sourceId === sourceId) continue;
        if (measurement.receivedAtMs - (lastHeard.get(sourceId) ?? 0) >= LAST_HEARD_STEP_MS) {
          heard.set(sourceId, measurement.receivedAtMs);
        }
      }
      commit(() => {
        const caused: (EncodedScores | null)[] = planned.map(() => null);
        for (const { anchor, scored } of toStore) caused[anchor] = scores.encode(scored);
        readings.store(
          planned.map(({ plan }) => plan),
          caused,
        );
        for (const [sourceId, receivedAtMs] of heard) devices.heard(sourceId, receivedAtMs);
      });
      arrived += inserted;
      for (const [sourceId, receivedAtMs] of heard) lastHeard.set(sourceId, receivedAtMs);
    },

    /** Whether there are enough arrivals to be filed. */
    get hasToFile(): boolean {
      return arrived >= FILE_AT;
    },
    /**
     * Moves arrivals to where they are kept in one transaction, at most so many. True: there are more, and the next call goes on with them.
     * @throws DiskFullError; then they stay where they are.
     */
    fileArrivals(most = Number.POSITIVE_INFINITY): boolean {
      filedTo = commit(() => readings.arrivals.file(most, filedTo ?? undefined));
      if (filedTo === null) arrived = readings.arrivals.count();
      return filedTo !== null;
    },

    /** Whether a corrected binding concerns scores that have not been looked through yet. */
    get hasToWithdraw(): boolean {
      return isWithdrawalDue;
    },
    /** Looks through the next of them, in one transaction. @throws DiskFullError; then it is still to be done. */
    withdrawNext(): void {
      commit(() => withdrawn.proceed());
      isWithdrawalDue = withdrawn.isDue();
    },

    /** Stores what was entered; the score that follows is stored by `storeScores`. */
    addObservations: one(
      (
        ask: By & { patientId: number; takenAtMs: number; note: string; entries: readonly NewObservation[] },
      ): readonly Observation[] => {
        patients.known(ask.patientId);
        return observations.addObservations(ask);
      },
    ),
    retractObservation: one(observations.retractObservation),

    /** The source under which scores caused by a person's entry are kept; the entry's number is the sequence. */
    manualSource: one(({ patientId, atMs }: { patientId: number; atMs: number }) => devices.manualSource(patientId, atMs)),

    /** Whose the reading is by the bindings as they are now, or the entry by hand; null: nobody's. */
    concerns: ({ sourceId, takenAtMs }: ReadingIdentity): number | null =>
      patientAt(sourceId, takenAtMs) ?? deviceLookup.enteredFor(sourceId),

    /**
     * Scores that were not made with their reading, in one transaction. A reading that had some keeps those.
     * @throws DiskFullError; then none of them is stored.
     */
    storeScores(list: readonly { readonly identity: ReadingIdentity; readonly scored: readonly Scored[] }[]): void {
      if (list.length === 0) return;
      commit(() => {
        for (const { identity, scored } of list) {
          const earlier = readings.arrivals.takeScores(identity);
          if (earlier !== null) scores.file(identity, earlier);
          scores.file(identity, scores.encode(scored));
        }
      });
    },

    /** Single posts of patients who are here that no model has scored, oldest first; of those that have not been filed yet. */
    unscored(): readonly UnscoredReading[] {
      return readings.withoutScore().flatMap((reading): UnscoredReading[] => {
        const identity = parseReadingId(reading.readingId);
        const patientId = identity === null ? null : patientAt(identity.sourceId, identity.takenAtMs);
        if (identity === null || patientId === null || patients.known(patientId).dischargedAtMs !== null) return [];
        return predictions.predictionsOf(patientId, identity).length > 0 ? [] : [{ identity, patientId, reading }];
      });
    },
  };
}

export type StoreWriter = ReturnType<typeof storeWriter>;

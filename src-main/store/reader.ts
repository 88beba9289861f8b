// Every question to the database, on a read-only connection. Lives in the query worker (tools may open their own).
import { alarmReads } from './alarms.ts';
import { auditReads } from './audit.ts';
import { claimReads } from './claims.ts';
import type { ReadableDatabase } from './database.ts';
import { deviceReads } from './devices.ts';
import { historyReads } from './history.ts';
import { linkMemoryReads } from './link-memory.ts';
import { observationReads } from './observations.ts';
import { patientReads } from './patients.ts';
import { photoReads } from './photos.ts';
import type { StoreReads } from './ports.ts';
import { predictionReads } from './predictions.ts';
import { readingReads } from './reading-reads.ts';
import { retentionReads } from './retention.ts';
import { riskLevelReads } from './risk-levels.ts';
import { settingsReads } from './settings.ts';
import { userReads } from './users.ts';

/** Each answer is of one state of the database, whatever is stored or filed between two of its statements. */
export function storeReader(db: ReadableDatabase): StoreReads {
  const inTransaction = db.transaction((read: () => unknown) => read());
  const ofOneState =
    <A, R>(read: (ask: A) => R) =>
    (ask: A): R =>
      inTransaction(() => read(ask)) as R;
  const [settings, patients, users, devices] = [settingsReads(db), patientReads(db), userReads(db), deviceReads(db)];
  const [readings, history, observations] = [readingReads(db), historyReads(db), observationReads(db)];
  const [predictions, photos] = [predictionReads(db), photoReads(db)];
  const [alarms, audit] = [alarmReads(db), auditReads(db)];
  const [claims, linkMemory] = [claimReads(db), linkMemoryReads(db)];
  return {
    settings: settings.settings,
    patients: patients.patients,
    patient: patients.patient,
    patientByMrn: patients.patientByMrn,
    devices: devices.devices,
    bindings: devices.bindings,
    worn: devices.worn,
    users: users.users,
    userByName: users.userByName,
    userBySession: users.userBySession,
    deviceByToken: devices.deviceByToken,
    history: ofOneState(history.history),
    latest: ofOneState(readings.latest),
    readings: ofOneState(readings.readings),
    stored: ofOneState(readings.stored),
    statistics: ofOneState(history.statistics),
    observations: ofOneState(observations.observations),
    photos: photos.photos,
    photoPictures: photos.photoPictures,
    photoPart: photos.photoPart,
    photoResults: photos.photoResults,
    skinLevels: riskLevelReads(db).skinLevels,
    predictions: ofOneState(predictions.predictions),
    latestPredictions: ofOneState(predictions.latestPredictions),
    alarms: alarms.alarms,
    thresholds: alarms.thresholds,
    audit: audit.audit,
    retention: retentionReads(db).retention,
    lastDone: audit.lastDone,
    size: readings.size,
    unclaimed: ofOneState(claims.unclaimed),
    claims: ofOneState(claims.claims),
    deviceMemory: linkMemory.deviceMemory,
    bluetoothSettings: linkMemory.bluetoothSettings,
  };
}

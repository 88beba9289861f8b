// Everything a screen may ask of the console: name → parameters, result, and who may ask. The whole list is this file.
import { z } from 'zod';
import { id, timeMs } from './models/fields.ts';
import {
  adapterOffer,
  alarm,
  audioPause,
  auditEntry,
  backupFacts,
  backupFolder,
  bluetoothSettings,
  bluetoothState,
  cgmOctetOrder,
  claim,
  consoleInfo,
  consoleStatus,
  device,
  levelRehearsal,
  modelFacts,
  modelInfo,
  observation,
  observationKind,
  patient,
  patientLive,
  photoRehearsal,
  prediction,
  receipt,
  retentionChoice,
  retentionPreview,
  retentionRule,
  riskLevels,
  riskModel,
  role,
  ruleRehearsal,
  scanResult,
  selfTestReport,
  series,
  settings,
  thresholdRule,
  unclaimedSpan,
  user,
  vitalKind,
} from './models.ts';
import { backupName, base64, lines, newDeviceId, none, patientFields, patientRef, period, ruleChange, text } from './params.ts';
import {
  MAX_CROP_PX,
  MAX_PHOTO_BYTES,
  PHOTO_PART_BYTES,
  photo,
  photoAssessment,
  photoCrop,
  photoModel,
  photoType,
  skinRegion,
} from './photos.ts';

const done = z.object({ ok: z.literal(true) });
const signedIn = z.object({ user, token: z.string() });

/** `open` needs no sign-in; `user` any signed-in user; `admin` the role. */
export type Access = 'open' | 'user' | 'admin';

interface CommandDefinition<P extends z.ZodType, R extends z.ZodType> {
  readonly access: Access;
  readonly params: P;
  readonly result: R;
}

function command<P extends z.ZodType, R extends z.ZodType>(access: Access, params: P, result: R): CommandDefinition<P, R> {
  return { access, params, result };
}

export const COMMANDS = {
  'console.info': command('open', none, consoleInfo),
  'console.status': command('user', none, consoleStatus),

  'session.signIn': command(
    'open',
    z.object({ userName: z.string().trim().max(60), password: z.string().max(200) }).strict(),
    signedIn,
  ),
  'session.resume': command('open', z.object({ token: z.string().max(200) }).strict(), signedIn),
  'session.signOut': command('user', none, done),
  'setup.firstUser': command(
    'open',
    z
      .object({
        userName: text(60).min(1),
        displayName: text(120).min(1),
        password: z.string().min(8).max(200),
        clinicName: text(120),
        timeZone: z.string().max(60),
      })
      .strict(),
    signedIn,
  ),

  'ward.live': command('user', none, z.array(patientLive)),
  'patient.live': command('user', patientRef, patientLive),
  'patient.list': command('user', z.object({ includeDischarged: z.boolean().default(false) }).strict(), z.array(patient)),
  'patient.add': command('user', z.object(patientFields).strict(), patient),
  'patient.update': command('user', z.object({ patientId: id, ...patientFields }).strict(), patient),
  'patient.discharge': command('user', patientRef, patient),
  'patient.readmit': command('user', patientRef, patient),

  'reading.history': command(
    'user',
    z
      .object({
        patientId: id,
        kinds: z.array(vitalKind).min(1),
        ...period,
        maxPoints: z.number().int().min(10).max(10_000).default(1000),
      })
      .strict(),
    z.array(series),
  ),

  'observation.add': command(
    'user',
    z
      .object({
        patientId: id,
        takenAtMs: timeMs,
        note: lines(500).default(''),
        entries: z
          .array(
            z
              .object({
                kind: observationKind,
                /** As typed; the console converts it and checks it again. */
                value: text(20).min(1),
                unit: z.string().max(20),
                /** The person has seen that the value is unusual and means it. */
                confirmed: z.boolean().default(false),
                /** True: this replaces the device's reading nearest to `takenAtMs`, which stays stored. */
                override: z.boolean().default(false),
              })
              .strict(),
          )
          .min(1)
          .max(40),
      })
      .strict(),
    z.array(observation),
  ),
  'observation.list': command(
    'user',
    z.object({ patientId: id, fromMs: timeMs.optional(), toMs: timeMs.optional() }).strict(),
    z.array(observation),
  ),
  'observation.retract': command('user', z.object({ observationId: id, reason: lines(300).min(1) }).strict(), observation),

  /** The newest `limit` of the period, oldest first. */
  'prediction.list': command(
    'user',
    z.object({ patientId: id, model: riskModel, ...period, limit: z.number().int().min(1).max(5000).default(500) }).strict(),
    z.array(prediction),
  ),
  'prediction.receipt': command('user', z.object({ predictionId: z.string().max(120) }).strict(), receipt),
  'model.list': command('user', none, z.array(modelInfo)),
  'model.facts': command('user', z.object({ model: z.string().regex(/^[a-z][a-z-]{0,39}$/) }).strict(), modelFacts),
  /** For results from now on; null: back to the levels the model was trained with. */
  'model.setLevels': command('admin', z.object({ model: riskModel, levels: riskLevels.nullable() }).strict(), modelInfo),
  /** The results of the last 14 days by other levels; changes nothing. */
  'model.rehearseLevels': command('user', z.object({ model: riskModel, levels: riskLevels }).strict(), levelRehearsal),

  'photo.model': command('user', none, photoModel),
  /** For photos assessed from now on; null: back to the levels the model was trained with. */
  'photo.setLevels': command('admin', z.object({ levels: riskLevels.nullable() }).strict(), photoModel),
  /** The photos kept by other levels; changes nothing. */
  'photo.rehearseLevels': command('user', z.object({ levels: riskLevels }).strict(), photoRehearsal),
  /** Assesses a square of pixels, RGB, eight bits each, row by row. Nothing is kept until `photo.add`. */
  'photo.assess': command(
    'user',
    z.object({ patientId: id, side: z.number().int().min(1).max(MAX_CROP_PX), rgbBase64: base64(3 * MAX_CROP_PX ** 2) }).strict(),
    photoAssessment,
  ),
  /** Begins to take in a photo's file; its parts follow in order, each of PHOTO_PART_BYTES but the last. */
  'photo.begin': command(
    'user',
    z.object({ patientId: id, byteLength: z.number().int().min(1).max(MAX_PHOTO_BYTES) }).strict(),
    z.object({ uploadId: id }),
  ),
  'photo.part': command(
    'user',
    z.object({ uploadId: id, part: z.number().int().min(0), base64: base64(PHOTO_PART_BYTES) }).strict(),
    z.object({ receivedBytes: z.number().int() }),
  ),
  /** Keeps an assessed photo in the record: at a spot that is known, or at a new one. */
  'photo.add': command(
    'user',
    z
      .object({
        patientId: id,
        uploadId: id,
        assessmentId: z.string().max(80),
        spot: z.union([
          z.object({ spotId: id }).strict(),
          z.object({ region: skinRegion, detail: text(120).default('') }).strict(),
        ]),
        takenAtMs: timeMs,
        note: lines(500).default(''),
        widthPx: z.number().int().min(1).max(65_535),
        heightPx: z.number().int().min(1).max(65_535),
        crop: photoCrop,
      })
      .strict(),
    photo,
  ),
  /** Oldest first, retracted ones included (they say so). */
  'photo.list': command(
    'user',
    z.object({ patientId: id, fromMs: timeMs.optional(), toMs: timeMs.optional() }).strict(),
    z.array(photo),
  ),
  /** What was assessed and what the model looked at, as PNG. */
  'photo.pictures': command(
    'user',
    z.object({ photoId: id }).strict(),
    z.object({ cropPng: z.base64(), heatMapPng: z.base64().nullable() }),
  ),
  /** One part of the file as it was taken in. */
  'photo.original': command(
    'user',
    z.object({ photoId: id, part: z.number().int().min(0) }).strict(),
    z.object({ mediaType: photoType, parts: z.number().int().positive(), base64: z.base64() }),
  ),
  'photo.retract': command('user', z.object({ photoId: id, reason: lines(300).min(1) }).strict(), photo),

  'alarm.list': command(
    'user',
    z
      .object({
        /** `open`: everything that is not cleared. */
        which: z.enum(['open', 'all']).default('open'),
        patientId: id.optional(),
        limit: z.number().int().min(1).max(1000).default(200),
      })
      .strict(),
    z.array(alarm),
  ),
  'alarm.acknowledge': command('user', z.object({ alarmId: z.string().max(80) }).strict(), alarm),
  'alarm.pauseAudio': command('user', z.object({ seconds: z.number().int().min(0).max(120) }).strict(), audioPause),
  'alarm.audioPause': command('user', none, audioPause),
  'threshold.list': command('user', z.object({ patientId: id.nullable().default(null) }).strict(), z.array(thresholdRule)),
  'threshold.save': command('user', ruleChange, thresholdRule),
  /** The readings of the last 14 days by the rule as it would be; changes nothing. */
  'threshold.rehearse': command('user', ruleChange, ruleRehearsal),

  'device.list': command('user', none, z.array(device)),
  'device.add': command(
    'admin',
    z.object({ deviceId: newDeviceId, patientId: id.nullable().default(null) }).strict(),
    /** The token is shown this once and stored only as a hash. */
    z.object({ device, token: z.string() }),
  ),
  'device.revoke': command('admin', z.object({ deviceId: z.string().max(80) }).strict(), device),
  /** `fromMs`: since when the patient has worn it; now where left out. Readings from then on are the patient's. */
  'device.bind': command(
    'user',
    z.object({ deviceId: z.string().max(80), patientId: id, fromMs: timeMs.optional() }).strict(),
    device,
  ),
  /** `fromMs`: since when it was not worn by whom it is bound to; now where left out. Readings from then on wait unclaimed. */
  'device.unbind': command('user', z.object({ deviceId: z.string().max(80), fromMs: timeMs.optional() }).strict(), device),
  /** What cannot be told from the device itself. */
  'device.configure': command('user', z.object({ deviceId: z.string().max(80), cgmOctetOrder }).strict(), device),
  'bluetooth.state': command('user', none, bluetoothState),
  'bluetooth.scan': command('user', z.object({ on: z.boolean() }).strict(), bluetoothState),
  'bluetooth.found': command('user', none, z.array(scanResult)),
  'bluetooth.pair': command('user', z.object({ address: z.string().max(80) }).strict(), device),
  'bluetooth.disconnect': command('user', z.object({ deviceId: z.string().max(80) }).strict(), device),

  'bluetooth.settings': command('user', none, bluetoothSettings),
  /** Takes effect at once; `virtual` cannot be chosen. */
  'bluetooth.setSettings': command('admin', bluetoothSettings, bluetoothSettings),
  'bluetooth.adapters': command('user', none, z.array(adapterOffer)),

  /** The tray: readings of devices nobody was bound to, newest first. */
  'unclaimed.list': command('user', none, z.array(unclaimedSpan)),
  /** They become the patient's, current values and history; with null they are set aside as nobody's. */
  'unclaimed.claim': command(
    'user',
    z
      .object({
        deviceId: z.string().max(80),
        fromMs: timeMs,
        toMs: timeMs,
        patientId: id.nullable(),
        /** As the span says: those that are in doubt are not those of a time nobody wore it. */
        isDoubtful: z.boolean().default(false),
      })
      .strict(),
    claim,
  ),
  /** Back into the tray, as if it had not been claimed. */
  'unclaimed.undo': command('user', z.object({ claimId: id }).strict(), claim),
  /** Newest first, undone ones included. */
  'unclaimed.claims': command('user', z.object({ limit: z.number().int().min(1).max(500).default(50) }).strict(), z.array(claim)),

  /** From now on `ecg.frame` of this patient is told to this screen; ask again before `untilMs` to go on watching. */
  'ecg.watch': command('user', patientRef, z.object({ untilMs: timeMs })),
  'ecg.unwatch': command('user', patientRef, done),

  'report.create': command(
    'user',
    /** `toMs` null: until now by the console's clock. A screen's clock may be behind, and what was entered last belongs in. */
    z.object({ patientId: id, ...period, toMs: timeMs.nullable(), format: z.enum(['pdf', 'csv']) }).strict(),
    z.object({ fileName: z.string(), mediaType: z.string(), base64: z.string() }),
  ),

  'settings.get': command('user', none, settings),
  'settings.set': command(
    'admin',
    settings
      .unwrap()
      .extend({ clinicName: text(120) })
      .readonly(),
    settings,
  ),
  'user.list': command('admin', none, z.array(user)),
  'user.add': command(
    'admin',
    z.object({ userName: text(60).min(1), displayName: text(120).min(1), password: z.string().min(8).max(200), role }).strict(),
    user,
  ),
  'user.setDisabled': command('admin', z.object({ userId: id, disabled: z.boolean() }).strict(), user),
  /** Backups lie in one folder of the console's computer; a screen names files in it, never paths. */
  'backup.list': command('admin', none, backupFolder),
  'backup.make': command('admin', none, backupFacts),
  'backup.inspect': command('admin', z.object({ fileName: backupName }).strict(), backupFacts),
  /** Replaces everything stored; what was there is kept aside. Everybody has to sign in again. */
  'backup.restore': command('admin', z.object({ fileName: backupName }).strict(), done),
  'retention.list': command('user', none, z.array(retentionRule)),
  'retention.preview': command(
    'admin',
    z.object({ rules: z.array(retentionChoice).min(1).max(4) }).strict(),
    z.array(retentionPreview),
  ),
  /** Saves the rules and removes what they no longer keep; answers when that is done. */
  'retention.save': command(
    'admin',
    z.object({ rules: z.array(retentionChoice).min(1).max(4) }).strict(),
    z.array(retentionRule),
  ),
  /** `screenAtMs`: the clock of the screen's computer, to be compared. */
  'selfTest.run': command('user', z.object({ screenAtMs: timeMs }).strict(), selfTestReport),
  /** Whether somebody has heard the tone that the screen has played. */
  'selfTest.speaker': command('user', z.object({ heard: z.boolean() }).strict(), done),
  'audit.list': command(
    'user',
    z.object({ limit: z.number().int().min(1).max(1000).default(200) }).strict(),
    z.array(auditEntry),
  ),
} as const;

export type CommandName = keyof typeof COMMANDS;
/** What the caller writes (defaults may be left out). */
export type CommandInput<N extends CommandName> = z.input<(typeof COMMANDS)[N]['params']>;
/** What the handler reads (defaults filled in). */
export type CommandParams<N extends CommandName> = z.output<(typeof COMMANDS)[N]['params']>;
export type CommandResult<N extends CommandName> = z.output<(typeof COMMANDS)[N]['result']>;

// The composition root: read it top to bottom and you have read the system.
//
//   links ─► intake ─► engine (store, models) ─► ward, alarms ─► events ─► screens
//   screens ─► handle ─► handlers ─► query (history, reports), engine (changes)
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { DeviceTokens } from './accounts/device-tokens.ts';
import { Sessions } from './accounts/sessions.ts';
import { TokenWatch } from './accounts/token-watch.ts';
import { Alarms } from './alarms/alarms.ts';
import { defaultRules, mergeRules } from './alarms/rules.ts';
import { Announcer } from './announcer.ts';
import { CommandDesk } from './command-desk.ts';
import type { ConsolePort } from './console-port.ts';
import { ConsoleError } from './contract/errors.ts';
import type { AdapterChoice, Binding, BluetoothSettings, Observation, Patient, Settings } from './contract/models.ts';
import { administrationHandlers } from './handlers/administration.ts';
import { alarmHandlers } from './handlers/alarms.ts';
import { backupHandlers } from './handlers/backups.ts';
import { bluetoothHandlers, NO_LINKS } from './handlers/bluetooth.ts';
import { BindingDesk, deviceHandlers, watchedDevice } from './handlers/devices.ts';
import { EcgWatchers, ecgHandlers } from './handlers/ecg.ts';
import type { Handlers } from './handlers/handler.ts';
import { modelHandlers } from './handlers/models.ts';
import { observationHandlers } from './handlers/observations.ts';
import { patientHandlers } from './handlers/patients.ts';
import { photoHandlers } from './handlers/photos.ts';
import { predictionHandlers } from './handlers/predictions.ts';
import { Rehearsals } from './handlers/rehearsals.ts';
import { reportHandlers } from './handlers/reports.ts';
import { RetentionDesk, retentionHandlers } from './handlers/retention.ts';
import { selfTestHandlers } from './handlers/self-test.ts';
import { sessionHandlers } from './handlers/session.ts';
import { freeBytes, StatusDesk } from './handlers/status.ts';
import { UnclaimedTray, unclaimedHandlers } from './handlers/unclaimed.ts';
import { wardHandlers } from './handlers/ward.ts';
import { appVersion, modelsDir as ownModelsDir } from './installation.ts';
import { Intake } from './intake/intake.ts';
import { BluetoothLink } from './links/bluetooth/bluetooth-link.ts';
import type { RadioChoice } from './links/bluetooth/noble-central.ts';
import type { MqttOptions, RunningMqtt } from './mqtt.ts';
import { OtherWriters } from './other-writers.ts';
import { RestorableConsole, type RestoreRequest } from './restorable-console.ts';
import { StorageDesk } from './storage-desk.ts';
import { lockDirectory } from './store/directory-lock.ts';
import { Engine } from './threads/engine.ts';
import { Maintenance } from './threads/maintenance.ts';
import { Query } from './threads/query.ts';
import { Vision } from './threads/vision.ts';
import { Ward } from './ward.ts';

export interface ConsoleOptions {
  /** Folder of the database; made where it is missing. */
  readonly dataDir: string;
  readonly host: 'desktop' | 'headless';
  /** False: no Bluetooth, for the command line beside a console that is running. */
  readonly links: boolean;
  /** Where backups are put and restored from; `backups` in the data directory where left out. */
  readonly backupDir?: string;
  readonly demo?: boolean;
  /** The computer's own radio where left out. */
  readonly radio?: RadioChoice;
  /** No MQTT where left out. */
  readonly mqtt?: MqttOptions;
  /** The trained models with their manifest; the application's own where left out. */
  readonly modelsDir?: string;
  readonly log?: Logger;
  /** Check every result against the contract before it leaves; for tests. */
  readonly checkResults?: boolean;
}

const DATABASE = 'healthsense.db';
const STATUS_EVERY_MS = 5_000;
const RETENTION_EVERY_MS = 3_600_000;
const DISK_EVERY_MS = 30_000;
const OBSERVED_SINCE_MS = 24 * 3_600_000;
const BINDINGS_EVERY_MS = 30_000;

/** @throws ConsoleError where the data directory or its database cannot be used, or a running console has it. */
export async function openConsole(options: ConsoleOptions): Promise<ConsolePort> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  // The command line may work beside a running console; a second one with links would raise every alarm twice.
  const lock = options.links ? lockDirectory(options.dataDir) : null;
  try {
    return await RestorableConsole.open((restore) => assemble(options, restore), {
      databasePath: join(options.dataDir, DATABASE),
      log: options.log ?? pino({ level: 'silent' }),
      onClosed: () => lock?.release(),
    });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function assemble(options: ConsoleOptions, restore: RestoreRequest): Promise<ConsolePort> {
  const { dataDir, host, demo = false, modelsDir = ownModelsDir() } = options;
  const log = options.log ?? pino({ level: 'silent' });
  const now = Date.now;
  const monotonicNow = (): number => performance.now();
  // ONNX Runtime reports use to its maker unless told otherwise, and reads this once, before any thread has loaded it.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const databasePath = join(dataDir, DATABASE);

  // Storage: one writer with the models, one reader.
  let engineChanged = (): void => undefined;
  const engine = new Engine({ databasePath, modelsDir, onStatus: () => engineChanged() });
  const query = new Query({ databasePath });
  const starting = engine.start();
  await Promise.race([engine.opened, starting]);
  try {
    await Promise.all([query.start(), starting]);
  } catch (error) {
    await Promise.all([query.stop(), engine.stop()]);
    throw error;
  }
  const reads = query.store;
  const writes = engine.store;
  let settings = await reads.settings();
  let radioSettings = await reads.bluetoothSettings();
  const models = await writes.models();
  let rawKeptFromMs = (await reads.retention()).find(({ kind }) => kind === 'raw')?.keptFromMs ?? 0;

  // Events to the screens.
  const announcer = new Announcer((error) => log.error({ err: error }, 'a listener of events failed'));
  const emit = announcer.emit;
  const tray = new UnclaimedTray(emit);
  const watchers = new EcgWatchers({ now, monotonicNow });
  const bindingUntilMs = ({ boundAtMs }: Binding): number | null =>
    radioSettings.bindingHours === null ? null : boundAtMs + radioSettings.bindingHours * 3_600_000;

  // Alarms: from validated readings and predictions, never through the worker.
  const alarms = new Alarms({
    now,
    monotonicNow,
    rules: mergeRules(defaultRules(models), await reads.thresholds()),
    units: () => settings,
    lostSignalAfterSeconds: settings.lostSignalAfterSeconds,
    persist: (alarm) => writes.saveAlarm({ alarm }),
    onChange: (alarm) => emit({ name: 'alarm.changed', payload: alarm }),
    onReminder: (alarm) => emit({ name: 'alarm.reminder', payload: alarm }),
    onAudioPause: (pause) => emit({ name: 'alarm.audioPause', payload: { pause } }),
  });
  alarms.restore(await reads.alarms({ which: 'open', limit: 1000 }));

  // The way in, and the ward in memory.
  const intake = new Intake({
    store: writes,
    now,
    patient: (patientId) => ward.patient(patientId),
    onValidated: (patientId, measurement) => alarms.onMeasurement(patientId, measurement),
    onValues: (patientId, values) => {
      emit({ name: 'values.changed', payload: { patientId, values: [...values], news2: ward.tellNews2(patientId) } });
    },
    onPrediction: (prediction) => {
      ward.predicted(prediction);
      if (ward.patient(prediction.patientId) !== null) alarms.onPrediction(prediction);
      emit({ name: 'prediction.changed', payload: prediction });
    },
    unclaimed: models.map(({ name, version }) => ({
      model: name,
      version,
      probability: null,
      level: 'abstained',
      missing: ['patient'],
    })),
    onLeft: (patientId, deviceId, isTheirs) => alarms.deviceLeft(patientId, deviceId, isTheirs),
    onPlaces: (deviceId, places) => {
      alarms.technical('device-twice', {
        active: places !== null,
        deviceId,
        message: `${deviceId} sends from two places at once`,
        detail:
          places === null ? '' : `${places.join(' and ')} use one token. Revoke the device and add each of the two with its own.`,
        priority: 'low',
      });
    },
    onDevice: (device) => emit({ name: 'device.changed', payload: device }),
    keptFromMs: () => rawKeptFromMs,
    onStoring: (problem) => status.storing(problem),
    bindingUntilMs,
    onUnclaimed: (deviceId) => tray.changed(deviceId),
    onRefused: (deviceId, reason) => {
      const entry = { actor: 'console', atMs: now(), action: 'device.refused', subject: `device ${deviceId}`, detail: reason };
      writes.addAudit(entry).catch((error: unknown) => log.error({ err: error, deviceId }, 'a refusal was not written down'));
    },
  });
  const ward: Ward = new Ward({
    values: (patientId) => intake.values.of(patientId),
    openAlarms: () => alarms.open(),
    devices: () => intake.board.devices(),
    now,
  });

  // Ways in that need a radio.
  const bluetooth = options.links
    ? new BluetoothLink({
        radio: options.radio ?? radioOf(radioSettings.adapter),
        memory: {
          of: (deviceId) => reads.deviceMemory({ deviceId }),
          savePosition: (deviceId, stream, position) => writes.savePosition({ deviceId, stream, ...position }),
          saveClockEpoch: (deviceId, epoch) => writes.saveClockEpoch({ deviceId, ...epoch }),
        },
        sink: intake,
        logger: log,
        timeZone: () => settings.timeZone,
      })
    : null;
  bluetooth?.onChange((state) => emit({ name: 'bluetooth.changed', payload: state }));
  bluetooth?.onFound((found) => emit({ name: 'bluetooth.found', payload: found }));
  bluetooth?.onEcg((deviceId, frame) => {
    const patientId = intake.bindings.openOf(deviceId)?.patientId;
    if (patientId === undefined || !watchers.isWatched(patientId)) return;
    emit({ name: 'ecg.frame', payload: { patientId, deviceId, ...frame } });
  });

  const status: StatusDesk = new StatusDesk({
    reads,
    alarms,
    dataDir,
    now,
    engine: () => engine.status(),
    bluetooth: () => bluetooth?.state() ?? NO_LINKS,
  });

  engineChanged = () => status.engineChanged();
  status.engineChanged();

  // Skin photos: a worker of their own, started when the first one is looked at.
  const vision = new Vision({ modelsDir, onProblem: (problem) => status.visionChanged(problem) });

  // What is stored becomes what is in memory.
  async function takeIn(patient: Patient): Promise<void> {
    const { patientId } = patient;
    if (patient.dischargedAtMs !== null) {
      alarms.patientLeft(patientId);
      ward.remove(patientId);
      intake.left(patientId);
      return;
    }
    const isNew = ward.patient(patientId) === null;
    ward.put(patient);
    if (isNew) await intake.arrived(patientId);
    const fromMs = now() - OBSERVED_SINCE_MS;
    ward.setObserved(patientId, await reads.observations({ patientId, fromMs }));
    for (const prediction of await reads.latestPredictions({ patientId })) ward.predicted(prediction);
  }
  for (const patient of await reads.patients({ includeDischarged: false })) await takeIn(patient);
  await intake.load(reads);
  for (const device of intake.board.devices()) {
    if (device.boundTo !== null) alarms.watch(watchedDevice(device, device.boundTo.patientId));
  }

  // Accounts.
  const sessions = new Sessions({ reads, writes });
  const deviceTokens = new DeviceTokens({ reads });
  const door = new TokenWatch({
    writes,
    onUsed: (record) => intake.board.load([record]),
    onError: (error) => log.warn({ err: error }, 'the use of a device token could not be noted'),
  });

  // Long work on what is stored, off this thread.
  let mqtt: RunningMqtt | null = null;
  const storageParts = { reads, writes, maintenance: new Maintenance(), desk: new StorageDesk(emit), databasePath, now };
  const { maintenance, desk } = storageParts;
  const retentionParts = {
    ...storageParts,
    keptFrom: (keptFromMs: number) => {
      rawKeptFromMs = keptFromMs;
    },
  };
  const retention = new RetentionDesk(retentionParts);

  function settingsChanged(saved: Settings): void {
    settings = saved;
    alarms.setLostSignalAfterSeconds(saved.lostSignalAfterSeconds);
  }

  function radioSettingsChanged(saved: BluetoothSettings): void {
    const isOther = JSON.stringify(saved.adapter) !== JSON.stringify(radioSettings.adapter);
    radioSettings = saved;
    if (isOther && options.radio === undefined) void bluetooth?.changeRadio(radioOf(saved.adapter));
    for (const { deviceId } of intake.bindings.allOpen()) intake.board.rebound(deviceId);
  }

  /** NEWS2 changes with what was observed and with time; the screens hear of it without a value. */
  function announceNews2(patientId: number): void {
    if (ward.patient(patientId) === null) return;
    const news2 = ward.changedNews2(patientId);
    if (news2 !== null) emit({ name: 'values.changed', payload: { patientId, values: [], news2 } });
  }

  const bindingParts = { reads, writes, intake, alarms, deviceTokens, bluetooth, now };
  const bindings = new BindingDesk(bindingParts);

  const rehearsals = new Rehearsals({ reads, query, alarms, now });

  const handlers: Handlers = {
    ...sessionHandlers({ reads, writes, sessions, now, info: { version: appVersion(), host, demo }, settingsChanged }),
    ...administrationHandlers({
      reads,
      writes,
      now,
      emit,
      settingsChanged,
      userChanged: (userId) => sessions.forgetUser(userId),
    }),
    ...patientHandlers({
      reads,
      writes,
      now,
      emit,
      patientChanged: takeIn,
      unbindAll: async (patientId, who) => {
        for (const deviceId of intake.bindings.devicesOf(patientId)) await bindings.unbind(deviceId, who);
      },
    }),
    ...wardHandlers({ reads, ward, status }),
    ...observationHandlers({
      reads,
      writes,
      now,
      emit,
      observed: (observations) => {
        for (const observation of observations) {
          ward.observed(observation);
          intake.observation(observation);
          // Written down after the discharge, it belongs to the history.
          if (ward.patient(observation.patientId) !== null) alarms.onObservation(observation);
        }
        for (const { patientId } of observations.slice(0, 1)) announceNews2(patientId);
      },
      retracted: async (observation: Observation) => {
        const { patientId } = observation;
        intake.observation(observation);
        alarms.onObservation(observation);
        ward.setObserved(patientId, await reads.observations({ patientId, fromMs: now() - OBSERVED_SINCE_MS }));
        announceNews2(patientId);
      },
      predicted: (predictions) => intake.predictions(predictions),
    }),
    ...predictionHandlers({ reads, writes }),
    ...photoHandlers({ reads, writes, vision, now, emit }),
    ...modelHandlers({ writes, alarms, rehearsals, modelsDir, now, emit }),
    ...alarmHandlers({ reads, writes, alarms, rehearsals, now }),
    ...deviceHandlers(bindingParts, bindings),
    ...bluetoothHandlers(
      {
        ...bindingParts,
        settings: () => radioSettings,
        settingsChanged: radioSettingsChanged,
        isVirtual: options.radio?.kind === 'virtual',
      },
      bindings,
    ),
    ...unclaimedHandlers({ reads, writes, intake, tray, emit, now }),
    ...ecgHandlers({ watchers, isHere: (patientId) => ward.patient(patientId) !== null }),
    ...backupHandlers({
      ...storageParts,
      backupDir: options.backupDir ?? join(dataDir, 'backups'),
      restoreWhenAnswered: restore,
    }),
    ...retentionHandlers(retentionParts, retention),
    ...selfTestHandlers({
      ...storageParts,
      engine: () => engine.status(),
      freeDiskBytes: () => freeBytes(dataDir),
      bluetooth: () => bluetooth?.state() ?? NO_LINKS,
      mqtt: () => mqtt?.states() ?? { broker: null, embeddedPort: null },
      monotonicNow,
    }),
    ...reportHandlers({ query, writes, alarms, now }),
  };
  const commands = new CommandDesk({ handlers, sessions, log, checkResults: options.checkResults ?? false });

  // What goes on by itself.
  await status.refresh();
  const others = new OtherWriters({ reads, intake, alarms, deviceTokens, ward, takeIn, emit });
  const timers = options.links
    ? [
        setInterval(() => alarms.tick(), 1000),
        setInterval(() => {
          emit({ name: 'status.changed', payload: status.status() });
          for (const patientId of ward.patientIds()) announceNews2(patientId);
        }, STATUS_EVERY_MS),
        setInterval(
          () => status.refresh().catch((error: unknown) => log.warn({ err: error }, 'disk and database not read')),
          DISK_EVERY_MS,
        ),
        setInterval(() => intake.lookAtPlaces(), DISK_EVERY_MS),
        setInterval(
          () =>
            bindings.endExpired(now(), bindingUntilMs).catch((error: unknown) => log.warn({ err: error }, 'bindings not ended')),
          BINDINGS_EVERY_MS,
        ),
        setInterval(() => {
          // What a person has started goes first; this comes again.
          if (desk.running !== null) return;
          const who = { actor: 'console', atMs: now() };
          desk
            .run('retention', (onProgress) => retention.apply(who, onProgress))
            .catch((error: unknown) => log.warn({ err: error }, 'old readings could not be removed'));
        }, RETENTION_EVERY_MS),
        setInterval(() => others.look().catch((error: unknown) => log.warn({ err: error }, 'changes of others not read')), 2000),
      ]
    : [];

  if (bluetooth !== null) {
    await bluetooth.start();
    const known = intake.board.devices().filter((device) => device.transport === 'bluetooth' && device.revokedAtMs === null);
    bluetooth.restore(known.flatMap(({ deviceId, address }) => (address === null ? [] : [{ deviceId, address }])));
  }

  let closed = false;
  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    for (const timer of timers) clearInterval(timer);
    await mqtt?.stop();
    await bluetooth?.stop();
    await door.close();
    await maintenance.close();
    intake.close();
    await vision.stop();
    tray.close();
    await engine.stop();
    await query.stop();
  }

  try {
    const deviceByToken = (token: string) => deviceTokens.deviceByToken(token);
    const asked = options.mqtt ?? {};
    if (options.links && (asked.broker ?? asked.embedded) !== undefined) {
      // Loaded where it is asked for: its client and its broker take as long to load as all the rest.
      const { startMqtt } = await import('./mqtt.ts');
      mqtt = await startMqtt(asked, { dataDir, intake, alarms, logger: log, deviceByToken, watch: door });
    }
  } catch (error) {
    // A console that nobody can open must not go on taking readings and raising alarms that nobody hears.
    await close();
    throw error;
  }

  return {
    handle: (command, params, caller) => {
      if (closed) return Promise.reject(new ConsoleError('unavailable', 'The console is closing.'));
      return commands.handle(command, params, caller);
    },
    isSignedIn: (caller) => commands.isSignedIn(caller),
    subscribe: announcer.subscribe,
    mayHear: (caller, event) => watchers.mayHear(caller, event),
    awake: () => bluetooth?.woke(),
    sink: intake,
    deviceByToken: (token) => deviceTokens.deviceByToken(token),
    door,
    close,
  };
}

/** The simulated radio is handed over by the demo and the tests; where it was saved, the computer's own is meant. */
function radioOf(adapter: AdapterChoice): RadioChoice {
  return adapter.kind === 'virtual' ? { kind: 'system', hci: null } : adapter;
}

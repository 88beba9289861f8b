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
import { bluetoothLink, radioOf, startBluetooth } from './bluetooth.ts';
import { CommandDesk } from './command-desk.ts';
import type { ConsolePort } from './console-port.ts';
import { ConsoleError } from './contract/errors.ts';
import type { BluetoothSettings, BluetoothState, Patient, Settings } from './contract/models.ts';
import { DeviceWarnings } from './device-warnings.ts';
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
import { photoLevelHandlers } from './handlers/photo-levels.ts';
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
import type { RadioChoice } from './links/bluetooth/noble-central.ts';
import type { MqttOptions, RunningMqtt } from './mqtt.ts';
import { OtherWriters } from './other-writers.ts';
import { PacedPredictions } from './paced-predictions.ts';
import { repeat } from './regular-work.ts';
import { RestorableConsole, type RestoreRequest } from './restorable-console.ts';
import { SettingsInForce } from './settings-in-force.ts';
import { StorageDesk } from './storage-desk.ts';
import { lockDirectory } from './store/directory-lock.ts';
import { Maintenance } from './threads/maintenance.ts';
import { openStorage } from './threads/storage.ts';
import { Vision } from './threads/vision.ts';
import { Ward } from './ward.ts';
import { WardDesk } from './ward-desk.ts';

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
const HOUR_MS = 3_600_000;

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
  const databasePath = join(dataDir, DATABASE);

  // Storage: one writer with the models, one reader.
  let engineChanged = (): void => undefined;
  let followed: Intake['followed'] = () => undefined;
  const { engine, query } = await openStorage({
    databasePath,
    modelsDir,
    scoresMissed: options.links,
    onStatus: () => engineChanged(),
    onFollowed: (heard, predictions) => followed(heard, predictions),
  });
  const reads = query.store;
  const writes = engine.store;
  const inForce = await SettingsInForce.read(reads);
  const models = await writes.models();

  // Events to the screens.
  const announcer = new Announcer((error) => log.error({ err: error }, 'a listener of events failed'));
  const paced = new PacedPredictions(announcer.emit);
  const emit = paced.emit;
  const tray = new UnclaimedTray(emit);
  const watchers = new EcgWatchers({ now, monotonicNow });

  // Alarms: from validated readings and predictions, never through the worker.
  const alarms = new Alarms({
    now,
    monotonicNow,
    rules: mergeRules(defaultRules(models), await reads.thresholds()),
    units: () => inForce.clinic,
    lostSignalAfterSeconds: inForce.clinic.lostSignalAfterSeconds,
    refusedWithin: (deviceId, ms) => intake.board.refusedSince(deviceId, now() - ms),
    persist: (alarm) => writes.saveAlarm({ alarm }),
    onChange: (alarm) => emit({ name: 'alarm.changed', payload: alarm }),
    onReminder: (alarm) => emit({ name: 'alarm.reminder', payload: alarm }),
    onAudioPause: (pause) => emit({ name: 'alarm.audioPause', payload: { pause } }),
  });
  alarms.restore(await reads.alarms({ which: 'open', limit: 1000 }));
  const warnings = new DeviceWarnings({ writes, alarms, log, now });

  // The way in, and the ward in memory.
  let mqtt: RunningMqtt | null = null;
  const intake: Intake = new Intake({
    store: writes,
    now,
    patient: (patientId) => ward.patient(patientId),
    onValidated: (patientId, measurement) => alarms.onMeasurement(patientId, measurement),
    onValues: (patientId, values) => wardDesk.valuesChanged(patientId, values),
    onPrediction: (prediction) => wardDesk.predicted(prediction),
    onLate: (late) => mqtt?.late(late),
    unclaimed: models.map(({ name: model, version }) => ({
      model,
      version,
      probability: null,
      level: 'abstained',
      missing: ['patient'],
    })),
    onLeft: (patientId, deviceId, isTheirs) => alarms.deviceLeft(patientId, deviceId, isTheirs),
    onRebound: (patientId) => {
      wardDesk.rebound(patientId).catch((error: unknown) => log.warn({ err: error }, 'scores not read after a binding'));
    },
    onPlaces: (deviceId, places) => warnings.twoPlaces(deviceId, places),
    onDevice: (device) => emit({ name: 'device.changed', payload: device }),
    keptFromMs: () => inForce.readingsKeptFromMs,
    onStoring: (problem) => status.storing(problem),
    bindingUntilMs: inForce.bindingUntilMs,
    onUnclaimed: (deviceId) => tray.changed(deviceId),
    onRefused: (deviceId, reason) => warnings.refused(deviceId, reason),
  });
  const ward: Ward = new Ward({
    values: (patientId) => intake.values.of(patientId),
    openAlarms: () => alarms.open(),
    devices: () => intake.board.devices(),
    now,
  });
  const wardDesk: WardDesk = new WardDesk({ reads, ward, intake, alarms, emit, now });
  const takeIn = (patient: Patient): Promise<void> => wardDesk.takeIn(patient);

  // The way in that needs a radio.
  const bluetooth = options.links
    ? bluetoothLink({
        radio: options.radio ?? radioOf(inForce.bluetooth.adapter),
        reads,
        writes,
        intake,
        watchers,
        emit,
        log,
        timeZone: () => inForce.clinic.timeZone,
      })
    : null;
  const radioState = (): BluetoothState => bluetooth?.state() ?? NO_LINKS;

  const status: StatusDesk = new StatusDesk({
    reads,
    alarms,
    dataDir,
    now,
    engine: () => engine.status(),
    bluetooth: radioState,
    log,
  });
  engineChanged = () => status.engineChanged();
  status.engineChanged();

  // Skin photos: a worker of their own, started when the first one is looked at.
  const vision = new Vision({ modelsDir, onProblem: (problem) => status.visionChanged(problem) });

  // What is stored becomes what is in memory.
  for (const patient of await reads.patients({ includeDischarged: false })) await takeIn(patient);
  await intake.load(reads);
  followed = (heard, predictions) => intake.followed(heard, predictions);
  for (const device of intake.board.devices()) {
    if (device.boundTo !== null) alarms.watch(watchedDevice(device, device.boundTo.patientId));
  }

  // Accounts.
  const sessions = new Sessions({ reads, writes });
  const deviceTokens = new DeviceTokens({ reads, onFound: (deviceId) => others.meet(deviceId) });
  const door = new TokenWatch({
    writes,
    onUsed: (record) => intake.board.load([record]),
    onError: (error) => log.warn({ err: error }, 'the use of a device token could not be noted'),
  });

  // Long work on what is stored, off this thread.
  const maintenance = new Maintenance();
  const desk = new StorageDesk(emit);
  const storageParts = { reads, writes, maintenance, desk, databasePath, now };
  const retentionParts = {
    ...storageParts,
    keptFrom: (keptFromMs: number) => {
      inForce.readingsKeptFromMs = keptFromMs;
    },
  };
  const retention = new RetentionDesk(retentionParts);

  // What the screens ask for.
  function settingsChanged(saved: Settings): void {
    inForce.clinic = saved;
    alarms.setLostSignalAfterSeconds(saved.lostSignalAfterSeconds);
  }
  function bluetoothSettingsChanged(saved: BluetoothSettings): void {
    const isOther = JSON.stringify(saved.adapter) !== JSON.stringify(inForce.bluetooth.adapter);
    inForce.bluetooth = saved;
    inForce.bindingHoursSetAtMs = now();
    bindings.endExpired(now(), inForce).catch((error: unknown) => log.warn({ err: error }, 'bindings not ended'));
    if (isOther && options.radio === undefined) void bluetooth?.changeRadio(radioOf(saved.adapter));
    for (const { deviceId } of intake.bindings.allOpen()) intake.board.rebound(deviceId);
  }
  const bindingParts = { reads, writes, intake, alarms, deviceTokens, bluetooth, now };
  const bindings = new BindingDesk(bindingParts);
  const bluetoothParts = {
    ...bindingParts,
    settings: () => inForce.bluetooth,
    settingsChanged: bluetoothSettingsChanged,
    isVirtual: options.radio?.kind === 'virtual',
  };
  const rehearsals = new Rehearsals({ reads, query, alarms, now });
  const common = { reads, writes, now, emit };
  const handlers: Handlers = {
    ...sessionHandlers({ ...common, sessions, info: { version: appVersion(), host, demo }, settingsChanged }),
    ...administrationHandlers({ ...common, settingsChanged, userChanged: (userId) => sessions.forgetUser(userId) }),
    ...patientHandlers({
      ...common,
      patientChanged: takeIn,
      unbindAll: (patientId, who) => bindings.unbindAll(patientId, who),
    }),
    ...wardHandlers({ reads, ward, status }),
    ...observationHandlers({
      ...common,
      observed: (observations) => wardDesk.observed(observations),
      retracted: (observation) => wardDesk.retracted(observation),
      predicted: (predictions) => intake.predictions(predictions),
    }),
    ...predictionHandlers({ reads, writes }),
    ...photoHandlers({ ...common, vision }),
    ...photoLevelHandlers({ ...common, vision }),
    ...modelHandlers({ ...common, alarms, rehearsals, modelsDir }),
    ...alarmHandlers({ ...common, alarms, rehearsals }),
    ...deviceHandlers(bindingParts, bindings),
    ...bluetoothHandlers(bluetoothParts, bindings),
    ...unclaimedHandlers({ ...common, intake, tray }),
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
      bluetooth: radioState,
      mqtt: () => mqtt?.states() ?? { broker: null, embeddedPort: null },
      monotonicNow,
    }),
    ...reportHandlers({ query, writes, alarms, now }),
  };
  const commands = new CommandDesk({ handlers, sessions, log, checkResults: options.checkResults ?? false });

  // What goes on by itself.
  await status.refresh();
  const others: OtherWriters = new OtherWriters({ reads, intake, alarms, deviceTokens, ward, takeIn, emit });
  const stopWork = options.links
    ? repeat(
        [
          { everyMs: 1_000, work: () => alarms.tick() },
          { everyMs: 2_000, work: () => others.look(), onFailure: 'changes of others not read' },
          { everyMs: 5_000, work: () => emit({ name: 'status.changed', payload: status.status() }) },
          { everyMs: 5_000, work: () => wardDesk.announceNews2() },
          { everyMs: 30_000, work: () => status.refresh(), onFailure: 'disk and database not read' },
          { everyMs: 30_000, work: () => intake.lookAtPlaces() },
          { everyMs: 30_000, work: () => bindings.endExpired(now(), inForce), onFailure: 'bindings not ended' },
          { everyMs: HOUR_MS, work: () => retention.applyWhenIdle(), onFailure: 'old readings could not be removed' },
        ],
        log,
      )
    : () => undefined;

  let closed = false;
  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    stopWork();
    await mqtt?.stop();
    await bluetooth?.stop();
    await door.close();
    await maintenance.close();
    intake.close();
    paced.close();
    await vision.stop();
    tray.close();
    await engine.stop();
    await query.stop();
  }

  // Last the ways in are opened; what has run out while the console was closed, before anything is heard.
  if (options.links) await bindings.endExpired(now(), inForce);
  const deviceByToken = (token: string) => deviceTokens.deviceByToken(token);
  if (bluetooth !== null) await startBluetooth(bluetooth, intake);
  try {
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
    reachedBy: (words) => status.reachedBy(words),
    sink: intake,
    deviceByToken,
    door,
    close,
  };
}

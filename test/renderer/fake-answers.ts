// What the made-up console answers to each command; state is kept for the life of one server.
import type { CommandName, CommandParams, CommandResult } from '../../src-main/contract/commands.ts';
import { ConsoleError } from '../../src-main/contract/errors.ts';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import type {
  Alarm,
  AudioPause,
  BackupFacts,
  BackupFile,
  Device,
  Observation,
  Patient,
  PatientLive,
  Receipt,
  RetentionRule,
  ScanResult,
  Settings,
  ThresholdRule,
  User,
} from '../../src-main/contract/models.ts';
import { INPUTS } from '../../src-main/vitals/inputs.ts';
import { VITAL_KINDS, VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { toCanonical } from '../../src-main/vitals/units.ts';
import { FAKE_BLUETOOTH, fakeEcg, fakeTray, PLAIN_LINK } from './fake-links.ts';
import { fakeLevelRehearsal, fakeModelFacts, fakeRuleRehearsal } from './fake-model-facts.ts';
import { photoAnswers } from './fake-photos.ts';
import {
  currentValueOf,
  EVERY_SECONDS,
  FAKE_WARD,
  type FakePatient,
  initialAlarms,
  initialDevices,
  news2Of,
  predictionsOf,
  valueAt,
} from './fake-ward.ts';

export interface FakeOptions {
  readonly needsFirstUser: boolean;
  readonly empty: boolean;
}

export type Answers = { readonly [N in CommandName]: (params: CommandParams<N>) => CommandResult<N> | Promise<CommandResult<N>> };

export const FAKE_TOKEN = 'fake-session-token';
const FAKE_PASSWORD = 'correct horse';

/** Everything the server needs: answers, and one turn of moving values. */
export interface FakeConsoleState {
  readonly answers: Answers;
  readonly ward: () => readonly FakePatient[];
}

export function createAnswers(options: FakeOptions, emit: (event: ConsoleEvent) => void): FakeConsoleState {
  const ward: FakePatient[] = options.empty ? [] : [...FAKE_WARD];
  const devices = new Map<string, Device>(options.empty ? [] : initialDevices().map((device) => [device.deviceId, device]));
  const alarms = new Map<string, Alarm>(options.empty ? [] : initialAlarms().map((alarm) => [alarm.alarmId, alarm]));
  const observations: Observation[] = [];
  const tray = fakeTray(Date.now());
  let bluetoothSettings = FAKE_BLUETOOTH;
  // An electrode hangs loose for two seconds of every twenty.
  const ecg = fakeEcg(emit, () => Math.floor(Date.now() / 2_000) % 10 === 9);
  const users: User[] = [
    { userId: 1, userName: 'nina', displayName: 'Nina Nurse', role: 'admin', disabled: false },
    { userId: 2, userName: 'emil', displayName: 'Dr. Emil Doctor', role: 'doctor', disabled: false },
    { userId: 3, userName: 'former', displayName: 'Former Colleague', role: 'nurse', disabled: true },
  ];
  let settings: Settings = {
    clinicName: 'St. Example Clinic',
    timeZone: 'Europe/Berlin',
    glucoseUnit: 'mg/dL',
    temperatureUnit: 'Cel',
    lostSignalAfterSeconds: 60,
  };
  const backups: BackupFile[] = [
    { fileName: 'healthsense-20261123T080000Z.db', bytes: 40_943_040, madeAtMs: Date.now() - 86_400_000 },
  ];
  const backupFactsOf = (file: BackupFile): BackupFacts => ({
    ...file,
    schema: 2,
    readings: 1_284_112,
    patients: 6,
    newestReadingAtMs: file.madeAtMs,
    problem: null,
  });
  const retention: RetentionRule[] = (['raw', 'minutes', 'hours', 'scores'] as const).map((kind) => ({
    kind,
    keepDays: null,
    keptFromMs: 0,
  }));
  let pause: AudioPause = null;
  let needsFirstUser = options.needsFirstUser;
  let scanTimer: ReturnType<typeof setTimeout>[] = [];
  let scanning = false;
  const found = new Map<string, ScanResult>();
  const rules = thresholdRules();

  const missing = (what: string): never => {
    throw new ConsoleError('not_found', `${what} is not there (any more).`);
  };
  const whoIs = (patientId: number): FakePatient =>
    ward.find((who) => who.patient.patientId === patientId) ?? missing('The patient');
  const deviceOf = (deviceId: string): Device => devices.get(deviceId) ?? missing('The device');
  const putDevice = (device: Device): Device => {
    devices.set(device.deviceId, device);
    emit({ name: 'device.changed', payload: device });
    return device;
  };
  const putPatient = (patient: Patient): Patient => {
    const index = ward.findIndex((who) => who.patient.patientId === patient.patientId);
    const who = ward[index];
    if (who === undefined) ward.push({ patient, typical: {}, stalled: {}, risk: [null, null, null], deviceId: null });
    else ward[index] = { ...who, patient };
    emit({ name: 'patient.changed', payload: patient });
    return patient;
  };
  const live = (who: FakePatient): PatientLive => ({
    patient: who.patient,
    values: VITAL_KINDS.flatMap((kind) => currentValueOf(who, kind, Date.now()) ?? []),
    predictions: predictionsOf(who, Date.now()),
    alarms: [...alarms.values()].filter((alarm) => alarm.patientId === who.patient.patientId && alarm.state !== 'cleared'),
    devices: [...devices.values()].filter((device) => device.boundTo?.patientId === who.patient.patientId),
    news2: news2Of(who),
  });
  const bluetooth = () =>
    ({
      state: scanning ? 'scanning' : 'ready',
      radio: 'virtual radio',
      detail: scanning ? 'Looking for wearables' : '',
    }) as const;
  const firstUser = (): User => users[0] ?? missing('The user');
  const session = () => ({ user: firstUser(), token: FAKE_TOKEN });
  const noBed = { dischargedAtMs: null };

  const answers: Answers = {
    'console.info': () => ({
      version: '0.1.0',
      host: 'headless',
      needsFirstUser,
      demo: true,
      clinicName: settings.clinicName,
      timeZone: settings.timeZone,
    }),
    'console.status': () => ({
      nowMs: Date.now(),
      engine: 'running',
      engineLagMs: 3,
      predictionsPending: 0,
      predictionsLagMs: 0,
      predictionsGivenUp: 0,
      storedReadings: 1_284_112,
      databaseBytes: 41_943_040,
      freeDiskBytes: 92_341_796_864,
      bluetooth: bluetooth(),
      problems: [],
    }),
    'session.signIn': ({ userName, password }) => {
      if (userName !== 'nina' || password !== FAKE_PASSWORD) throw new ConsoleError('wrong_password');
      return session();
    },
    'session.resume': ({ token }) => {
      if (token !== FAKE_TOKEN) throw new ConsoleError('not_signed_in');
      return session();
    },
    'session.signOut': () => ({ ok: true }),
    'setup.firstUser': ({ userName, displayName, clinicName, timeZone }) => {
      if (!needsFirstUser) throw new ConsoleError('already_exists', 'This console is already set up.');
      needsFirstUser = false;
      users[0] = { userId: 1, userName, displayName, role: 'admin', disabled: false };
      settings = { ...settings, clinicName, timeZone };
      return session();
    },
    'ward.live': () => ward.filter((who) => who.patient.dischargedAtMs === null).map(live),
    'patient.live': ({ patientId }) => live(whoIs(patientId)),
    'patient.list': ({ includeDischarged }) =>
      ward.map((who) => who.patient).filter((patient) => includeDischarged || patient.dischargedAtMs === null),
    'patient.add': (fields) => {
      if (ward.some((who) => who.patient.mrn === fields.mrn)) {
        throw new ConsoleError('already_exists', `There is already a patient with MRN ${fields.mrn}.`, {
          field: 'mrn',
          value: fields.mrn,
        });
      }
      return putPatient({ patientId: ward.length + 1, ...fields, admittedAtMs: Date.now(), ...noBed });
    },
    'patient.update': (fields) => putPatient({ ...whoIs(fields.patientId).patient, ...fields }),
    'patient.discharge': ({ patientId }) => putPatient({ ...whoIs(patientId).patient, dischargedAtMs: Date.now() }),
    'patient.readmit': ({ patientId }) => putPatient({ ...whoIs(patientId).patient, ...noBed }),
    'reading.history': ({ patientId, kinds, fromMs, toMs, maxPoints }) =>
      kinds.map((kind) => seriesOf(whoIs(patientId), kind, fromMs, toMs, maxPoints)),
    'observation.add': ({ patientId, takenAtMs, note, entries }) => {
      const added = entries.map((entry): Observation => {
        const definition = Object.hasOwn(VITALS, entry.kind)
          ? VITALS[entry.kind as VitalKind]
          : INPUTS[entry.kind as keyof typeof INPUTS];
        const value = toCanonical(entry.kind, Number(entry.value), entry.unit || definition.ucum);
        const where = { field: entry.kind, value: entry.value };
        if (!Number.isFinite(value)) throw new ConsoleError('invalid_params', `${definition.title} is not a number.`, where);
        const limit = `${definition.hard.low} to ${definition.hard.high} ${definition.unitLabel}`;
        if (value < definition.hard.low || value > definition.hard.high) {
          throw new ConsoleError('out_of_range', `${definition.title} must be from ${limit}.`, { ...where, limit });
        }
        if ((value < definition.soft.low || value > definition.soft.high) && !entry.confirmed) {
          throw new ConsoleError(
            'needs_confirmation',
            `${definition.title} of ${entry.value} is unusual: confirm it or correct it.`,
            where,
          );
        }
        return {
          observationId: observations.length + 1,
          patientId,
          kind: entry.kind,
          value,
          enteredValue: entry.value,
          enteredUnit: entry.unit,
          takenAtMs,
          recordedAtMs: Date.now(),
          recordedBy: firstUser().displayName,
          note,
          overrides: entry.override ? { deviceId: whoIs(patientId).deviceId ?? 'WEAR-01', takenAtMs, value } : null,
          retractedAtMs: null,
          retractedBy: null,
          retractedReason: null,
        };
      });
      for (const observation of added) observations.push({ ...observation, observationId: observations.length + 1 });
      emit({ name: 'history.changed', payload: { patientId } });
      return observations.slice(-added.length);
    },
    'observation.list': ({ patientId }) => observations.filter((observation) => observation.patientId === patientId),
    'observation.retract': ({ observationId, reason }) => {
      const index = observations.findIndex((observation) => observation.observationId === observationId);
      const old = observations[index] ?? missing('The entry');
      const retracted = { ...old, retractedAtMs: Date.now(), retractedBy: firstUser().displayName, retractedReason: reason };
      observations[index] = retracted;
      emit({ name: 'history.changed', payload: { patientId: old.patientId } });
      return retracted;
    },
    'prediction.list': ({ patientId, model, fromMs, toMs, limit }) => {
      const steps = Math.min(limit, 120);
      const now = predictionsOf(whoIs(patientId), Date.now()).find((prediction) => prediction.model === model);
      if (now === undefined) return [];
      return Array.from({ length: steps }, (_, step) => {
        const scoredAtMs = Math.round(toMs - ((toMs - fromMs) * step) / steps);
        const probability =
          now.probability === null ? null : Math.min(1, Math.max(0, now.probability + Math.sin(step / 9) * 0.06));
        return { ...now, predictionId: `${patientId}:${model}:${scoredAtMs}`, scoredAtMs, probability };
      });
    },
    'prediction.receipt': ({ predictionId }) => receiptOf(predictionId, whoIs),
    'model.facts': ({ model }) => fakeModelFacts(model),
    'model.rehearseLevels': ({ levels }) => fakeLevelRehearsal({ moderate: 0.4, high: 0.7 }, levels),
    'model.setLevels': ({ model, levels }) => ({
      ...modelInfo(model, 'Heart disease', 'random forest', 'ROC AUC 0.90', [], null),
      thresholds: levels ?? { moderate: 0.4, high: 0.7 },
    }),
    'model.list': () => [
      modelInfo(
        'diabetes',
        'Diabetes',
        'logistic regression',
        'ROC AUC 0.83 on 154 held-out patients',
        ['Glucose', 'BMI', 'Age'],
        null,
      ),
      modelInfo(
        'heart',
        'Heart disease',
        'random forest',
        'ROC AUC 0.90 on 61 held-out patients',
        ['Age', 'Sex', 'Total cholesterol'],
        null,
      ),
      modelInfo(
        'hypoxia',
        'Hypoxia',
        'support vector machine',
        'ROC AUC 0.94 on 12 held-out recordings',
        ['Oxygen saturation'],
        'The file hypoxia.onnx does not match its hash in the manifest. Install HealthSense again.',
      ),
    ],
    ...photoAnswers(emit),
    'alarm.list': ({ which, patientId, limit }) =>
      [...alarms.values()]
        .filter(
          (alarm) => (which === 'all' || alarm.state !== 'cleared') && (patientId === undefined || alarm.patientId === patientId),
        )
        .sort((a, b) => b.raisedAtMs - a.raisedAtMs)
        .slice(0, limit),
    'alarm.acknowledge': ({ alarmId }) => {
      const old = alarms.get(alarmId) ?? missing('The alarm');
      const by = { acknowledgedAtMs: Date.now(), acknowledgedBy: firstUser().displayName };
      const alarm: Alarm = { ...old, ...by, state: old.endedAtMs === null ? 'acknowledged' : 'cleared' };
      alarms.set(alarmId, alarm);
      emit({ name: 'alarm.changed', payload: alarm });
      return alarm;
    },
    'alarm.pauseAudio': ({ seconds }) => {
      pause = seconds === 0 ? null : { untilMs: Date.now() + seconds * 1000, by: firstUser().displayName, maxPriority: 'high' };
      emit({ name: 'alarm.audioPause', payload: { pause } });
      return pause;
    },
    'alarm.audioPause': () => pause,
    'threshold.list': ({ patientId }) => rules.map((rule) => ({ ...rule, patientId })),
    'threshold.rehearse': () => fakeRuleRehearsal(),
    'threshold.save': ({ ruleId, limit, consecutive, enabled, patientId }) => {
      const index = rules.findIndex((rule) => rule.ruleId === ruleId);
      const old = rules[index] ?? missing('The rule');
      const vital = VITALS[old.subject as VitalKind] as (typeof VITALS)[VitalKind] | undefined;
      if (vital !== undefined && (limit < vital.hard.low || limit > vital.hard.high)) {
        const range = `${vital.hard.low} to ${vital.hard.high} ${vital.unitLabel}`;
        throw new ConsoleError('out_of_range', `The limit must be from ${range}.`, {
          field: 'limit',
          limit: range,
          value: String(limit),
        });
      }
      const rule = { ...old, limit, consecutive, enabled, patientId };
      rules[index] = rule;
      return rule;
    },
    'device.list': () => [...devices.values()],
    'device.add': ({ deviceId, patientId }) => {
      if (devices.has(deviceId))
        throw new ConsoleError('already_exists', `There is already a device ${deviceId}.`, {
          field: 'deviceId',
          value: deviceId,
        });
      const device = putDevice({
        ...blankDevice(deviceId),
        transport: 'http',
        boundTo: patientId === null ? null : worn(whoIs(patientId)),
      });
      return { device, token: 'hs_7Qm2xVtK9dLrE4wZbN8pYc3uJf6sAhG1' };
    },
    'device.revoke': ({ deviceId }) =>
      putDevice({ ...deviceOf(deviceId), revokedAtMs: Date.now(), state: 'stopped', boundTo: null }),
    'device.bind': ({ deviceId, patientId }) => putDevice({ ...deviceOf(deviceId), boundTo: worn(whoIs(patientId)) }),
    'device.unbind': ({ deviceId }) => putDevice({ ...deviceOf(deviceId), boundTo: null }),
    'bluetooth.state': bluetooth,
    'bluetooth.scan': ({ on }) => {
      scanning = on;
      for (const timer of scanTimer) clearTimeout(timer);
      scanTimer = on ? [600, 1400, 2600].map((afterMs, index) => setTimeout(() => find(index), afterMs)) : [];
      emit({ name: 'bluetooth.changed', payload: bluetooth() });
      return bluetooth();
    },
    'bluetooth.found': () => [...found.values()],
    'bluetooth.pair': ({ address }) => {
      const seen = found.get(address) ?? missing('The wearable');
      return putDevice({ ...blankDevice(`BLE-${address.slice(-2)}`), name: seen.name, address, rssiDbm: seen.rssiDbm });
    },
    'bluetooth.disconnect': ({ deviceId }) =>
      putDevice({ ...deviceOf(deviceId), state: 'stopped', detail: 'Disconnected by hand' }),
    'bluetooth.settings': () => bluetoothSettings,
    'bluetooth.setSettings': (asked) => {
      bluetoothSettings = asked;
      return asked;
    },
    'bluetooth.adapters': () => [
      { adapter: { kind: 'system', hci: null }, title: 'First Bluetooth adapter of this computer' },
      {
        adapter: { kind: 'uart', port: '/dev/serial/by-id/usb-nRF52840', baud: 1_000_000 },
        title: 'Controller on the serial port usb-nRF52840',
      },
    ],
    'device.configure': ({ deviceId, cgmOctetOrder }) => putDevice({ ...deviceOf(deviceId), cgmOctetOrder }),
    'unclaimed.list': () => tray.list(),
    'unclaimed.claim': (ask) => {
      const name = ask.patientId === null ? '' : whoIs(ask.patientId).patient.name;
      const claim = tray.claim(ask, name) ?? missing('These readings');
      emit({ name: 'unclaimed.changed', payload: { deviceIds: [ask.deviceId] } });
      return claim;
    },
    'unclaimed.undo': ({ claimId }) => {
      const claim = tray.undo(claimId) ?? missing('The claim');
      emit({ name: 'unclaimed.changed', payload: { deviceIds: [claim.deviceId] } });
      return claim;
    },
    'unclaimed.claims': () => tray.claims(),
    'ecg.watch': ({ patientId }) => {
      const device = [...devices.values()].find(({ boundTo, ecg: has }) => boundTo?.patientId === patientId && has !== null);
      if (device !== undefined) ecg.watch(patientId, device.deviceId);
      return { untilMs: Date.now() + 60_000 };
    },
    'ecg.unwatch': ({ patientId }) => {
      ecg.stop(patientId);
      return { ok: true };
    },
    'report.create': ({ format }) => ({
      fileName: `report.${format}`,
      mediaType: format === 'pdf' ? 'application/pdf' : 'text/csv',
      base64: Buffer.from(format === 'pdf' ? '%PDF-1.4\n%%EOF\n' : 'time,kind,value\n').toString('base64'),
    }),
    'settings.get': () => settings,
    'settings.set': (next) => {
      settings = next;
      emit({ name: 'settings.changed', payload: next });
      return next;
    },
    'user.list': () => users,
    'user.add': ({ userName, displayName, role }) => {
      if (users.some((user) => user.userName === userName)) {
        throw new ConsoleError('already_exists', `There is already a user ${userName}.`, { field: 'userName', value: userName });
      }
      const user: User = { userId: users.length + 1, userName, displayName, role, disabled: false };
      users.push(user);
      return user;
    },
    'user.setDisabled': ({ userId, disabled }) => {
      const index = users.findIndex((user) => user.userId === userId);
      const user = { ...(users[index] ?? missing('The user')), disabled };
      users[index] = user;
      return user;
    },
    'backup.list': () => ({
      folder: '/var/lib/healthsense/backups',
      sameDisk: true,
      backups,
      lastMadeAtMs: backups[0]?.madeAtMs ?? null,
    }),
    'backup.make': () => {
      const fileName = `healthsense-2026112${backups.length}T080000Z.db`;
      const made = { fileName, bytes: 41_943_040, madeAtMs: Date.now() };
      backups.unshift(made);
      emit({ name: 'task.progress', payload: { task: 'backup', step: 'Copying', done: 0.5 } });
      return backupFactsOf(made);
    },
    'backup.inspect': ({ fileName }) =>
      backupFactsOf(backups.find((file) => file.fileName === fileName) ?? missing('The backup')),
    'backup.restore': () => ({ ok: true }),
    'retention.list': () => retention,
    'retention.preview': ({ rules }) =>
      rules.map(({ kind, keepDays }) => ({
        kind,
        rows: keepDays === null ? 0 : 1_204_113,
        bytes: keepDays === null ? 0 : 32_511_051,
        period: keepDays === null ? null : { fromMs: Date.now() - 90 * 86_400_000, toMs: Date.now() - keepDays * 86_400_000 },
      })),
    'retention.save': ({ rules }) => {
      for (const { kind, keepDays } of rules) {
        const index = retention.findIndex((rule) => rule.kind === kind);
        retention[index] = { kind, keepDays, keptFromMs: keepDays === null ? 0 : Date.now() - keepDays * 86_400_000 };
      }
      return retention;
    },
    'selfTest.run': () => ({
      startedAtMs: Date.now() - 2_000,
      endedAtMs: Date.now(),
      checks: [
        { name: 'database', title: 'Database', verdict: 'good', detail: 'Every page, reference and audit entry is sound.' },
        { name: 'disk', title: 'Disk', verdict: 'warning', detail: '0.9 GB are free where readings are stored.' },
        { name: 'mqtt', title: 'MQTT', verdict: 'unused', detail: 'This console was started without MQTT.' },
        { name: 'clock', title: 'Clock', verdict: 'bad', detail: 'The clock was set back.' },
      ],
    }),
    'selfTest.speaker': () => ({ ok: true }),
    'audit.list': () => [
      {
        auditId: 3,
        atMs: Date.now() - 200_000,
        actor: 'Nina Nurse',
        action: 'alarm.acknowledged',
        subject: 'patient 5',
        detail: 'Glucose low: 66 mg/dL is below 70 mg/dL',
      },
      {
        auditId: 2,
        atMs: Date.now() - 900_000,
        actor: 'Nina Nurse',
        action: 'device.bind',
        subject: 'device WEAR-06',
        detail: 'patient 6 from 2026-01-05T09:00:00.000Z',
      },
      {
        auditId: 1,
        atMs: Date.now() - 4_000_000,
        actor: 'Dr. Emil Doctor',
        action: 'session.start',
        subject: 'user emil',
        detail: '',
      },
    ],
  };

  function find(index: number): void {
    const seen: ScanResult = {
      address: `C8:2B:96:00:1A:1${index}`,
      name: ['HealthSense Band 10', 'Nonin3230', 'HealthSense Band 11'][index] ?? 'Wearable',
      rssiDbm: [-54, -73, -88][index] ?? -90,
      services: ['180d', '1822'],
      deviceId: null,
      seenAtMs: Date.now(),
      refusal: '',
    };
    found.set(seen.address, seen);
    emit({ name: 'bluetooth.found', payload: seen });
  }

  return { answers, ward: () => ward };
}

function worn({ patient }: FakePatient): NonNullable<Device['boundTo']> {
  return { patientId: patient.patientId, name: patient.name, mrn: patient.mrn, fromMs: Date.now(), untilMs: null };
}

function blankDevice(deviceId: string): Device {
  return {
    deviceId,
    transport: 'bluetooth',
    name: deviceId,
    address: null,
    model: '',
    firmware: '',
    state: 'unseen',
    detail: '',
    batteryPercent: null,
    rssiDbm: null,
    clockOffsetMs: null,
    lastHeardAtMs: null,
    addedAtMs: Date.now(),
    revokedAtMs: null,
    tokenUsedAtMs: null,
    tokenUsedFrom: null,
    boundTo: null,
    ...PLAIN_LINK,
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    unbound: 0,
    lastRejection: '',
  };
}

function seriesOf(who: FakePatient, kind: VitalKind, fromMs: number, toMs: number, maxPoints: number) {
  const stepMs = Math.max(EVERY_SECONDS[kind] * 1000, Math.ceil((toMs - fromMs) / maxPoints));
  const endMs = Math.min(toMs, Date.now() - (who.stalled[kind] ?? 0) * 1000);
  const timesMs: number[] = [];
  if (who.typical[kind] !== undefined) for (let atMs = fromMs; atMs <= endMs; atMs += stepMs) timesMs.push(atMs);
  // A gap in every history, for charts to draw as one.
  const mean = timesMs.map((atMs) => (Math.floor(atMs / 60_000) % 47 < 3 ? null : valueAt(who, kind, atMs)));
  const spread = stepMs > 60_000 ? 4 : 0;
  return {
    kind,
    timesMs,
    mean,
    min: mean.map((value) => value && value - spread),
    max: mean.map((value) => value && value + spread),
    resolution: stepMs > 3_600_000 ? ('hour' as const) : stepMs > 60_000 ? ('minute' as const) : ('raw' as const),
    count: timesMs.length,
  };
}

function thresholdRules(): ThresholdRule[] {
  const rows: readonly (readonly [VitalKind, ThresholdRule['comparison'], number, ThresholdRule['priority']])[] = [
    ['heartRate', 'above', 130, 'high'],
    ['heartRate', 'above', 110, 'medium'],
    ['heartRate', 'below', 40, 'high'],
    ['spo2', 'below', 92, 'high'],
    ['spo2', 'below', 94, 'medium'],
    ['systolic', 'below', 90, 'high'],
    ['systolic', 'above', 220, 'high'],
    ['glucose', 'below', 54, 'high'],
    ['glucose', 'below', 70, 'medium'],
    ['glucose', 'above', 250, 'medium'],
  ];
  const vitals = rows.map(
    ([subject, comparison, limit, priority]): ThresholdRule => ({
      ruleId: `${subject}.${comparison}.${limit}`,
      title: `${VITALS[subject].title} ${comparison === 'above' ? 'high' : 'low'}`,
      subject,
      comparison,
      limit,
      unit: VITALS[subject].unitLabel,
      hysteresis: 2,
      consecutive: 3,
      priority,
      enabled: true,
      patientId: null,
    }),
  );
  const risk: ThresholdRule = {
    ruleId: 'risk.hypoxia',
    title: 'Hypoxia risk high',
    subject: 'risk.hypoxia',
    comparison: 'above',
    limit: 0.7,
    unit: 'probability',
    hysteresis: 0.05,
    consecutive: 2,
    priority: 'medium',
    enabled: true,
    patientId: null,
  };
  return [...vitals, risk];
}

function modelInfo(
  name: 'diabetes' | 'heart' | 'hypoxia',
  title: string,
  kind: string,
  performance: string,
  requiredInputs: readonly string[],
  problem: string | null,
) {
  return {
    name,
    title,
    version: '1.0.0',
    kind,
    sha256: '9f2c'.repeat(16),
    thresholds: { moderate: 0.4, high: 0.7 },
    defaultThresholds: { moderate: 0.4, high: 0.7 },
    performance,
    requiredInputs,
    optionalInputs: ['Pregnancies'],
    problem,
  };
}

function receiptOf(predictionId: string, whoIs: (patientId: number) => FakePatient): Receipt {
  const [patient = '', model = ''] = predictionId.split(':');
  const prediction = predictionsOf(whoIs(Number(patient)), Date.now()).find((candidate) => candidate.model === model);
  if (prediction === undefined) throw new ConsoleError('not_found');
  const input = (
    name: string,
    unit: string,
    value: number | null,
    contribution: number | null,
    source: Receipt['inputs'][number]['source'],
  ) => ({
    name,
    title: name,
    unit,
    value,
    label: null,
    source,
    takenAtMs: source === 'missing' || source === 'stand-in' ? null : Date.now() - 42_000,
    required: source === 'missing',
    outsideTraining: name === 'Glucose',
    trainingLow: 44,
    trainingHigh: 199,
    contribution,
    remark: source === 'stand-in' ? 'Not known: the training median stands in' : '',
  });
  return {
    prediction: { ...prediction, predictionId },
    title: model,
    modelKind: 'logistic regression',
    sha256: '9f2c'.repeat(16),
    thresholds: { moderate: 0.4, high: 0.7 },
    thresholdsNow: { moderate: 0.4, high: 0.7 },
    contributionUnit: 'log-odds',
    contributionMethod: 'coefficient times standardised value',
    inputs: [
      input('Glucose', 'mg/dL', 262, 1.42, 'device'),
      input('Age', 'years', 55, 0.38, 'profile'),
      input('Diastolic pressure', 'mmHg', 91, -0.12, 'device'),
      input('Insulin, 2 h after 75 g OGTT', 'µU/mL', 125, -0.04, 'stand-in'),
      input(
        'BMI',
        'kg/m²',
        prediction.probability === null ? null : 31.2,
        prediction.probability === null ? null : 0.61,
        prediction.probability === null ? 'missing' : 'derived',
      ),
    ],
    performance: 'ROC AUC 0.83 on 154 held-out patients',
  };
}

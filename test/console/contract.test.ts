// The contract as a whole, on the real console: every command answers what it promises, to those who may ask, and every event is in shape.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src-main/console-port.ts';
import { COMMANDS, type CommandName } from '../../src-main/contract/commands.ts';
import { EVENTS } from '../../src-main/contract/events.ts';
import type { EcgFrame, Patient } from '../../src-main/contract/models.ts';
import { MAX_PHOTO_BYTES, PHOTO_PART_BYTES } from '../../src-main/contract/photos.ts';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { encodePng } from '../../src-main/risk/vision/png.ts';
import { caller, type DrivenConsole, openDrivenConsole, PASSWORD, wearableName } from './driven-console.ts';

const encodedText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const NAMES = Object.keys(COMMANDS) as CommandName[];
const SOON = { timeout: 30_000, interval: 50 };
const HOUR_MS = 3_600_000;
const ADA = { mrn: '1001', name: 'Ada Example', birthDate: '1960-05-01', sex: 'female', location: 'A1' } as const;
/** Comes three minutes after an acknowledgement; the alarms' own tests turn the clock. */
const NOT_AWAITED = ['alarm.reminder', 'ecg.frame'];

describe('the contract', () => {
  let driven: DrivenConsole;
  let send: DrivenConsole['send'];
  let refusal: DrivenConsole['refusal'];
  let patient: Patient;
  let bandId: string;
  const admin = caller('desktop');
  const nurse = caller('192.0.2.7');
  const stranger = caller('192.0.2.66');
  const networkDevice = { deviceId: 'HEALTH01', token: '' };

  beforeAll(async () => {
    driven = await openDrivenConsole();
    ({ send, refusal } = driven);
  }, 60_000);
  afterAll(() => driven.close(), 60_000);

  it.each(NAMES.filter((name) => COMMANDS[name].access !== 'open'))('%s is refused to who has not signed in', async (name) => {
    expect(await refusal(caller('desktop'), name, {})).toMatchObject({ code: 'not_signed_in' });
  });

  it('a command that is not in it is refused by name', async () => {
    for (const name of ['patient.delete', 'toString', '__proto__', ''])
      expect(await refusal(stranger, name, {})).toMatchObject({ code: 'unknown_command', value: name });
  });

  it('the first user is set up at the computer itself, never from the network, and only once', async () => {
    expect(await send(stranger, 'console.info', {})).toMatchObject({ needsFirstUser: true, host: 'headless', demo: false });
    const ask = {
      userName: 'alba',
      displayName: 'Alba Admin',
      password: PASSWORD,
      clinicName: 'Test clinic',
      timeZone: 'Europe/Berlin',
    };
    for (const origin of ['192.0.2.66', '::ffff:192.0.2.66', '2001:db8::1', '']) {
      expect(await refusal(caller(origin), 'setup.firstUser', ask)).toMatchObject({ code: 'not_allowed' });
    }
    expect(await send(admin, 'setup.firstUser', ask)).toMatchObject({ user: { userName: 'alba', role: 'admin' } });
    expect(await refusal(caller('desktop'), 'setup.firstUser', { ...ask, userName: 'second' })).toMatchObject({
      code: 'conflict',
    });
    expect(await send(stranger, 'console.info', {})).toMatchObject({ needsFirstUser: false, clinicName: 'Test clinic' });
  });

  it('users sign in by password, resume by token, and are strangers again once signed out', async () => {
    const names = { userName: 'nora', displayName: 'Nora Nurse', role: 'nurse' } as const;
    expect(await send(admin, 'user.add', { ...names, password: PASSWORD })).toMatchObject(names);
    expect(await refusal(admin, 'user.add', { ...names, password: PASSWORD })).toMatchObject({ code: 'already_exists' });
    expect((await send(admin, 'user.list', {})).map(({ userName }) => userName).sort()).toEqual(['alba', 'nora']);
    expect(await refusal(nurse, 'session.signIn', { userName: 'nora', password: 'roses and sun' })).toMatchObject({
      code: 'wrong_password',
    });
    const { token } = await send(nurse, 'session.signIn', { userName: 'nora', password: PASSWORD });
    const again = caller('192.0.2.7');
    expect(await send(again, 'session.resume', { token })).toMatchObject({ user: names });
    await send(again, 'session.signOut', {});
    expect(await refusal(again, 'ward.live', {})).toMatchObject({ code: 'not_signed_in' });
    expect(await refusal(again, 'session.resume', { token })).toMatchObject({ code: 'not_signed_in' });
    await send(nurse, 'session.signIn', { userName: 'nora', password: PASSWORD });
  });

  it('a screen that only listens is found out when its session has ended', async () => {
    const { token } = await send(caller('192.0.2.8'), 'session.signIn', { userName: 'nora', password: PASSWORD });
    const [listening, ended] = [caller('192.0.2.8'), caller('192.0.2.8')];
    for (const each of [listening, ended]) await send(each, 'session.resume', { token });
    expect(await driven.port.isSignedIn(listening)).toBe(true);
    await send(ended, 'session.signOut', {});
    expect(await driven.port.isSignedIn(listening)).toBe(false);
    expect(listening).toMatchObject({ user: null, sessionHash: null });
  });

  it.each(NAMES.filter((name) => COMMANDS[name].access === 'admin'))('%s is refused to a nurse', async (name) => {
    expect(await refusal(nurse, name, {})).toMatchObject({ code: 'not_allowed' });
  });

  it('parameters that are wrong, missing or unknown are refused by their field', async () => {
    expect(await refusal(nurse, 'patient.live', { patientId: 'one' })).toMatchObject({
      code: 'invalid_params',
      field: 'patientId',
    });
    expect(await refusal(nurse, 'patient.add', { ...ADA, birthDate: '1960-02-31' })).toMatchObject({ field: 'birthDate' });
    for (const name of ['Ada\u202egnorW', 'Ada\u0000', 'Ada\nExample', 'Ada \u2066Example', 'Ada\u0085']) {
      const refused = await refusal(nurse, 'patient.add', { ...ADA, name });
      expect(refused).toMatchObject({ code: 'invalid_params', field: 'name' });
    }
    expect(await refusal(nurse, 'patient.add', { ...ADA, note: 'Allergic\u001b[2J' })).toMatchObject({ field: 'note' });
    expect(await refusal(nurse, 'ward.live', { extra: 1 })).toMatchObject({ code: 'invalid_params' });
    expect(await refusal(nurse, 'patient.live', { patientId: 999 })).toMatchObject({ code: 'not_found' });
  });

  it('settings are read by all and changed by an administrator', async () => {
    const settings = await send(nurse, 'settings.get', {});
    expect(await send(admin, 'settings.set', { ...settings, glucoseUnit: 'mmol/L' })).toMatchObject({ glucoseUnit: 'mmol/L' });
    expect(await refusal(admin, 'settings.set', { ...settings, timeZone: 'Mars/Olympus' })).toMatchObject({
      code: 'out_of_range',
      field: 'timeZone',
      value: 'Mars/Olympus',
    });
    expect(await send(admin, 'settings.set', settings)).toEqual(settings);
  });

  it('patients are admitted, corrected and listed', async () => {
    patient = await send(nurse, 'patient.add', { ...ADA, note: 'First line\nsecond line' });
    const corrected = { ...ADA, patientId: patient.patientId, name: 'Ada Beispiel', note: 'Allergic to penicillin' };
    expect(await send(nurse, 'patient.update', corrected)).toMatchObject(corrected);
    expect(await refusal(nurse, 'patient.add', ADA)).toMatchObject({ code: 'already_exists', field: 'mrn' });
    expect(await send(nurse, 'patient.list', {})).toMatchObject([{ mrn: '1001', name: 'Ada Beispiel' }]);
    expect(await send(nurse, 'ward.live', {})).toMatchObject([{ patient: { mrn: '1001' }, values: [] }]);
  });

  it('a wearable is found, paired and bound, and its values become the patient’s', { timeout: 90_000 }, async () => {
    await expect.poll(async () => (await send(nurse, 'bluetooth.state', {})).state, SOON).toBe('ready');
    expect(await send(nurse, 'bluetooth.scan', { on: true })).toMatchObject({ state: 'scanning' });
    const found = async () => (await send(nurse, 'bluetooth.found', {})).find(({ name }) => name === wearableName(0));
    await expect.poll(found, SOON).toBeDefined();
    bandId = (await send(nurse, 'bluetooth.pair', { address: (await found())?.address ?? '' })).deviceId;
    await send(nurse, 'bluetooth.scan', { on: false });
    const { patientId } = patient;
    expect(await send(nurse, 'device.bind', { deviceId: bandId, patientId })).toMatchObject({
      boundTo: { patientId, mrn: '1001' },
    });
    const kinds = async () => (await send(nurse, 'patient.live', { patientId })).values.map(({ kind }) => kind);
    await expect.poll(kinds, SOON).toEqual(expect.arrayContaining(['heartRate', 'spo2']));
    expect(await send(nurse, 'device.list', {})).toMatchObject([
      { deviceId: bandId, state: 'connected', transport: 'bluetooth' },
    ]);
  });

  it('a network device is added with a token that is shown once', async () => {
    const { deviceId } = networkDevice;
    const added = await send(admin, 'device.add', { deviceId, patientId: patient.patientId });
    networkDevice.token = added.token;
    expect(await driven.port.deviceByToken(added.token)).toEqual({ deviceId });
    expect(await refusal(admin, 'device.add', { deviceId })).toMatchObject({ code: 'already_exists' });
    expect(JSON.stringify(await send(nurse, 'device.list', {}))).not.toContain(added.token);
  });

  it('what is entered by hand is checked, converted, listed and can be taken back', async () => {
    const { patientId } = patient;
    const takenAtMs = Date.now();
    const enter = (
      kind: 'glucose' | 'heightCm' | 'weightKg' | 'glucoseOgttMgDl',
      value: string,
      unit: string,
      confirmed = false,
    ) => ({
      patientId,
      takenAtMs,
      entries: [{ kind, value, unit, confirmed }],
    });
    expect(await refusal(nurse, 'observation.add', enter('glucose', '90', 'mmol/L'))).toMatchObject({
      code: 'out_of_range',
      field: 'glucose',
      value: '90',
    });
    expect(await refusal(nurse, 'observation.add', enter('glucose', '1,9', 'mmol/L'))).toMatchObject({
      code: 'needs_confirmation',
    });
    const [low] = await send(nurse, 'observation.add', enter('glucose', '1,9', 'mmol/L', true));
    expect(low).toMatchObject({ kind: 'glucose', enteredValue: '1,9', enteredUnit: 'mmol/L', recordedBy: 'Nora Nurse' });
    expect(low?.value).toBeCloseTo(1.9 * 18.01559, 1);
    for (const entry of [
      enter('heightCm', '164', 'cm'),
      enter('weightKg', '83.5', 'kg'),
      enter('glucoseOgttMgDl', '186', 'mg/dL'),
    ])
      await send(nurse, 'observation.add', entry);
    expect(await send(nurse, 'observation.list', { patientId })).toHaveLength(4);
    const ask = { observationId: low?.observationId ?? 0, reason: 'Typed into the wrong patient' };
    expect(await send(nurse, 'observation.retract', ask)).toMatchObject({
      retractedBy: 'Nora Nurse',
      retractedReason: ask.reason,
    });
    expect(driven.heard('history.changed').every((payload) => payload.patientId === patientId)).toBe(true);
  });

  it('readings are scored by three models, and each score has its receipt', { timeout: 60_000 }, async () => {
    const { patientId } = patient;
    const values = { glucose: 145, systolic: 130, diastolic: 85, spo2: 96, heartRate: 87 };
    const outcome = await driven.reading('HEALTH01', Date.now(), values);
    expect(outcome).toMatchObject({
      status: 'stored',
      predictions: [{ model: 'diabetes' }, { model: 'heart' }, { model: 'hypoxia' }],
    });
    expect((await send(nurse, 'model.list', {})).map(({ name, problem }) => [name, problem])).toEqual([
      ['diabetes', null],
      ['heart', null],
      ['hypoxia', null],
    ]);
    const period = { fromMs: Date.now() - HOUR_MS, toMs: Date.now() + 1000 };
    const scored = await send(nurse, 'prediction.list', { patientId, model: 'diabetes', ...period });
    const newest = [...scored].sort((a, b) => b.scoredAtMs - a.scoredAtMs)[0];
    const receipt = await send(nurse, 'prediction.receipt', { predictionId: newest?.predictionId ?? '' });
    expect(receipt).toMatchObject({
      prediction: newest,
      inputs: expect.arrayContaining([expect.objectContaining({ value: 186, source: 'manual' })]),
    });
    expect(await refusal(nurse, 'prediction.receipt', { predictionId: 'none' })).toMatchObject({ code: 'not_found' });
    const [history] = await send(nurse, 'reading.history', { patientId, kinds: ['glucose'], ...period });
    expect(history?.mean).toContain(145);
  });

  it('a photo is assessed, taken in part by part, kept at a spot, shown, and taken back', { timeout: 60_000 }, async () => {
    const { patientId } = patient;
    expect(['ready', 'left-out']).toContain((await send(nurse, 'photo.model', {})).state);
    const square = lesionLike(1, 200);
    const rgbBase64 = Buffer.from(square.rgb).toString('base64');
    expect(await refusal(nurse, 'photo.assess', { patientId, side: 100, rgbBase64 })).toMatchObject({ field: 'rgbBase64' });
    expect(await refusal(nurse, 'photo.assess', { patientId: 999, side: 200, rgbBase64 })).toMatchObject({ code: 'not_found' });
    const { assessmentId, outcome } = await send(nurse, 'photo.assess', { patientId, side: 200, rgbBase64 });

    const file = Buffer.concat([encodePng(square.rgb, 200, 3), Buffer.alloc(PHOTO_PART_BYTES)]);
    const parts = [file.subarray(0, PHOTO_PART_BYTES), file.subarray(PHOTO_PART_BYTES)].map((part) => part.toString('base64'));
    const { uploadId } = await send(nurse, 'photo.begin', { patientId, byteLength: file.length });
    const takenAtMs = Date.now() - HOUR_MS;
    const spot = { region: 'forearm-left-back', detail: '3 cm above the wrist' } as const;
    const crop = { x: 0, y: 0, side: 200 };
    const add = { patientId, uploadId, assessmentId, spot, takenAtMs, note: '', widthPx: 200, heightPx: 200, crop };
    expect(await refusal(nurse, 'photo.part', { uploadId, part: 1, base64: parts[1] })).toMatchObject({
      code: 'conflict',
      field: 'part',
    });
    await send(nurse, 'photo.part', { uploadId, part: 0, base64: parts[0] ?? '' });
    expect(await refusal(nurse, 'photo.add', add)).toMatchObject({ code: 'conflict' });
    expect(await send(nurse, 'photo.part', { uploadId, part: 1, base64: parts[1] ?? '' })).toEqual({
      receivedBytes: file.length,
    });
    expect(await refusal(nurse, 'photo.add', { ...add, crop: { ...crop, x: 1 } })).toMatchObject({ field: 'crop' });
    const kept = await send(nurse, 'photo.add', add);
    expect(kept).toMatchObject({
      patientId,
      spot,
      outcome,
      recordedBy: 'Nora Nurse',
      mediaType: 'image/png',
      byteLength: file.length,
    });
    expect(kept.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    expect(await send(nurse, 'photo.list', { patientId })).toEqual([kept]);

    // Other levels hold for photos from now on; this one keeps those it was judged by.
    const { thresholds, defaultThresholds } = await send(nurse, 'photo.model', {});
    const levels = { moderate: 0.001, high: 0.002 };
    const { now, proposed, ...counts } = await send(nurse, 'photo.rehearseLevels', { levels });
    expect([now.levels, proposed.levels, thresholds]).toEqual([defaultThresholds, levels, defaultThresholds]);
    expect(counts.results).toBe(outcome.kind === 'assessed' ? 1 : 0);
    expect(await refusal(nurse, 'photo.setLevels', { levels })).toMatchObject({ code: 'not_allowed' });
    expect(await send(admin, 'photo.setLevels', { levels })).toMatchObject({ thresholds: levels, defaultThresholds });
    expect(driven.heard('photo.modelChanged').at(-1)).toMatchObject({ thresholds: levels });
    const again = (await send(nurse, 'photo.assess', { patientId, side: 200, rgbBase64 })).outcome;
    if (again.kind === 'assessed') expect(again).toMatchObject({ level: 'high', thresholds: levels });
    expect(await send(nurse, 'photo.list', { patientId })).toEqual([kept]);
    expect(await send(admin, 'photo.setLevels', { levels: null })).toMatchObject({ thresholds: defaultThresholds });

    const { photoId } = kept;
    expect((await send(nurse, 'photo.pictures', { photoId })).cropPng).toBe(encodedText(encodePng(square.rgb, 200, 3)));
    const originals = [
      await send(nurse, 'photo.original', { photoId, part: 0 }),
      await send(nurse, 'photo.original', { photoId, part: 1 }),
    ];
    expect(originals).toEqual(parts.map((base64) => ({ mediaType: 'image/png', parts: 2, base64 })));
    expect(await send(nurse, 'photo.retract', { photoId, reason: 'The other arm' })).toMatchObject({
      retractedBy: 'Nora Nurse',
      retractedReason: 'The other arm',
    });
    expect(await refusal(nurse, 'photo.retract', { photoId, reason: 'Twice' })).toMatchObject({ code: 'conflict' });
    expect(await refusal(nurse, 'photo.pictures', { photoId: 999 })).toMatchObject({ code: 'not_found' });

    const text = await send(nurse, 'photo.begin', { patientId, byteLength: 9 });
    const words = Buffer.from('%PDF-1.7\n').toString('base64');
    expect(await refusal(nurse, 'photo.part', { uploadId: text.uploadId, part: 0, base64: words })).toMatchObject({
      code: 'invalid_params',
      message: expect.stringMatching(/^This file is a PDF, not a JPEG/),
    });
    expect(await refusal(nurse, 'photo.begin', { patientId, byteLength: MAX_PHOTO_BYTES + 1 })).toMatchObject({
      field: 'byteLength',
    });
  });

  it('a threshold alarms, the alarm is acknowledged by name, sound is paused, and limits can be a patient’s own', async () => {
    const { patientId } = patient;
    expect(await driven.reading('HEALTH01', Date.now() + 1, { spo2: 80 })).toMatchObject({
      alerts: [{ rule: 'spo2-very-low', priority: 'high' }],
    });
    const raised = (await send(nurse, 'alarm.list', { patientId })).find(({ rule }) => rule === 'spo2-very-low');
    const acknowledged = await send(nurse, 'alarm.acknowledge', { alarmId: raised?.alarmId ?? '' });
    expect(acknowledged).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Nora Nurse', patientId });
    expect(await send(nurse, 'alarm.list', { which: 'all' })).toContainEqual(
      expect.objectContaining({ alarmId: raised?.alarmId }),
    );
    expect(await send(nurse, 'alarm.pauseAudio', { seconds: 60 })).toMatchObject({ by: 'Nora Nurse' });
    expect(await send(nurse, 'alarm.audioPause', {})).toMatchObject({ by: 'Nora Nurse' });
    const own = { ruleId: 'spo2-very-low', patientId, limit: 85, consecutive: 2, enabled: true };
    expect(await send(nurse, 'threshold.save', own)).toMatchObject(own);
    expect(await refusal(nurse, 'threshold.save', { ...own, patientId: null })).toMatchObject({ code: 'not_allowed' });
    const limitOf = async (of: number | null) =>
      (await send(nurse, 'threshold.list', { patientId: of })).find(({ ruleId }) => ruleId === 'spo2-very-low')?.limit;
    expect([await limitOf(patientId), await limitOf(null)]).toEqual([85, 92]);
  });

  it('what was measured of a model is told; levels and limits are rehearsed before they are set, and levels are an administrator’s', async () => {
    const { patientId } = patient;
    expect(await send(nurse, 'model.facts', { model: 'heart' })).toMatchObject({ model: 'heart', n: expect.any(Number) });
    const [standing] = await send(nurse, 'model.list', {});
    if (standing === undefined) throw new Error('no model');
    const { name: model, defaultThresholds } = standing;
    const levels = { moderate: 0.001, high: 0.002 };
    const rehearsal = await send(nurse, 'model.rehearseLevels', { model, levels });
    expect(rehearsal).toMatchObject({ patients: 1, days: 1, proposed: { levels, patientsHigh: 1, alarms: 1 } });
    expect(rehearsal.proposed.high).toBe(rehearsal.results);
    expect((await send(nurse, 'model.list', {}))[0]?.thresholds).toEqual(defaultThresholds);

    expect(await refusal(nurse, 'model.setLevels', { model, levels })).toMatchObject({ code: 'not_allowed' });
    expect(await refusal(admin, 'model.setLevels', { model, levels: { moderate: 0.5, high: 0.4 } })).toMatchObject({
      code: 'invalid_params',
    });
    expect(await send(admin, 'model.setLevels', { model, levels })).toMatchObject({ thresholds: levels, defaultThresholds });
    const ruleId = `risk-${model}-high`;
    const limit = async () => (await send(nurse, 'threshold.list', {})).find((rule) => rule.ruleId === ruleId)?.limit;
    expect(await limit()).toBe(levels.high);
    const outcome = await driven.reading('HEALTH01', Date.now() + 2, { glucose: 145 });
    expect(outcome).toMatchObject({ predictions: expect.arrayContaining([expect.objectContaining({ model, level: 'high' })]) });
    expect(await send(admin, 'model.setLevels', { model, levels: null })).toMatchObject({ thresholds: defaultThresholds });
    expect(await limit()).toBe(defaultThresholds.high);

    const change = { ruleId: 'spo2-very-low', patientId, limit: 99, consecutive: 1, enabled: true };
    expect(await send(nurse, 'threshold.rehearse', change)).toMatchObject({
      patients: 1,
      proposed: { alarms: expect.any(Number) },
    });
    expect(await refusal(nurse, 'threshold.rehearse', { ...change, limit: 900 })).toMatchObject({ code: 'out_of_range' });
    const wardWide = { ruleId, patientId: null, limit: 0.9, consecutive: 1, enabled: true };
    expect(await refusal(admin, 'threshold.save', wardWide)).toMatchObject({ code: 'conflict', field: 'limit' });
  });

  it('reports are made as PDF and as CSV', { timeout: 60_000 }, async () => {
    const ask = { patientId: patient.patientId, fromMs: Date.now() - HOUR_MS, toMs: Date.now() };
    const [pdf, csv] = [
      await send(nurse, 'report.create', { ...ask, format: 'pdf' }),
      await send(nurse, 'report.create', { ...ask, format: 'csv' }),
    ];
    const head = (base64: string) => Buffer.from(base64, 'base64').subarray(0, 9).toString();
    expect([pdf.mediaType, head(pdf.base64)]).toEqual(['application/pdf', expect.stringMatching(/^%PDF-/)]);
    expect([csv.mediaType, head(csv.base64)]).toEqual([expect.stringMatching(/^text\/csv/), '\ufeffrecord']);
    expect(await refusal(nurse, 'report.create', { ...ask, toMs: ask.fromMs, format: 'pdf' })).toMatchObject({ field: 'toMs' });

    const mark = 'entered just now';
    const entries = [{ kind: 'temperature' as const, value: '37.4', unit: 'Cel', confirmed: true }];
    await send(nurse, 'observation.add', { patientId: patient.patientId, takenAtMs: Date.now(), note: mark, entries });
    const untilNow = await send(nurse, 'report.create', { ...ask, toMs: null, format: 'csv' });
    expect(Buffer.from(untilNow.base64, 'base64').toString()).toContain(mark);
  });

  it('a revoked device is refused from then on; one that is disconnected stays known; one given back is nobody’s', async () => {
    expect(await send(admin, 'device.revoke', { deviceId: 'HEALTH01' })).toMatchObject({
      boundTo: null,
      revokedAtMs: expect.any(Number),
    });
    expect(await driven.port.deviceByToken(networkDevice.token)).toBeNull();
    expect(await refusal(nurse, 'device.bind', { deviceId: 'HEALTH01', patientId: patient.patientId })).toMatchObject({
      code: 'conflict',
    });
    expect(await send(nurse, 'bluetooth.disconnect', { deviceId: bandId })).toMatchObject({ deviceId: bandId });
    expect(await send(nurse, 'device.unbind', { deviceId: bandId })).toMatchObject({ boundTo: null });
  });

  it('the radio has settings, and a device what cannot be told from itself', async () => {
    expect(await send(nurse, 'bluetooth.adapters', {})).toEqual([{ adapter: { kind: 'virtual' }, title: 'Simulated radio' }]);
    expect(await send(nurse, 'bluetooth.settings', {})).toEqual({ adapter: { kind: 'virtual' }, bindingHours: null });
    const asked = { adapter: { kind: 'uart', port: '/dev/ttyACM0', baud: 1_000_000 }, bindingHours: 24 } as const;
    expect(await send(admin, 'bluetooth.setSettings', asked)).toEqual({ adapter: { kind: 'virtual' }, bindingHours: 24 });
    const bound = await send(nurse, 'device.bind', { deviceId: bandId, patientId: patient.patientId });
    expect((bound.boundTo?.untilMs ?? 0) - Date.now()).toBeGreaterThan(23 * HOUR_MS);
    await send(admin, 'bluetooth.setSettings', { ...asked, bindingHours: null });
    await send(nurse, 'device.unbind', { deviceId: bandId });
    const octets = { deviceId: bandId, cgmOctetOrder: 'warning-first' } as const;
    expect(await send(nurse, 'device.configure', octets)).toMatchObject(octets);
  });

  it('readings of a device that nobody wears wait, are claimed, and can be put back', async () => {
    const { patientId } = patient;
    const deviceId = 'BENCH-1';
    await send(admin, 'device.add', { deviceId });
    const fromMs = Date.now() - 2 * HOUR_MS;
    for (const minutes of [0, 10, 20]) await driven.reading(deviceId, fromMs + minutes * 60_000, { heartRate: 60 + minutes });
    const list = async () => (await send(nurse, 'unclaimed.list', {})).filter((span) => span.deviceId === deviceId);
    const toMs = fromMs + 20 * 60_000;
    expect(await list()).toEqual([
      {
        deviceId,
        deviceName: '',
        isDoubtful: false,
        fromMs,
        toMs,
        count: 3,
        vitals: [{ kind: 'heartRate', count: 3, min: 60, max: 80 }],
      },
    ]);
    const claim = await send(nurse, 'unclaimed.claim', { deviceId, fromMs, toMs, patientId });
    expect(claim).toMatchObject({ patientId, patientName: 'Ada Beispiel', claimedBy: 'Nora Nurse', undoneAtMs: null });
    expect(await list()).toEqual([]);
    const readings = async () =>
      (await send(nurse, 'reading.history', { patientId, kinds: ['heartRate'], fromMs, toMs: toMs + 1 }))[0]?.count;
    expect(await readings()).toBe(3);
    expect(await refusal(nurse, 'unclaimed.claim', { deviceId, fromMs, toMs, patientId })).toMatchObject({ code: 'conflict' });
    expect(await send(nurse, 'unclaimed.undo', { claimId: claim.claimId })).toMatchObject({ undoneBy: 'Nora Nurse' });
    expect([await readings(), (await list()).length]).toEqual([0, 1]);
    const aside = await send(nurse, 'unclaimed.claim', { deviceId, fromMs, toMs, patientId: null });
    expect([aside.patientId, await list()]).toEqual([null, []]);
    expect((await send(nurse, 'unclaimed.claims', {})).map(({ claimId }) => claimId)).toEqual([aside.claimId, claim.claimId]);
  });

  it('an ECG is told only to screens that watch the patient', async () => {
    const { patientId } = patient;
    const frame: EcgFrame = {
      patientId,
      deviceId: bandId,
      sampleIndex: 0,
      sampleRateHz: 250,
      lead: 'I',
      nanovoltPerCount: 3000,
      samples: [1, 2],
      leadOff: false,
      saturated: false,
      missingBefore: 0,
      receivedAtMs: Date.now(),
    };
    const event = { name: 'ecg.frame', payload: frame } as const;
    expect(driven.port.mayHear(nurse, event)).toBe(false);
    expect((await send(nurse, 'ecg.watch', { patientId })).untilMs).toBeGreaterThan(Date.now());
    expect([driven.port.mayHear(nurse, event), driven.port.mayHear(admin, event)]).toEqual([true, false]);
    await send(nurse, 'ecg.unwatch', { patientId });
    expect(driven.port.mayHear(nurse, event)).toBe(false);
    expect(await refusal(nurse, 'ecg.watch', { patientId: 999 })).toMatchObject({ code: 'not_found' });
  });

  it('a patient who leaves takes no wearable along, and can come back', async () => {
    const { patientId } = patient;
    await send(nurse, 'device.bind', { deviceId: bandId, patientId });
    expect(await send(nurse, 'patient.discharge', { patientId })).toMatchObject({ dischargedAtMs: expect.any(Number) });
    expect(await send(nurse, 'ward.live', {})).toEqual([]);
    expect((await send(nurse, 'device.list', {})).filter(({ boundTo }) => boundTo !== null)).toEqual([]);
    expect(await refusal(nurse, 'device.bind', { deviceId: bandId, patientId })).toMatchObject({ code: 'conflict' });
    expect(await send(nurse, 'patient.readmit', { patientId })).toMatchObject({ dischargedAtMs: null });
  });

  it('a backup is made, looked into and restored: everything is as it was, and everybody signs in again', {
    timeout: 60_000,
  }, async () => {
    const before = await send(admin, 'patient.list', {});
    const made = await send(admin, 'backup.make', {});
    expect(made).toMatchObject({ problem: null, patients: before.length, schema: expect.any(Number) });
    expect(await send(admin, 'backup.list', {})).toMatchObject({ sameDisk: true, backups: [{ fileName: made.fileName }] });
    expect(await send(admin, 'backup.inspect', { fileName: made.fileName })).toEqual(made);
    expect(await refusal(admin, 'backup.inspect', { fileName: '../healthsense.db' })).toMatchObject({ field: 'fileName' });
    expect(await refusal(admin, 'backup.restore', { fileName: 'gone.db' })).toMatchObject({ code: 'not_found' });
    expect(await refusal(nurse, 'backup.restore', { fileName: made.fileName })).toMatchObject({ code: 'not_allowed' });

    const { patientId, mrn, name, birthDate, sex } = patient;
    await send(admin, 'patient.update', { patientId, mrn, name, birthDate, sex, note: 'written after the backup' });
    expect(await send(admin, 'backup.restore', { fileName: made.fileName })).toEqual({ ok: true });
    expect(await refusal(admin, 'patient.list', {})).toMatchObject({ code: 'not_signed_in' });
    for (const [who, userName] of [
      [admin, 'alba'],
      [nurse, 'nora'],
    ] as const) {
      await send(who, 'session.signIn', { userName, password: PASSWORD });
    }
    expect(await send(admin, 'patient.list', {})).toEqual(before);
    const [newest] = (await send(admin, 'audit.list', { limit: 20 })).filter(({ action }) => action.startsWith('backup'));
    expect(newest).toMatchObject({ action: 'backup.restore', actor: 'Alba Admin' });
  });

  it('how long data is kept is previewed, saved and listed, and never in an order that leaves holes', async () => {
    const rules = [{ kind: 'raw', keepDays: 400 }] as const;
    expect(await send(admin, 'retention.preview', { rules: [...rules] })).toContainEqual({
      kind: 'raw',
      rows: 0,
      bytes: 0,
      period: null,
    });
    expect(await send(admin, 'retention.save', { rules: [...rules] })).toContainEqual(
      expect.objectContaining({ kind: 'raw', keepDays: 400 }),
    );
    expect(await send(nurse, 'retention.list', {})).toHaveLength(4);
    expect(await refusal(admin, 'retention.save', { rules: [{ kind: 'minutes', keepDays: 100 }] })).toMatchObject({
      code: 'invalid_params',
      field: 'minutes',
    });
    expect(await refusal(nurse, 'retention.save', { rules: [...rules] })).toMatchObject({ code: 'not_allowed' });
  });

  it('the self-test looks at everything, says what it found, and is in the audit', { timeout: 60_000 }, async () => {
    const { checks } = await send(nurse, 'selfTest.run', { screenAtMs: Date.now() });
    const verdicts = Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({
      database: 'good',
      models: 'good',
      bluetooth: 'good',
      mqtt: 'unused',
      clock: 'good',
      backup: 'good',
    });
    const askedAtMs = Date.now();
    const apart = await send(nurse, 'selfTest.run', { screenAtMs: askedAtMs - 60_000 });
    const clock = apart.checks.find(({ name }) => name === 'clock');
    expect(clock?.verdict).toBe('warning');
    // However long it took to be asked: no less than it is, and no more than had gone by when the test began.
    const secondsApart = Number(/(\d+) s ahead of this screen/.exec(clock?.detail ?? '')?.[1]);
    expect(secondsApart).toBeGreaterThanOrEqual(60);
    expect(secondsApart).toBeLessThanOrEqual(Math.round((apart.startedAtMs - askedAtMs) / 1000) + 60);
    await send(nurse, 'selfTest.speaker', { heard: false });
    const audit = await send(nurse, 'audit.list', { limit: 20 });
    expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(['selfTest.run', 'selfTest.speaker']));
  });

  it('the console tells how it is, and the audit who did what', async () => {
    const reach = 'Only programs on this computer can reach it.';
    driven.port.reachedBy(reach);
    expect(await send(nurse, 'console.status', {})).toMatchObject({ engine: 'running', problems: [], reach });
    const audit = await send(nurse, 'audit.list', { limit: 1000 });
    const did = (actor: string) => audit.filter((entry) => entry.actor === actor).map(({ action }) => action);
    expect(did('Nora Nurse')).toEqual(expect.arrayContaining(['alarm.acknowledged', 'report.pdf']));
    expect(did('Alba Admin').length).toBeGreaterThan(0);
  });

  it('a disabled user’s next command is refused', async () => {
    const { userId } = nurse.user ?? { userId: 0 };
    const held: Caller = nurse;
    await send(admin, 'user.setDisabled', { userId, disabled: true });
    expect(await refusal(held, 'ward.live', {})).toMatchObject({ code: 'not_signed_in' });
    expect(await refusal(admin, 'user.setDisabled', { userId: admin.user?.userId ?? 0, disabled: true })).toMatchObject({
      code: 'conflict',
    });
  });

  it('has no command that was not answered here', () => {
    expect(NAMES.filter((name) => !driven.answered.has(name))).toEqual([]);
  });

  it('announces every kind of event, each as its schema says', async () => {
    const awaited = Object.keys(EVENTS).filter((name) => !NOT_AWAITED.includes(name));
    const missing = (): string[] => awaited.filter((name) => !driven.events.some((event) => event.name === name));
    await expect.poll(missing, SOON).toEqual([]);
    expect(driven.wrongEvents).toEqual([]);
  });
});

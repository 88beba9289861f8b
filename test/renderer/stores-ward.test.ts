// The stores: events change the ward as told, old values are never current, and a filling ward loses no event.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandName } from '../../src-main/contract/commands.ts';
import type { EventName } from '../../src-main/contract/events.ts';
import type { Alarm, CurrentValue, PatientLive } from '../../src-main/contract/models.ts';
import type { ConsoleClient } from '../../src-main/contract/wire.ts';
import { VITAL_KINDS, VITALS } from '../../src-main/vitals/kinds.ts';
import { ClientError } from '../../src-renderer/client/client-error.ts';
import { describeVital, pressureText, trendOf } from '../../src-renderer/components/describe-vital.ts';
import { orderWard, searchWard } from '../../src-renderer/screens/ward/ward-order.ts';
import { audiblePriority, useAlarms } from '../../src-renderer/stores/alarms.ts';
import { setConnected, useConnection } from '../../src-renderer/stores/connection.ts';
import { ageWords, freshness } from '../../src-renderer/stores/freshness.ts';
import {
  applyAlarm,
  applyDevice,
  applyPatient,
  applyPrediction,
  applyValues,
  clearLive,
  setWard,
  useLive,
} from '../../src-renderer/stores/live.ts';
import { addPoints, RECENT_MS } from '../../src-renderer/stores/recent.ts';
import { startSession, useSession } from '../../src-renderer/stores/session.ts';
import { wireStores } from '../../src-renderer/stores/wire.ts';
import { FAKE_WARD, initialAlarms, initialDevices, news2Of, predictionsOf } from './fake-ward.ts';

const UNITS = { glucoseUnit: 'mg/dL', temperatureUnit: 'Cel' } as const;

function live(index: number, parts: Partial<PatientLive> = {}): PatientLive {
  const who = FAKE_WARD[index];
  if (who === undefined) throw new Error(`no patient ${index}`);
  return { patient: who.patient, values: [], predictions: [], alarms: [], devices: [], news2: news2Of(who), ...parts };
}

function heartRate(value: number | null, takenAtMs: number, rest: Partial<CurrentValue> = {}): CurrentValue {
  return {
    kind: 'heartRate',
    value,
    special: null,
    takenAtMs,
    receivedAtMs: takenAtMs,
    source: 'device',
    deviceId: 'WEAR-01',
    quality: [],
    trendPerMinute: null,
    ...rest,
  };
}

function alarmOf(priority: Alarm['priority'], state: Alarm['state'], alarmId: string = priority): Alarm {
  const [first] = initialAlarms();
  if (first === undefined) throw new Error('no alarm');
  return { ...first, alarmId, priority, state, patientId: 1 };
}

const ward = (patientId: number): PatientLive | undefined => useLive.getState().ward.get(patientId);

beforeEach(() => {
  clearLive();
  setWard([live(0), live(1)]);
});

describe('freshness', () => {
  it.each(VITAL_KINDS)('%s is current up to its limit and old a millisecond later', (kind) => {
    const takenAtMs = 1_000_000;
    const limitMs = takenAtMs + VITALS[kind].currentForMs;
    expect(freshness(kind, takenAtMs, limitMs, true)).toBe('current');
    expect(freshness(kind, takenAtMs, limitMs + 1, true)).toBe('old');
  });

  it('nothing is current while the console cannot be heard', () => {
    expect(freshness('heartRate', 1_000, 1_000, false)).toBe('old');
  });

  it.each([
    [-4_000, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [7_200_000, '2 h'],
    [48 * 3_600_000, '2 d'],
  ])('%i ms reads %s', (ageMs, words) => {
    expect(ageWords(ageMs)).toBe(words);
  });
});

describe('a numeral', () => {
  const context = { nowMs: 100_000, connected: true, units: UNITS };

  it('says "old" and drops its trend once the value is old', () => {
    const value = heartRate(72, 0, { trendPerMinute: 9 });
    expect(describeVital('heartRate', value, { ...context, nowMs: 5_000 })).toMatchObject({
      state: 'current',
      trend: 'rising-fast',
    });
    const old = describeVital('heartRate', value, context);
    expect(old).toMatchObject({ text: '72', state: 'old', trend: null, age: '1 min' });
    expect(old.sentence).toContain('old');
  });

  it('of what was another’s says neither a figure nor that the device could not measure', () => {
    const gone = describeVital('heartRate', { ...heartRate(null, 99_000), deviceId: null }, context);
    expect(gone).toMatchObject({ text: '–', state: 'none', age: '' });
    expect(gone.sentence).toBe('Heart rate: no value; the last one was not theirs');
  });

  it('says what the device itself doubts', () => {
    const doubted = describeVital('heartRate', { ...heartRate(71, 99_000), quality: ['questionable', 'lowPerfusion'] }, context);
    expect(doubted.doubt).toBe('questionable, low perfusion');
    expect(doubted.sentence).toContain('questionable, low perfusion');
    expect(describeVital('heartRate', heartRate(71, 99_000), context).doubt).toBe('');
  });

  it('a pressure that failed says so once, one that was measured stands as both figures', () => {
    const failed = { ...heartRate(null, 99_000), special: 'NaN' } as const;
    const words = describeVital('systolic', { ...failed, kind: 'systolic' }, context);
    expect(pressureText(words, describeVital('diastolic', { ...failed, kind: 'diastolic' }, context))).toBe('no value');
    expect(pressureText({ ...words, text: '90' }, { ...words, text: '90' })).toBe('90/90');
    expect(pressureText({ ...words, text: '128' }, words)).toBe('128/no value');
  });

  it('shows special values as what they are, never as a number', () => {
    const words = describeVital('glucose', { ...heartRate(null, 99_000), kind: 'glucose', special: 'HI' }, context);
    expect(words).toMatchObject({ text: 'HI', unit: 'mg/dL' });
  });

  it('is converted to the clinic unit', () => {
    const value: CurrentValue = { ...heartRate(180, 99_000), kind: 'glucose' };
    expect(describeVital('glucose', value, { ...context, units: { ...UNITS, glucoseUnit: 'mmol/L' } })).toMatchObject({
      text: '10.0',
      unit: 'mmol/L',
    });
  });

  it('without a value says so', () => {
    expect(describeVital('spo2', undefined, context)).toMatchObject({ state: 'none', text: '–', age: '' });
  });

  it('has no trend where none is known', () => {
    expect(trendOf('spo2', null)).toBeNull();
    expect(trendOf('spo2', -2)).toBe('falling-fast');
    expect(trendOf('spo2', 0.1)).toBe('steady');
  });
});

describe('events', () => {
  it('values.changed replaces only the kinds it names', () => {
    const spo2: CurrentValue = { ...heartRate(97, 5), kind: 'spo2' };
    applyValues({ patientId: 1, values: [heartRate(70, 5), spo2], news2: live(0).news2 });
    applyValues({ patientId: 1, values: [heartRate(75, 6)], news2: { ...live(0).news2, score: 4 } });
    expect(ward(1)?.values).toHaveLength(2);
    expect(ward(1)?.values.find((value) => value.kind === 'heartRate')?.value).toBe(75);
    expect(ward(1)?.news2.score).toBe(4);
    expect(ward(2)?.values).toHaveLength(0);
  });

  it('values.changed may bring an earlier value back, as after a retracted entry', () => {
    applyValues({ patientId: 1, values: [heartRate(70, 50)], news2: live(0).news2 });
    applyValues({ patientId: 1, values: [heartRate(66, 40)], news2: live(0).news2 });
    expect(ward(1)?.values[0]?.value).toBe(66);
  });

  it('values.changed for a patient not on the ward changes nothing', () => {
    const before = useLive.getState().ward;
    applyValues({ patientId: 99, values: [heartRate(70, 5)], news2: live(0).news2 });
    expect(useLive.getState().ward).toBe(before);
  });

  it('prediction.changed keeps one prediction per model', () => {
    const who = FAKE_WARD[0];
    if (who === undefined) throw new Error('no patient');
    for (const prediction of [...predictionsOf(who, 1_000), ...predictionsOf(who, 2_000)]) applyPrediction(prediction);
    expect(ward(1)?.predictions.map((prediction) => prediction.model)).toEqual(['diabetes', 'heart', 'hypoxia']);
  });

  it('alarm.changed updates, and takes a cleared alarm away', () => {
    applyAlarm(alarmOf('high', 'active'));
    applyAlarm(alarmOf('high', 'acknowledged'));
    expect(ward(1)?.alarms.map((alarm) => alarm.state)).toEqual(['acknowledged']);
    applyAlarm(alarmOf('high', 'cleared'));
    expect(ward(1)?.alarms).toEqual([]);
  });

  it('device.changed moves a device from one wearer to the next', () => {
    const device = initialDevices().find((candidate) => candidate.deviceId === 'WEAR-01');
    if (device?.boundTo == null) throw new Error('no device');
    applyDevice(device);
    expect([ward(1)?.devices.length, ward(2)?.devices.length]).toEqual([1, 0]);
    applyDevice({ ...device, boundTo: { ...device.boundTo, patientId: 2 } });
    expect([ward(1)?.devices.length, ward(2)?.devices.length]).toEqual([0, 1]);
    applyDevice({ ...device, boundTo: null });
    expect([ward(1)?.devices.length, ward(2)?.devices.length]).toEqual([0, 0]);
  });

  it('patient.changed takes a discharged patient off the ward and asks for an unknown one', () => {
    expect(applyPatient({ ...live(0).patient, dischargedAtMs: 5 })).toBe(false);
    expect(ward(1)).toBeUndefined();
    expect(applyPatient(live(2).patient)).toBe(true);
  });
});

describe('recent points', () => {
  it('are kept in time order, one a second, ten minutes long', () => {
    const point = (atMs: number, value: number) => ({ kind: 'heartRate', atMs, value }) as const;
    const first = addPoints(undefined, [point(RECENT_MS + 5_000, 3), point(4_000, 1)]);
    expect(first.get('heartRate')?.map((p) => p.atMs)).toEqual([RECENT_MS + 5_000]);
    const second = addPoints(first, [point(60_000, 2), point(60_500, 9)]);
    expect(second.get('heartRate')?.map((p) => p.value)).toEqual([9, 3]);
  });

  it('hold only what tiles draw', () => {
    expect(addPoints(undefined, [{ kind: 'glucose', atMs: 1, value: 1 }]).size).toBe(0);
  });
});

describe('what may be heard', () => {
  const pauseTo = (untilMs: number, maxPriority: Alarm['priority']) => ({ untilMs, by: 'Nina', maxPriority });

  it('is the most urgent unacknowledged alarm, latched ones included', () => {
    expect(
      audiblePriority([alarmOf('low', 'active'), alarmOf('medium', 'latched'), alarmOf('high', 'acknowledged')], null, 0),
    ).toBe('medium');
    expect(audiblePriority([alarmOf('high', 'acknowledged')], null, 0)).toBeNull();
  });

  it('is silent in a pause that covers it, and a higher priority breaks through', () => {
    const pause = pauseTo(1_000, 'medium');
    expect(audiblePriority([alarmOf('medium', 'active')], pause, 500)).toBeNull();
    expect(audiblePriority([alarmOf('medium', 'active', 'm'), alarmOf('high', 'active')], pause, 500)).toBe('high');
  });

  it('is heard again when the pause is over', () => {
    expect(audiblePriority([alarmOf('medium', 'active')], pauseTo(1_000, 'high'), 1_000)).toBe('medium');
  });
});

describe('the order of the ward', () => {
  const calm = live(0);
  const acknowledged = live(4, { alarms: [alarmOf('high', 'acknowledged')] });
  const low = live(3, { alarms: [alarmOf('low', 'active')] });
  const highScore = live(1);

  it('puts unacknowledged alarms first, then acknowledged ones, then the NEWS2 score', () => {
    const order = orderWard([calm, highScore, acknowledged, low], 'urgency').map((entry) => entry.patient.patientId);
    expect(order).toEqual([low, acknowledged, highScore, calm].map((entry) => entry.patient.patientId));
  });

  it('search finds by part of name without accents, by MRN and by location', () => {
    const all = FAKE_WARD.map((_who, index) => live(index));
    const found = (search: string) => searchWard(all, search).map((entry) => entry.patient.patientId);
    expect(found('nunez maria')).toEqual([3]);
    expect(found(live(3).patient.mrn)).toEqual([4]);
    expect(found('b2')).toEqual([6]);
    expect(found('nobody')).toEqual([]);
  });
});

describe('the wiring', () => {
  function fakeClient(answer: (command: CommandName) => unknown) {
    const listeners = new Map<EventName, (payload: never) => void>();
    let onConnection: (connected: boolean) => void = () => undefined;
    const client: ConsoleClient = {
      send: vi.fn(async (command: CommandName) => answer(command)) as unknown as ConsoleClient['send'],
      listen: (event, listener) => {
        listeners.set(event, listener as (payload: never) => void);
        return () => listeners.delete(event);
      },
      onConnection: (listener) => {
        onConnection = listener;
        listener(true);
        return () => undefined;
      },
    };
    const emit = (name: EventName, payload: unknown): void => listeners.get(name)?.(payload as never);
    return { client, emit, listeners, connect: (connected: boolean) => onConnection(connected) };
  }
  const info = { version: '1', host: 'headless', needsFirstUser: false, demo: false, clinicName: '', timeZone: 'UTC' };
  const user = { userId: 1, userName: 'nina', displayName: 'Nina', role: 'nurse', disabled: false };
  const tokens = { read: () => 'token', keep: vi.fn() };

  beforeEach(() => {
    useSession.setState({ phase: 'starting', info: null, user: null, notice: '' });
    useAlarms.setState({ open: new Map(), pause: null });
    setConnected(false, 0);
  });

  it('keeps an event that arrives while the whole ward is on its way', async () => {
    let sendWard: (ward: readonly PatientLive[]) => void = () => undefined;
    const { client, emit, listeners } = fakeClient((command) => {
      if (command === 'console.info') return info;
      if (command === 'session.resume') return { user, token: 'token' };
      if (command === 'ward.live') return new Promise((resolve) => (sendWard = resolve));
      if (command === 'alarm.audioPause') return null;
      if (command === 'alarm.list' || command === 'device.list') return [];
      throw new ClientError('unavailable', 'not now');
    });
    const stop = wireStores(client, tokens);
    await vi.waitFor(() => expect(client.send).toHaveBeenCalledWith('ward.live', {}));
    emit('values.changed', { patientId: 1, values: [heartRate(91, 20)], news2: live(0).news2 });
    emit('alarm.changed', alarmOf('high', 'active'));
    sendWard([live(0, { values: [heartRate(60, 10)] })]);
    await vi.waitFor(() => expect(ward(1)?.values[0]?.value).toBe(91));
    expect(useAlarms.getState().open.has('high')).toBe(true);
    stop();
    expect(listeners.size).toBe(0);
  });

  it('says since when the console cannot be heard', () => {
    setConnected(true, 1_000);
    setConnected(false, 7_000);
    setConnected(false, 9_000);
    expect(useConnection.getState()).toEqual({ connected: false, lostAtMs: 7_000 });
  });

  it('a kept token that is no longer good leads to sign-in with a word why', async () => {
    const { client } = fakeClient((command) => {
      if (command === 'console.info') return info;
      throw new ClientError('not_signed_in', 'Sign in first.');
    });
    await startSession(client, tokens);
    expect(useSession.getState()).toMatchObject({ phase: 'signed-out', user: null });
    expect(useSession.getState().notice).not.toBe('');
    expect(tokens.keep).toHaveBeenLastCalledWith(null);
  });

  it('a console that cannot be reached does not throw the token away', async () => {
    tokens.keep.mockClear();
    const { client } = fakeClient(() => {
      throw new ClientError('timeout', 'No answer.');
    });
    await startSession(client, tokens);
    expect(useSession.getState().phase).toBe('unreachable');
    expect(tokens.keep).not.toHaveBeenCalled();
  });

  it('a console without users offers set-up', async () => {
    const { client } = fakeClient(() => ({ ...info, needsFirstUser: true }));
    await startSession(client, tokens);
    expect(useSession.getState().phase).toBe('set-up');
  });
});

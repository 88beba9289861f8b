// Killed without warning in mid-alarm: when the console is back each alarm is as it was, by whom and when it was acknowledged included,
// and goes on by the rules of its life.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Alarm } from '../../src-main/contract/models.ts';
import type { ClosableClient } from '../../src-renderer/client/websocket-client.ts';
import { expectWhole } from './lives.ts';
import { addWorn, NURSE, screenAt, setUp } from './screen.ts';
import { type Serving, serve } from './serve-process.ts';

const DEVICE_ID = 'ALARM-1';

type Vitals = Readonly<Record<string, number>>;

describe('a console that is killed in mid-alarm', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-alarms-'));
  let serving: Serving | undefined;
  let url = '';
  let screen: ClosableClient | undefined;
  let session = '';
  let token = '';
  let lastMs = 0;

  async function start(): Promise<ClosableClient> {
    serving = serve(dataDir);
    url = await serving.ready;
    screen = screenAt(url);
    if (session !== '') await screen.send('session.resume', { token: session });
    return screen;
  }

  async function kill(): Promise<void> {
    await serving?.kill();
    screen?.close();
    [serving, screen] = [undefined, undefined];
  }

  /** @returns the ids of the alarms it raised, by rule */
  async function post(vitals: Vitals): Promise<Readonly<Record<string, string>>> {
    lastMs = Math.max(Date.now(), lastMs + 1);
    const answer = await fetch(`${url}api/healthdata`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ device_id: DEVICE_ID, timestamp: new Date(lastMs).toISOString(), ...vitals }),
    });
    expect(answer.status).toBe(201);
    const { results } = (await answer.json()) as {
      readonly results: readonly { readonly alerts: readonly { readonly alarm_id: string; readonly rule: string }[] }[];
    };
    return Object.fromEntries(results.flatMap(({ alerts }) => alerts.map(({ rule, alarm_id }) => [rule, alarm_id])));
  }

  /** By rule, as a screen hears of it. When its value was last seen is written down every half a minute only. */
  async function alarms(client: ClosableClient): Promise<Readonly<Record<string, Omit<Alarm, 'lastSeenAtMs'>>>> {
    const open = await client.send('alarm.list', { which: 'open' });
    const physiological = open.filter(({ category, rule }) => category === 'physiological' && !rule.startsWith('risk-'));
    return Object.fromEntries(physiological.map(({ lastSeenAtMs: _, ...alarm }) => [alarm.rule, alarm]));
  }

  const statesOf = (of: Readonly<Record<string, Pick<Alarm, 'state'>>>): Readonly<Record<string, Alarm['state']>> =>
    Object.fromEntries(Object.entries(of).map(([rule, { state }]) => [rule, state]));

  afterAll(async () => {
    await kill().catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has each of them as it was: active, acknowledged, ended and not seen by anybody; and each goes on from there', {
    timeout: 60_000,
  }, async () => {
    const first = await start();
    session = await setUp(first);
    token = await addWorn(first, DEVICE_ID);
    const raised = await post({ heart_rate: 145, glucose: 40, bp_systolic: 80 });
    await post({ bp_systolic: 120 });
    await first.send('alarm.acknowledge', { alarmId: raised['heart-rate-very-high'] ?? '' });
    await first.send('alarm.acknowledge', { alarmId: raised['glucose-very-low'] ?? '' });
    const before = await alarms(first);
    // The console is gone the moment after it told the device.
    const { 'spo2-very-low': breathless = '' } = await post({ spo2: 85 });
    await kill();
    expect(statesOf(before)).toEqual({
      'heart-rate-very-high': 'acknowledged',
      'glucose-very-low': 'acknowledged',
      'systolic-very-low': 'latched',
    });
    expect(before['glucose-very-low']).toMatchObject({ acknowledgedBy: NURSE, acknowledgedAtMs: expect.any(Number) });

    const second = await start();
    expectWhole(dataDir);
    const { 'spo2-very-low': raisedLast, ...others } = await alarms(second);
    expect(others).toEqual(before);
    expect(raisedLast).toMatchObject({ alarmId: breathless, state: 'active', endedAtMs: null, acknowledgedBy: null });
    // Neither raised a second time nor taken for new by a value that is as bad as before.
    expect(await post({ spo2: 85, glucose: 40 })).toEqual({});
    expect(await alarms(second)).toEqual({ ...before, 'spo2-very-low': raisedLast });
    // Gone the moment after it told the nurse.
    const seen = await second.send('alarm.acknowledge', { alarmId: breathless });
    await kill();
    expect(seen).toMatchObject({ state: 'acknowledged', acknowledgedBy: NURSE });

    const third = await start();
    const { lastSeenAtMs: _, ...acknowledged } = seen;
    expect(await alarms(third)).toEqual({ ...before, 'spo2-very-low': acknowledged });
    // What is normal again clears where somebody has seen it; what nobody has seen stays until then; what is bad goes on.
    expect(await post({ heart_rate: 70, bp_systolic: 120, glucose: 40, spo2: 85 })).toEqual({});
    expect(statesOf(await alarms(third))).toEqual({
      'glucose-very-low': 'acknowledged',
      'spo2-very-low': 'acknowledged',
      'systolic-very-low': 'latched',
    });
    await third.send('alarm.acknowledge', { alarmId: before['systolic-very-low']?.alarmId ?? '' });
    await kill();

    const fourth = await start();
    expect(statesOf(await alarms(fourth))).toEqual({ 'glucose-very-low': 'acknowledged', 'spo2-very-low': 'acknowledged' });
    // The next time is an alarm of its own.
    const again = await post({ heart_rate: 145 });
    expect(again['heart-rate-very-high']).not.toBe(before['heart-rate-very-high']?.alarmId);
    expect(await serving?.end()).toBe(0);
    serving = undefined;
  });
});

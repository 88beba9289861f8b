// NEWS2 of the ward: from what is current and of usable quality only.
import { expect, test } from 'vitest';
import type { Alarm, Device } from '../../src-main/contract/models.ts';
import { Ward } from '../../src-main/ward.ts';
import { ADA, LOW_SPO2, START_MS } from '../alarms/bench.ts';

function news2Of(quality: readonly string[], ageMs = 0) {
  const spo2 = { ...LOW_SPO2, takenAtMs: START_MS - ageMs, quality };
  const ward = new Ward({ values: () => [spo2], openAlarms: () => [], devices: () => [], now: () => START_MS });
  ward.put(ADA);
  return ward.news2(1);
}

test('a value counts in NEWS2 while it is current', () => {
  expect(news2Of([])).toMatchObject({ score: 3, anySingleThree: true });
  expect(news2Of([], 2 * 60_000).missing).toContain('Oxygen saturation');
});

test.each([['sensorOff'], ['invalid'], ['questionable'], ['demonstration'], ['sensorFault'], ['movement', 'cuffLoose']])(
  'a value of unusable quality (%s) does not count in NEWS2',
  (...quality) => {
    expect(news2Of(quality)).toMatchObject({ score: 0, anySingleThree: false });
    expect(news2Of(quality).missing).toContain('Oxygen saturation');
  },
);

test('a value that is only marked, as for movement, counts', () => {
  expect(news2Of(['movement', 'lowPerfusion'])).toMatchObject({ score: 3 });
});

test('the screens are told of NEWS2 when it has changed, with time alone too, and not again and again', () => {
  let nowMs = START_MS;
  const ward = new Ward({ values: () => [LOW_SPO2], openAlarms: () => [], devices: () => [], now: () => nowMs });
  ward.put(ADA);
  expect(ward.changedNews2(1)).toMatchObject({ score: 3 });
  expect(ward.changedNews2(1)).toBeNull();
  ward.tellNews2(1);
  expect(ward.changedNews2(1)).toBeNull();
  nowMs += 2 * 60_000;
  expect(ward.changedNews2(1)).toMatchObject({ score: 0 });
  expect(ward.changedNews2(1)).toBeNull();
});

test('the whole ward is what each patient is alone: every one with their own alarms and devices', () => {
  const alarmOf = (alarmId: number, patientId: number | null) => ({ alarmId, patientId }) as unknown as Alarm;
  const deviceOf = (deviceId: string, patientId: number | null) =>
    ({ deviceId, boundTo: patientId === null ? null : { patientId } }) as unknown as Device;
  const ward = new Ward({
    values: () => [],
    openAlarms: () => [alarmOf(1, 1), alarmOf(2, null), alarmOf(3, 2), alarmOf(4, 1), alarmOf(5, 9)],
    devices: () => [deviceOf('A', 2), deviceOf('B', null), deviceOf('C', 1), deviceOf('D', 2)],
    now: () => START_MS,
  });
  for (const patientId of [1, 2, 3]) ward.put({ ...ADA, patientId });
  const shown = ward.allLive();
  expect(shown).toEqual([1, 2, 3].map((patientId) => ward.live(patientId)));
  expect(shown.map(({ alarms }) => alarms.map(({ alarmId }) => alarmId))).toEqual([[1, 4], [3], []]);
  expect(shown.map(({ devices }) => devices.map(({ deviceId }) => deviceId))).toEqual([['C'], ['A', 'D'], []]);
});

// Which readings are scored after a start: single posts that were stored without a score, and no others.
import { expect, test } from 'vitest';
import { QUALITY } from '../../src-main/links/link.ts';
import { ADA, BEN, by, DAY, HOUR, MINUTE, measurement, openStore, T0 } from './fixtures.ts';

test('single posts of patients who are here, without those that were never to be scored', () => {
  const { plain, put, writer } = openStore();
  const ada = plain.addPatient({ ...by(T0 - DAY), patient: ADA }).patientId;
  const ben = plain.addPatient({ ...by(T0 - DAY), patient: BEN }).patientId;
  for (const [deviceId, transport, patientId] of [
    ['POSTS', 'http', ada],
    ['PUBLISHES', 'mqtt', ada],
    ['STREAMS', 'bluetooth', ada],
    ['GONE', 'http', ben],
    ['FREE', 'http', null],
  ] as const) {
    plain.putDevice({ ...by(T0 - DAY), deviceId, transport });
    if (patientId !== null) plain.bind({ ...by(T0 - DAY), deviceId, patientId });
  }
  const devices = ['POSTS', 'PUBLISHES', 'STREAMS', 'GONE', 'FREE'];
  put(...devices.map((deviceId) => measurement({ deviceId, values: { glucose: 150 } })));
  put(
    measurement({ deviceId: 'POSTS', takenAtMs: T0 + 1, quality: QUALITY.sensorOff }),
    measurement({ deviceId: 'POSTS', takenAtMs: T0 + 2, values: {}, specials: { spo2: 'NaN' } }),
  );
  plain.setDischarged({ ...by(), patientId: ben, discharged: true });
  // Nobody's when it came: a person's claim does not score it, nor does the next start.
  plain.claim({ ...by(T0 + HOUR), deviceId: 'FREE', fromMs: T0 - MINUTE, toMs: T0 + MINUTE, patientId: ada });

  const found = writer.unscored();
  expect(found.map(({ patientId, reading }) => [patientId, reading.deviceId, reading.takenAtMs, reading.values])).toEqual([
    [ada, 'POSTS', T0, { glucose: 150 }],
    [ada, 'PUBLISHES', T0, { glucose: 150 }],
  ]);
  writer.fileArrivals();
  expect(writer.unscored()).toEqual([]);
});

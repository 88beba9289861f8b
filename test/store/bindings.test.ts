// Whose reading it is follows from who wore the device when it was taken.
import { describe, expect, test } from 'vitest';
import { ADA, BEN, by, DAY, HOUR, MINUTE, measurement, openStore, SECOND, T0 } from './fixtures.ts';

function openWithTwo() {
  const store = openStore();
  const ada = store.plain.addPatient({ ...by(T0 - DAY), patient: ADA }).patientId;
  const ben = store.plain.addPatient({ ...by(T0 - DAY), patient: BEN }).patientId;
  store.plain.putDevice({ ...by(T0 - DAY), deviceId: 'HEALTH01', transport: 'bluetooth' });
  return { ...store, ada, ben };
}

const whole = (patientId: number) => ({ patientId, fromMs: T0 - DAY, toMs: T0 + DAY });

test('a back-fill after rebinding goes to who wore the device then', () => {
  const { plain, put, reader, ada, ben } = openWithTwo();
  plain.bind({ ...by(T0), deviceId: 'HEALTH01', patientId: ada });
  const second = plain.bind({ ...by(T0 + HOUR), deviceId: 'HEALTH01', patientId: ben });
  expect(second).toMatchObject({ patientId: ben, fromMs: T0 + HOUR, toMs: null });
  put(
    measurement({ takenAtMs: T0 - MINUTE, values: { heartRate: 40 } }),
    measurement({ takenAtMs: T0, values: { heartRate: 60 } }),
    measurement({ takenAtMs: T0 + HOUR - 1, values: { heartRate: 61 }, origin: 'backfill' }),
    measurement({ takenAtMs: T0 + HOUR, values: { heartRate: 90 } }),
  );
  const rates = (patientId: number) =>
    reader.readings({ ...whole(patientId), limit: 10, after: null }).map(({ values }) => values.heartRate);
  expect(rates(ada)).toEqual([60, 61]);
  expect(rates(ben)).toEqual([90]);
});

test('at the edges of a binding no roll-up leaks the neighbour: neither into history nor statistics', () => {
  const { plain, put, reader, ada, ben } = openWithTwo();
  // Changed hands in the middle of a minute and of an hour.
  const change = T0 + 2 * HOUR + 30 * MINUTE + 20 * SECOND;
  plain.bind({ ...by(T0), deviceId: 'HEALTH01', patientId: ada });
  plain.bind({ ...by(change), deviceId: 'HEALTH01', patientId: ben });
  for (let at = T0; at < T0 + 5 * HOUR; at += 10 * SECOND)
    put(measurement({ takenAtMs: at, values: { heartRate: at < change ? 60 : 90 } }));
  for (const [patientId, rate] of [
    [ada, 60],
    [ben, 90],
  ] as const) {
    for (const maxPoints of [10, 50, 200, 10_000]) {
      const [series] = reader.history({ ...whole(patientId), kinds: ['heartRate'], maxPoints });
      expect(series?.min.filter((value) => value !== null).every((value) => value === rate)).toBe(true);
      expect(series?.max.filter((value) => value !== null).every((value) => value === rate)).toBe(true);
    }
    expect(reader.statistics(whole(patientId))).toMatchObject([{ min: rate, max: rate, mean: rate }]);
  }
  const counts = [ada, ben].map((patientId) => reader.statistics(whole(patientId))[0]?.count ?? 0);
  expect(counts[0]).toBe((change - T0) / (10 * SECOND));
  expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe((5 * HOUR) / (10 * SECOND));
});

test('binding to the same patient again changes nothing; unbinding ends it', () => {
  const { plain, reader, ada } = openWithTwo();
  const first = plain.bind({ ...by(T0), deviceId: 'HEALTH01', patientId: ada });
  expect(plain.bind({ ...by(T0 + HOUR), deviceId: 'HEALTH01', patientId: ada })).toEqual(first);
  expect(plain.unbind({ ...by(T0 + 2 * HOUR), deviceId: 'HEALTH01' })).toMatchObject({ toMs: T0 + 2 * HOUR });
  expect(plain.unbind({ ...by(T0 + 3 * HOUR), deviceId: 'HEALTH01' })).toBeNull();
  expect(reader.bindings({ openOnly: true })).toEqual([]);
  expect(reader.bindings({ openOnly: false })).toHaveLength(1);
});

describe('when the console’s clock is set back', () => {
  test('who is given the device wears it from then on, and intervals still never overlap', () => {
    const { plain, put, reader, ada, ben } = openWithTwo();
    const carl = plain.addPatient({ ...by(T0 - DAY), patient: { ...BEN, mrn: '1003', name: 'Carl' } }).patientId;
    plain.bind({ ...by(T0 - 2 * HOUR), deviceId: 'HEALTH01', patientId: ada });
    plain.bind({ ...by(T0), deviceId: 'HEALTH01', patientId: ben });
    plain.bind({ ...by(T0 - HOUR), deviceId: 'HEALTH01', patientId: carl });
    put(measurement({ takenAtMs: T0 - HOUR + MINUTE }), measurement({ takenAtMs: T0 + MINUTE }));
    const count = (patientId: number) => reader.readings({ ...whole(patientId), limit: 10, after: null }).length;
    expect([ada, ben, carl].map(count)).toEqual([0, 0, 2]);
    plain.unbind({ ...by(T0 - 2 * HOUR), deviceId: 'HEALTH01' });
    expect([ada, ben, carl].map(count)).toEqual([0, 0, 0]);
    expect(plain.bind({ ...by(T0 + HOUR), deviceId: 'HEALTH01', patientId: ada }).fromMs).toBe(T0 + HOUR);
  });

  test('readings dated later than now are not given to the next wearer: until then the device is bound to nobody', () => {
    const { plain, put, reader, ada, ben } = openWithTwo();
    plain.bind({ ...by(T0), deviceId: 'HEALTH01', patientId: ada });
    put(measurement({ takenAtMs: T0 + HOUR }));
    for (const worn of [true, false]) {
      expect(() => plain.bind({ ...by(T0 + MINUTE), deviceId: 'HEALTH01', patientId: ben })).toThrow(
        /readings dated 2026-\S+, later than now/,
      );
      if (worn) plain.unbind({ ...by(T0 + MINUTE), deviceId: 'HEALTH01' });
    }
    expect(plain.bind({ ...by(T0 + HOUR), deviceId: 'HEALTH01', patientId: ben }).patientId).toBe(ben);
    expect(reader.readings({ ...whole(ada), limit: 10, after: null })).toEqual([]);
  });
});

describe('a device whose clock runs a few minutes ahead', () => {
  const rates = (store: ReturnType<typeof openWithTwo>, patientId: number) =>
    store.reader.readings({ ...whole(patientId), limit: 10, after: null }).map(({ values }) => values.heartRate);

  test('given to the next patient leaves what it has sent with the former', () => {
    const store = openWithTwo();
    const { plain, put, ada, ben } = store;
    plain.bind({ ...by(T0 - HOUR), deviceId: 'HEALTH01', patientId: ada });
    put(measurement({ takenAtMs: T0 + 3 * MINUTE, receivedAtMs: T0, values: { heartRate: 60 } }));
    plain.bind({ ...by(T0 + SECOND), deviceId: 'HEALTH01', patientId: ben });
    put(measurement({ takenAtMs: T0 + 3 * MINUTE + 2 * SECOND, receivedAtMs: T0 + 2 * SECOND, values: { heartRate: 90 } }));
    expect([rates(store, ada), rates(store, ben)]).toEqual([[60], [90]]);
  });

  test('taken off, leaves what it has sent with who wore it', () => {
    const store = openWithTwo();
    const { plain, put, ada } = store;
    plain.bind({ ...by(T0 - HOUR), deviceId: 'HEALTH01', patientId: ada });
    put(measurement({ takenAtMs: T0 + 3 * MINUTE, receivedAtMs: T0, values: { heartRate: 60 } }));
    plain.unbind({ ...by(T0 + SECOND), deviceId: 'HEALTH01' });
    put(measurement({ takenAtMs: T0 + 3 * MINUTE + 2 * SECOND, receivedAtMs: T0 + 2 * SECOND, values: { heartRate: 61 } }));
    expect(rates(store, ada)).toEqual([60]);
  });
});

test('the first binding of a token device reaches back; one that has sent readings to nobody, or a Bluetooth device, does not', () => {
  const { plain, put, ada } = openWithTwo();
  plain.putDevice({ ...by(), deviceId: 'NEW', transport: 'http', tokenHash: 'a' });
  plain.putDevice({ ...by(), deviceId: 'USED', transport: 'http', tokenHash: 'b' });
  put(measurement({ deviceId: 'USED' }));
  const from = (deviceId: string) => plain.bind({ ...by(T0 + HOUR), deviceId, patientId: ada }).fromMs;
  expect(['NEW', 'USED', 'HEALTH01'].map(from)).toEqual([0, T0 + HOUR, T0 + HOUR]);
  plain.putDevice({ ...by(), deviceId: 'SAID', transport: 'http', tokenHash: 'c' });
  expect(plain.bind({ ...by(T0 + HOUR), deviceId: 'SAID', patientId: ada, fromMs: T0 }).fromMs).toBe(T0);
});

test('nothing is bound to a discharged patient, nor is a revoked device bound, whatever a screen has seen before', () => {
  const { plain, reader, ada } = openWithTwo();
  plain.putDevice({ ...by(), deviceId: 'GONE', transport: 'http' });
  plain.revokeDevice({ ...by(), deviceId: 'GONE' });
  expect(() => plain.bind({ ...by(), deviceId: 'GONE', patientId: ada })).toThrow('This device has been revoked.');
  plain.setDischarged({ ...by(), patientId: ada, discharged: true });
  expect(() => plain.bind({ ...by(), deviceId: 'HEALTH01', patientId: ada })).toThrow('Ada Example has been discharged.');
  expect(reader.bindings({ openOnly: false })).toEqual([]);
});

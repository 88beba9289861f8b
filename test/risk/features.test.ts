// Features: every input with its age and source; what is too old or unknown is missing, never guessed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bodyMassIndex, diabetesFeatures } from '../../src-main/risk/features/diabetes.ts';
import { ageYears, featureRow, newest } from '../../src-main/risk/features/feature-row.ts';
import { heartFeatures } from '../../src-main/risk/features/heart.ts';
import { hypoxiaFeatures, hypoxiaNumbers } from '../../src-main/risk/features/hypoxia.ts';
import { loadManifest, type ManifestInput } from '../../src-main/risk/manifest.ts';
import { INPUT_SOURCES, type RecentSamples } from '../../src-main/risk/port.ts';
import { FactsView } from '../../src-main/threads/patient-facts.ts';
import { modelInputHelp } from '../../src-main/vitals/model-inputs.ts';
import { AT_MS, ago, DAY, ENTERED, facts, MINUTE, MODELS_DIR, minutes, without } from './facts.ts';

function input(name: string, maxAgeMs: number | null): ManifestInput {
  return { name, title: name, unit: '1', min: 0, max: 1, required: true, maxAgeMs, description: '' };
}

describe('a row of inputs', () => {
  const inputs = [input('a', 60_000), input('b', null), input('c', 60_000), input('d', 60_000)];

  it('keeps the manifest’s order, with time and source; what is too old is missing', () => {
    const row = featureRow(
      inputs,
      {
        c: { value: 3, takenAtMs: AT_MS - 60_001, source: 'device' },
        a: { value: 1, takenAtMs: AT_MS - 60_000, source: 'manual' },
        b: { value: 2, takenAtMs: null, source: 'profile' },
      },
      AT_MS,
    );
    expect([...row.features]).toEqual([1, 2, Number.NaN, Number.NaN]);
    expect([...row.takenAtMs]).toEqual([AT_MS - 60_000, Number.NaN, Number.NaN, Number.NaN]);
    expect([...row.sources].map((each) => INPUT_SOURCES[each])).toEqual(['manual', 'profile', 'missing', 'missing']);
  });

  it('a device clock ahead of ours gives age 0', () => {
    const row = featureRow(inputs, { a: { value: 1, takenAtMs: AT_MS + 5000, source: 'device' } }, AT_MS);
    expect(row.takenAtMs[0]).toBe(AT_MS);
  });
});

describe('profile and choice of values', () => {
  it.each([
    ['1966-06-14', 60],
    ['1966-06-15', 60],
    ['1966-06-16', 59],
    ['2026-06-15', 0],
  ])('born %s is %d years old on 2026-06-15', (birthDate, years) => {
    expect(ageYears(facts({ birthDate }))).toEqual({ value: years, takenAtMs: null, source: 'profile' });
  });

  it('a birth date that is none, or in the future, is missing', () => {
    expect(ageYears(facts({ birthDate: '' }))).toBeNull();
    expect(ageYears(facts({ birthDate: '2027-01-01' }))).toBeNull();
  });

  it('takes the newer of device and person, at the same moment the person’s', () => {
    const measured = { systolic: ago(120, MINUTE) };
    expect(newest(facts({ measured, entered: { systolic: ago(140, 2 * MINUTE) } }), 'systolic')).toMatchObject({
      value: 120,
      source: 'device',
    });
    expect(newest(facts({ measured, entered: { systolic: ago(140, MINUTE) } }), 'systolic')).toMatchObject({
      value: 140,
      source: 'manual',
    });
    expect(newest(facts({ measured: {}, entered: {} }), 'systolic')).toBeNull();
  });
});

describe('diabetes', () => {
  it('a tolerance test entered by a person comes before any newer glucose', () => {
    expect(diabetesFeatures(facts()).glucoseOgttMgDl).toMatchObject({ value: 150, source: 'manual' });
  });

  it('without one the newest glucose stands in and is marked so', () => {
    const entered = without(ENTERED, 'glucoseOgttMgDl');
    expect(diabetesFeatures(facts({ entered })).glucoseOgttMgDl).toEqual({ ...ago(180, 2 * MINUTE), source: 'stand-in' });
    const fingerstick = diabetesFeatures(facts({ entered: { ...entered, glucose: ago(111, MINUTE) } })).glucoseOgttMgDl;
    expect(fingerstick).toMatchObject({ value: 111, source: 'stand-in' });
  });

  it('a test older than 90 days gives way, and a stand-in older than a day is missing', () => {
    const old = { ...ENTERED, glucoseOgttMgDl: ago(150, 91 * DAY) };
    expect(diabetesFeatures(facts({ entered: old })).glucoseOgttMgDl).toMatchObject({ value: 180, source: 'stand-in' });
    expect(diabetesFeatures(facts({ entered: old, measured: { glucose: ago(180, 25 * 3_600_000) } })).glucoseOgttMgDl).toBeNull();
  });

  it('the body-mass index is derived and as old as the older of height and weight', () => {
    const entered = { heightCm: ago(200, 10 * DAY), weightKg: ago(100, DAY) };
    expect(bodyMassIndex(facts({ entered }))).toEqual({ value: 25, takenAtMs: AT_MS - 10 * DAY, source: 'derived' });
    expect(bodyMassIndex(facts({ entered: { weightKg: ago(100, DAY) } }))).toBeNull();
  });
});

describe('heart', () => {
  it('codes sex as the data do and leaves it missing for anybody else', () => {
    expect(heartFeatures(facts({ sex: 'male' })).sex).toEqual({ value: 1, takenAtMs: null, source: 'profile' });
    expect(heartFeatures(facts({ sex: 'female' })).sex).toMatchObject({ value: 0 });
    expect(heartFeatures(facts({ sex: 'other' })).sex).toBeNull();
    expect(heartFeatures(facts({ sex: 'unknown' })).sex).toBeNull();
  });

  it('does not take the bedside heart rate for that of an exercise test', () => {
    expect(heartFeatures(facts({ entered: without(ENTERED, 'maxHeartRatePerMin') })).maxHeartRatePerMin).toBeNull();
  });
});

interface Fixture {
  readonly featureNames: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly nowMs: number;
    readonly readings: readonly { readonly kind: string; readonly timeMs: number; readonly value: number }[];
    readonly features: readonly (number | null)[];
  }[];
}

describe('hypoxia: the numbers of models/hypoxia/features-fixture.json', () => {
  const fixture = JSON.parse(readFileSync(join(MODELS_DIR, 'hypoxia/features-fixture.json'), 'utf8')) as Fixture;

  it('has cases to compare, of the kinds this console reads', () => {
    expect(fixture.cases.length).toBeGreaterThanOrEqual(10);
    const kinds = new Set(fixture.cases.flatMap((each) => each.readings.map((reading) => reading.kind)));
    expect([...kinds].sort()).toEqual(['heartRate', 'inspiredOxygenPercent', 'spo2']);
  });

  it.each(fixture.cases)('$name', ({ nowMs, readings, features }) => {
    const of = (kind: string): RecentSamples => {
      const own = readings.filter((reading) => reading.kind === kind).sort((a, b) => a.timeMs - b.timeMs);
      return { timesMs: own.map((reading) => reading.timeMs), values: own.map((reading) => reading.value) };
    };
    const numbers: Record<string, number> = {
      ...hypoxiaNumbers(nowMs, {
        spo2: of('spo2'),
        heartRate: of('heartRate'),
        oxygen: of('inspiredOxygenPercent'),
      }),
    };
    for (const [index, name] of fixture.featureNames.entries()) {
      const expected = features[index] ?? Number.NaN;
      if (Number.isNaN(expected)) expect(numbers[name], name).toBeNaN();
      else expect(Math.abs((numbers[name] ?? Number.NaN) - expected), name).toBeLessThan(1e-9);
    }
  });
});

describe('hypoxia: from a patient', () => {
  it('names device, derived inputs and ages', () => {
    const values = hypoxiaFeatures(facts());
    expect(values.spo2NowPercent).toMatchObject({ source: 'device', takenAtMs: AT_MS });
    expect(values.spo2Mean6hPercent).toMatchObject({ source: 'derived' });
    expect(values.heartRateNowPerMin).toEqual({ value: 82, takenAtMs: AT_MS, source: 'device' });
    expect(values.inspiredOxygenPercent).toBeNull();
  });

  it('one reading is enough for SpO2 and heart rate now, even before any history', () => {
    const values = hypoxiaFeatures(facts({ recent: {} }));
    expect(values.spo2NowPercent).toEqual({ ...ago(95, 10_000), source: 'device' });
    expect(values.heartRateNowPerMin).toMatchObject({ value: 82 });
    expect(values.spo2Trend6hPercentPerHour).toBeNull();
  });

  it('minute means dated at the beginning of their minute: the newest value counts once, and gives the age', () => {
    const minute = Math.floor(AT_MS / MINUTE) * MINUTE;
    const recent = {
      spo2: { timesMs: [minute - MINUTE, minute], values: [98, 94] },
      heartRate: { timesMs: [minute], values: [80] },
    };
    const values = hypoxiaFeatures(facts({ recent, measured: { spo2: ago(90, 5000), heartRate: ago(90, 5000) }, entered: {} }));
    expect(values.spo2NowPercent).toEqual({ value: 96, takenAtMs: AT_MS - 5000, source: 'device' });
    expect(values.heartRateNowPerMin).toEqual({ value: 80, takenAtMs: AT_MS - 5000, source: 'device' });
  });

  it('a person’s value takes the place of what the device said in the minutes before', () => {
    const recent = { spo2: minutes(() => 70, 3), heartRate: minutes(() => 80, 3) };
    const values = hypoxiaFeatures(facts({ recent, measured: {}, entered: { spo2: ago(96, 0) } }));
    expect(values.spo2NowPercent).toEqual({ value: 96, takenAtMs: AT_MS, source: 'manual' });
  });

  it('readings that follow a person’s value count beside it', () => {
    const recent = { spo2: minutes(() => 90, 3), heartRate: minutes(() => 80, 3) };
    const values = hypoxiaFeatures(facts({ recent, measured: {}, entered: { spo2: ago(96, 100_000) } }));
    expect(values.spo2NowPercent).toMatchObject({ value: 90, source: 'device' });
    expect(values.spo2Min12hPercent?.value).toBe(90);
  });

  it('the pulse stands in where there is no heart rate, and is marked so', () => {
    const values = hypoxiaFeatures(facts({ recent: {}, measured: { spo2: ago(95, 0), pulseRate: ago(77, 0) } }));
    expect(values.heartRateNowPerMin).toMatchObject({ value: 77, source: 'stand-in' });
  });

  it('inspired oxygen is the fraction entered, or room air where the newer entry says that none is given', () => {
    const oxygen = (entered: Parameters<typeof facts>[0]) => hypoxiaFeatures(facts(entered)).inspiredOxygenPercent;
    const [newer, older] = [3_600_000, 7_200_000];
    expect(oxygen({ entered: { inspiredOxygenPercent: ago(35, older) } })).toEqual({ ...ago(35, older), source: 'manual' });
    expect(oxygen({ entered: { supplementalOxygen: ago(0, newer) } })).toEqual({ ...ago(21, newer), source: 'derived' });
    expect(oxygen({ entered: { supplementalOxygen: ago(1, newer) } })).toBeNull();
    expect(oxygen({ entered: { inspiredOxygenPercent: ago(35, older), supplementalOxygen: ago(0, newer) } })?.value).toBe(21);
    expect(oxygen({ entered: { inspiredOxygenPercent: ago(35, older), supplementalOxygen: ago(1, newer) } })?.value).toBe(35);
    expect(oxygen({ entered: { inspiredOxygenPercent: ago(21, older), supplementalOxygen: ago(1, newer) } })).toBeNull();
    expect(oxygen({ entered: { inspiredOxygenPercent: ago(35, newer), supplementalOxygen: ago(0, older) } })?.value).toBe(35);
    expect(oxygen({ entered: { inspiredOxygenPercent: ago(35, 13 * 3_600_000) } })).toBeNull();
  });

  it('old readings are missing', () => {
    const values = hypoxiaFeatures(
      facts({ recent: {}, measured: { spo2: ago(95, 6 * MINUTE), heartRate: ago(80, 16 * MINUTE) } }),
    );
    expect(values.spo2NowPercent).toBeNull();
    expect(values.heartRateNowPerMin).toBeNull();
    expect(values.spo2Mean6hPercent?.value).toBe(95);
  });
});

describe('the manifest and the console', () => {
  it('mean the same inputs, and every input has a title and a way to supply it', async () => {
    const known: Record<string, object> = {
      diabetes: diabetesFeatures(facts()),
      heart: heartFeatures(facts()),
      hypoxia: hypoxiaFeatures(facts()),
    };
    for (const { entry } of await loadManifest(MODELS_DIR)) {
      expect(entry?.inputs.map((each) => each.name).sort()).toEqual(Object.keys(known[entry?.name ?? ''] ?? {}).sort());
      for (const each of entry?.inputs ?? []) expect(modelInputHelp(each.name).title, each.name).not.toBe(each.name);
    }
  });

  it('agree on how long a tolerance test counts', async () => {
    const [diabetes] = await loadManifest(MODELS_DIR);
    expect(diabetes?.entry?.inputs.find((each) => each.name === 'glucoseOgttMgDl')?.maxAgeMs).toBe(90 * DAY);
  });
});

describe('hypoxia: minute means that grow in place', () => {
  it('give the numbers that the same means give anew, minute by minute, with gaps, artefacts and late values', () => {
    const view = new FactsView(1, {
      birthDate: '1960-01-01',
      sex: 'female',
      observations: new Map(),
      vitals: new Map(),
      recent: new Map(),
    });
    let state = 7;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    let atMs = AT_MS;
    for (let step = 0; step < 3000; step++) {
      atMs += random() < 0.02 ? Math.floor(random() * 40 * MINUTE) : Math.floor(random() * 20_000);
      const isLate = random() < 0.05;
      const spo2 = random() < 0.05 ? 30 : 85 + Math.floor(random() * 150) / 10;
      view.add(isLate ? atMs - Math.floor(random() * 4 * MINUTE) : atMs, { spo2, heartRate: 60 + Math.floor(random() * 40) });
      const { recent, ...others } = view.facts(atMs);
      const anew = new Map([...recent].map(([kind, { timesMs, values }]) => [kind, { timesMs, values }] as const));
      expect(hypoxiaFeatures({ ...others, recent })).toEqual(hypoxiaFeatures({ ...others, recent: anew }));
    }
  });
});

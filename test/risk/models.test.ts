// The models as the engine uses them: scores with levels, abstentions that name what is missing, refused files, receipts.
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelInfo, type Receipt, receipt } from '../../src-main/contract/models.ts';
import { loadRiskModels } from '../../src-main/risk/models.ts';
import type { PatientFacts, RiskModels, Scored } from '../../src-main/risk/port.ts';
import { AT_MS, ago, DAY, ENTERED, facts, MEASURED, MINUTE, MODELS_DIR, minutes, without } from './facts.ts';

let models: RiskModels;
beforeAll(async () => {
  models = await loadRiskModels(MODELS_DIR);
});

async function scoreAll(by: RiskModels, subjects: readonly PatientFacts[]) {
  const { scored, problems } = await by.answer(subjects.map((of) => by.ask(of)));
  return { scored: scored.flat(), problems };
}

async function scoreOne(of: PatientFacts, model: Scored['model'], by: RiskModels = models): Promise<Scored> {
  const { scored, problems } = await scoreAll(by, [of]);
  expect(problems).toEqual([]);
  const found = scored.find((each) => each.model === model);
  if (found === undefined) throw new Error(`no result of ${model}`);
  return found;
}

function inputOf(of: Receipt, name: string): Receipt['inputs'][number] {
  const found = of.inputs.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no input ${name}`);
  return found;
}

describe('loading', () => {
  it('brings all three models, valid by the contract and without problems', () => {
    expect(models.info.map((each) => [each.name, each.problem])).toEqual([
      ['diabetes', null],
      ['heart', null],
      ['hypoxia', null],
    ]);
    for (const each of models.info) expect(modelInfo.parse(each)).toEqual(each);
    expect(models.info[0]?.requiredInputs).toEqual(['glucoseOgttMgDl', 'ageYears', 'bmiKgM2']);
    expect(models.info[0]?.performance).toContain('Pima');
  });
});

describe('scoring', () => {
  it('gives a probability and its level where everything is known', async () => {
    for (const model of ['diabetes', 'heart', 'hypoxia'] as const) {
      const result = await scoreOne(facts(), model);
      const thresholds = models.info.find((each) => each.name === model)?.thresholds ?? { moderate: 0, high: 0 };
      const p = result.probability ?? -1;
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
      expect(result.level).toBe(p >= thresholds.high ? 'high' : p >= thresholds.moderate ? 'moderate' : 'low');
      expect(result.features).toHaveLength(result.sources.length);
    }
  });

  it('levels follow the thresholds: a healthy young woman is low, a sick heart is high', async () => {
    const healthy = {
      ...ENTERED,
      glucoseOgttMgDl: ago(85, DAY),
      weightKg: ago(55, DAY),
      pregnancies: ago(0, DAY),
      diabetesPedigree: ago(0.1, DAY),
    };
    expect((await scoreOne(facts({ entered: healthy, birthDate: '2002-01-01' }), 'diabetes')).level).toBe('low');
    expect((await scoreOne(facts({ sex: 'male' }), 'heart')).level).toBe('high');
  });

  it('abstains without a required input, and names exactly what it needs', async () => {
    const lacking = facts({ entered: without(ENTERED, 'heightCm', 'glucoseOgttMgDl'), measured: without(MEASURED, 'glucose') });
    expect(await scoreOne(lacking, 'diabetes')).toMatchObject({
      probability: null,
      level: 'abstained',
      missing: ['glucoseOgttMgDl', 'bmiKgM2'],
    });
    expect(await scoreOne(facts({ sex: 'unknown', entered: without(ENTERED, 'chestPainType') }), 'heart')).toMatchObject({
      probability: null,
      missing: ['sex', 'chestPainType'],
    });
  });

  it('scores without optional inputs and names them', async () => {
    const result = await scoreOne(facts({ entered: without(ENTERED, 'insulinUuMl', 'pregnancies') }), 'diabetes');
    expect(result.missing).toEqual(['insulinUuMl', 'pregnancies']);
    expect(result.probability).not.toBeNull();
  });

  it('values too old by the manifest are missing', async () => {
    const stale = { ...ENTERED, chestPainType: ago(4, 31 * DAY) };
    expect((await scoreOne(facts({ entered: stale }), 'heart')).missing).toEqual(['chestPainType']);
  });

  it('the hypoxia model has nothing to say below 90%, and says that', async () => {
    const low = facts({ recent: { spo2: minutes(() => 86), heartRate: minutes(() => 82, 30) }, measured: {} });
    const result = await scoreOne(low, 'hypoxia');
    expect(result).toMatchObject({ probability: null, level: 'abstained', missing: ['spo2NowPercent >= 90'] });
    const why = await models.explain(result, 'p');
    expect(inputOf(why, 'spo2NowPercent')).toMatchObject({ value: 86, remark: expect.stringContaining('below 90 %') });
  });

  it('abstaining patients in a batch do not shift the results of the others', async () => {
    const nobody = facts({ entered: {}, measured: {}, recent: {} });
    const alone = await scoreOne(facts(), 'diabetes');
    const { scored } = await scoreAll(models, [nobody, facts(), nobody, facts({ birthDate: '2000-01-01' }), facts()]);
    const diabetes = scored.filter((each) => each.model === 'diabetes').map((each) => each.probability);
    expect(diabetes[0]).toBeNull();
    expect(diabetes[2]).toBeNull();
    expect(diabetes[1]).toBeCloseTo(alone.probability ?? -1, 6);
    expect(diabetes[4]).toBeCloseTo(alone.probability ?? -1, 6);
    expect(diabetes[3]).not.toBeCloseTo(alone.probability ?? -1, 3);
  });

  it('an empty batch is no problem', async () => {
    expect(await models.answer([])).toEqual({ scored: [], problems: [] });
  });
});

describe('receipts', () => {
  it('are valid by the contract and carry inputs, ages, sources and labels', async () => {
    const result = await scoreOne(facts(), 'heart');
    const why = receipt.parse(await models.explain(result, 'the-id'));
    expect(why).toMatchObject({
      title: 'Heart disease',
      modelKind: 'random forest',
      prediction: { predictionId: 'the-id', scoredAtMs: AT_MS },
    });
    expect(why.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(inputOf(why, 'thal')).toMatchObject({
      value: 7,
      label: 'Reversible defect',
      source: 'manual',
      takenAtMs: AT_MS - 3_600_000,
    });
    expect(inputOf(why, 'systolicMmHg')).toMatchObject({
      value: 142,
      unit: 'mmHg',
      source: 'device',
      takenAtMs: AT_MS - 5 * MINUTE,
    });
    expect(inputOf(why, 'sex')).toMatchObject({ value: 0, label: 'female', source: 'profile', takenAtMs: null });
  });

  it('the diabetes contributions and the intercept add up to the log-odds', async () => {
    const manifest = JSON.parse(await readFile(join(MODELS_DIR, 'manifest.json'), 'utf8')) as {
      models: { explain: { intercept: number } }[];
    };
    const variants = [
      facts(),
      facts({ birthDate: '1930-01-01' }),
      facts({ entered: without(ENTERED, 'insulinUuMl', 'diabetesPedigree') }),
    ];
    for (const of of variants) {
      const result = await scoreOne(of, 'diabetes');
      const why = await models.explain(result, 'p');
      expect(why.contributionUnit).toBe('log-odds');
      const sum = why.inputs.reduce(
        (total, each) => total + (each.contribution ?? 0),
        manifest.models[0]?.explain.intercept ?? Number.NaN,
      );
      const p = result.probability ?? Number.NaN;
      expect(sum).toBeCloseTo(Math.log(p / (1 - p)), 4);
    }
  });

  it('a missing input has no contribution', async () => {
    const why = await models.explain(await scoreOne(facts({ entered: without(ENTERED, 'insulinUuMl') }), 'diabetes'), 'p');
    expect(inputOf(why, 'insulinUuMl')).toMatchObject({
      value: null,
      source: 'missing',
      contribution: null,
      remark: 'Not given.',
    });
  });

  it('the forest’s contributions are what scoring with an ordinary value in its place gives', async () => {
    const result = await scoreOne(facts({ sex: 'male' }), 'heart');
    const why = await models.explain(result, 'p');
    expect(why.contributionUnit).toBe('probability');
    const ordinary = await scoreOne(facts({ sex: 'male', entered: { ...ENTERED, thal: ago(3, 3_600_000) } }), 'heart');
    expect(inputOf(why, 'thal').contribution).toBeCloseTo((result.probability ?? 0) - (ordinary.probability ?? 0), 6);
    expect(inputOf(why, 'thal').contribution).toBeGreaterThan(0);
  });

  it('say that a glucose stands in for the tolerance test', async () => {
    const why = await models.explain(await scoreOne(facts({ entered: without(ENTERED, 'glucoseOgttMgDl') }), 'diabetes'), 'p');
    expect(inputOf(why, 'glucoseOgttMgDl')).toMatchObject({
      source: 'stand-in',
      value: 180,
      remark: expect.stringContaining('in place of the 2 h OGTT'),
    });
  });

  it('flag what lies outside the training range', async () => {
    const why = await models.explain(await scoreOne(facts({ birthDate: '1936-01-01' }), 'diabetes'), 'p');
    expect(inputOf(why, 'ageYears')).toMatchObject({ value: 90, outsideTraining: true, trainingHigh: 69 });
    expect(inputOf(why, 'diastolicMmHg').outsideTraining).toBe(false);
  });

  it('of an abstention name the needed inputs and explain nothing', async () => {
    const why = await models.explain(await scoreOne(facts({ entered: {}, measured: {} }), 'diabetes'), 'p');
    expect(receipt.parse(why).inputs.every((each) => each.contribution === null)).toBe(true);
    expect(inputOf(why, 'bmiKgM2').remark).toContain('abstains');
  });

  it('made with another file claim no contributions, though it has the same version, and keep its hash', async () => {
    const scored = await scoreOne(facts(), 'diabetes');
    const basis = { sha256: 'e'.repeat(64), levels: { moderate: 0.1, high: 0.2 } };
    const receipt = await models.explain({ ...scored, basis }, 'p1');
    expect(receipt).toMatchObject({ sha256: basis.sha256, thresholds: basis.levels });
    expect(receipt.contributionMethod).toContain('another file of version');
    expect(receipt.inputs.every(({ contribution }) => contribution === null)).toBe(true);
  });

  it('of another version keep their inputs and claim no contributions', async () => {
    const why = await models.explain({ ...(await scoreOne(facts(), 'heart')), version: '0.9.0' }, 'p');
    expect(why.contributionMethod).toContain('version 0.9.0');
    expect(why.inputs.every((each) => each.contribution === null)).toBe(true);
  });
});

describe('a damaged set of models', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'healthsense-models-'));
    for (const name of ['manifest.json', 'diabetes', 'heart', 'hypoxia'])
      await cp(join(MODELS_DIR, name), join(folder, name), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('a file with another hash is refused in plain words, a missing one too; the others go on', async () => {
    await appendFile(join(folder, 'heart/model.onnx'), 'x');
    await rm(join(folder, 'hypoxia/model.onnx'));
    const partly = await loadRiskModels(folder);
    expect(partly.info.map((each) => each.problem)).toEqual([
      null,
      expect.stringContaining('SHA-256 differs'),
      expect.stringContaining('cannot be read'),
    ]);
    const { scored } = await scoreAll(partly, [facts()]);
    expect(scored.map((each) => each.model)).toEqual(['diabetes']);
    // A result stored earlier still has its receipt, without contributions.
    const why = await partly.explain(await scoreOne(facts(), 'heart'), 'p');
    expect(why.contributionMethod).toContain('not in use');
  });

  it('a manifest that asks for an input this console does not know is refused', async () => {
    const manifest = JSON.parse(await readFile(join(MODELS_DIR, 'manifest.json'), 'utf8')) as {
      models: { inputs: { name: string }[] }[];
    };
    const first = manifest.models[0]?.inputs[0];
    if (first !== undefined) first.name = 'shoeSize';
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    expect((await loadRiskModels(folder)).info[0]?.problem).toContain('does not know its inputs shoeSize');
  });

  it('a row that is not valid names its model, and a manifest that is none says so with every batch', async () => {
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ models: [{ name: 'heart' }] }));
    expect((await scoreAll(await loadRiskModels(folder), [facts()])).problems[0]).toContain(
      'Model "heart": Its entry in the manifest is not valid',
    );
    await writeFile(join(folder, 'manifest.json'), '{');
    const none = await loadRiskModels(folder);
    expect(await scoreAll(none, [facts()])).toEqual({ scored: [], problems: [expect.stringContaining('cannot be read')] });
  });
});

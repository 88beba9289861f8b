// What is shown of a model's measured performance comes from the committed metrics and cards, whole and in one shape.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { modelFacts } from '../../src-main/contract/models.ts';
import { loadModelFacts } from '../../src-main/risk/model-facts.ts';
import { MODELS_DIR } from './facts.ts';

describe('facts of the models that are here', () => {
  it.each(['diabetes', 'heart', 'hypoxia'])('%s: every part of the panel has something to show', async (model) => {
    const facts = await loadModelFacts(MODELS_DIR, model);
    expect(modelFacts.parse(facts)).toEqual(facts);
    expect(facts.figures.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['AUC', 'Brier score', 'Expected calibration error']),
    );
    const auc = facts.figures.find(({ title }) => title === 'AUC');
    expect(auc?.low).toBeLessThan(auc?.value ?? 0);
    expect(auc?.high).toBeGreaterThan(auc?.value ?? 1);
    expect(facts.reliability.length).toBeGreaterThanOrEqual(5);
    expect(facts.operatingPoints.length).toBeGreaterThanOrEqual(2);
    expect(facts.groups.map(({ title }) => title)).toContain('By age');
    for (const text of [facts.population, facts.licence, facts.use, facts.limits, facts.outcome, facts.card]) {
      expect(text).not.toBe('');
    }
    expect(facts.inputs.length).toBeGreaterThan(0);
  });

  it('the heart is shown site by site, each predicted by a model that never saw it', async () => {
    const { groups } = await loadModelFacts(MODELS_DIR, 'heart');
    const unseen = groups.find(({ title }) => title.startsWith('Each site'));
    expect(unseen?.rows.map(({ name }) => name)).toEqual(['cleveland', 'hungarian', 'va']);
  });

  it('a name that has no card is not found', async () => {
    await expect(loadModelFacts(MODELS_DIR, 'train')).rejects.toMatchObject({ detail: { code: 'not_found' } });
  });
});

it('a model that is no row of the manifest is shown by its own files alone; broken ones are said to be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'healthsense-facts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'skin'));
  const metrics = {
    model: 'skin',
    version: '1.0.0',
    evaluation: 'lesions kept back',
    heldOut: { n: 900, positives: 170, auc: 0.91, aucLow: 0.89, aucHigh: 0.93, balancedAccuracy: 0.67 },
    byDiagnosis: { mel: { n: 100, positives: 100, auc: null } },
  };
  await writeFile(join(folder, 'skin', 'CARD.md'), '# Skin\n\n## Limits\nMostly light skin.\n');
  await writeFile(join(folder, 'skin', 'metrics.json'), JSON.stringify(metrics));
  const facts = await loadModelFacts(folder, 'skin');
  expect(facts).toMatchObject({ model: 'skin', n: 900, limits: 'Mostly light skin.', operatingPoints: [], inputs: [] });
  expect(facts.figures.map(({ title, value }) => [title, value])).toEqual([
    ['AUC', 0.91],
    ['Balanced accuracy', 0.67],
  ]);
  expect(facts.groups).toMatchObject([{ title: 'By diagnosis', rows: [{ name: 'mel', auc: null }] }]);
  await writeFile(join(folder, 'skin', 'metrics.json'), '{ "model": 3 }');
  await expect(loadModelFacts(folder, 'skin')).rejects.toMatchObject({ detail: { code: 'unavailable' } });
});

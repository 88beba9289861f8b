// What a nurse sees of the risk models in real Chromium: an input that is missing, one that no model has seen, an artefact that was
// tampered with, and a clinic's own levels of the skin model.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import type { CommandInput } from '../../src-main/contract/commands.ts';
import { giveDemoPhotos } from '../../src-main/hosts/demo-photos.ts';
import { modelsDir } from '../../src-main/installation.ts';
import { findChromium } from './browser.ts';
import { pictured, served, servedPage } from './served.ts';

const SOON = { timeout: 20_000 };

describe.skipIf(findChromium() === null)('risk models on screen (needs Chromium)', () => {
  const here = servedPage({ width: 1280, height: 720 });

  async function goTo(address: string, at = here.page): Promise<void> {
    await at.evaluate((hash) => window.location.assign(hash), `#${address}`);
  }

  async function showModels(at = here.page): Promise<void> {
    await goTo('/settings', at);
    await at.getByRole('tab', { name: 'Risk models' }).click();
  }

  const enter = (entries: CommandInput<'observation.add'>['entries']): Promise<unknown> =>
    here.host.send('observation.add', { patientId: 1, takenAtMs: Date.now() - 60_000, entries });

  it('a model that lacks what it needs gives no result, names it, and leads to where it is entered', {
    timeout: 60_000,
  }, async () => {
    await enter([
      { kind: 'systolic', value: '131', unit: 'mm[Hg]' },
      { kind: 'diastolic', value: '84', unit: 'mm[Hg]' },
      { kind: 'heightCm', value: '168', unit: 'cm' },
      { kind: 'weightKg', value: '77.8', unit: 'kg' },
    ]);
    await goTo('/patients/1?tab=risk');
    const card = here.page.getByRole('article').filter({ hasText: 'Diabetes' });
    await card.getByText('No result: the model needs').waitFor(SOON);
    await card.getByText('Glucose, 2 h after 75 g OGTT').waitFor(SOON);
    await card.getByRole('button', { name: 'Show receipt' }).click();
    await here.page.getByText('Needed: without it the model abstains.').first().waitFor(SOON);
    await pictured(here.page, 'missing-input');
    await card.getByRole('button', { name: 'Enter what is missing' }).click();
    await here.page.getByLabel('Glucose, 2 h after 75 g OGTT', { exact: true }).waitFor(SOON);
    await pictured(here.page, 'missing-input-enter');
  });

  it('an input the model has never seen the like of is marked, and the result is to be doubted', {
    timeout: 60_000,
  }, async () => {
    await enter([
      { kind: 'glucoseOgttMgDl', value: '420', unit: 'mg/dL', confirmed: true },
      { kind: 'insulinUuMl', value: '94', unit: 'u[IU]/mL' },
      { kind: 'skinThicknessMm', value: '29', unit: 'mm' },
    ]);
    await goTo('/patients/1?tab=risk');
    const card = here.page.getByRole('article').filter({ hasText: 'Diabetes' });
    await card
      .getByText(/\bhigh\b/)
      .first()
      .waitFor(SOON);
    // A receipt that is open stays the one it was, so this one's is opened once the new result is there.
    await here.page
      .getByRole('article')
      .filter({ hasText: 'Hypoxia' })
      .getByRole('button', { name: /receipt/i })
      .click();
    await card.getByRole('button', { name: 'Show receipt' }).click();
    await here.page.getByText('Outside what the model has seen: Glucose, 2 h after 75 g OGTT').waitFor(SOON);
    await pictured(here.page, 'outside-training');
  });

  it('a model whose artefact was tampered with is not used, and its card and the settings say why', {
    timeout: 90_000,
  }, async () => {
    const spoilt = mkdtempSync(join(tmpdir(), 'healthsense-tampered-'));
    cpSync(modelsDir(), spoilt, { recursive: true, filter: (path) => !path.includes('train') });
    const graph = join(spoilt, 'heart', 'model.onnx');
    const bytes = readFileSync(graph);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(graph, bytes);
    const other = await served(spoilt);
    try {
      const there = await here.open(other.url);
      await goTo('/patients/1?tab=risk', there);
      await there.getByText(/Not in use: .*model\.onnx is not the file the manifest names/).waitFor(SOON);
      await pictured(there, 'tampered-heart-model');
      await showModels(there);
      await there.getByRole('article').getByText('Not in use').waitFor(SOON);
      await pictured(there, 'tampered-heart-model-settings');
      await there.context().close();
    } finally {
      await other.close();
      for (const folder of [spoilt, other.dataDir]) rmSync(folder, { recursive: true, force: true });
    }
  });

  it('the skin model’s levels are tried on the photos kept, saved, and given back', { timeout: 90_000 }, async () => {
    await giveDemoPhotos(here.host.send, 1, Date.now());
    await showModels();
    await here.page.getByRole('button', { name: 'Change levels: Skin lesion' }).click();
    const dialog = here.page.getByRole('dialog', { name: 'Skin lesion: levels' });
    await dialog.getByText(/^Of \d photos? of 1 patient, taken/).waitFor(SOON);
    await dialog.getByLabel('Moderate from').fill('1');
    await dialog.getByLabel('High from').fill('2');
    await dialog.getByRole('cell', { name: 'moderate from 1%, high from 2%' }).waitFor(SOON);
    await pictured(here.page, 'skin-levels');
    await dialog.getByRole('button', { name: 'Save levels' }).click();
    await here.page.getByText('2% (set by your clinic)').waitFor(SOON);
    // A photo kept before says by which levels it was judged.
    await goTo('/patients/1?tab=photos');
    await here.page.getByText(/when it was assessed; since then changed to moderate from 1%, high from 2%/).waitFor(SOON);
    await pictured(here.page, 'photo-older-levels');
    await showModels();
    await here.page.getByRole('button', { name: 'Change levels: Skin lesion' }).click();
    await dialog.getByRole('button', { name: 'Back to the levels it was trained with' }).click();
    await dialog.getByRole('button', { name: 'Save levels' }).click();
    await here.page.getByText('(set by your clinic)').waitFor({ ...SOON, state: 'detached' });
  });
});

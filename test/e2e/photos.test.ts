// Skin photos in real Chromium: from a file to a kept result and its comparison, and what every file that is no usable photo is answered.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { modelsDir } from '../../src-main/installation.ts';
import { encodePng } from '../../src-main/risk/vision/png.ts';
import type { PixelSquare } from '../../src-main/risk/vision/port.ts';
import { loadVision } from '../../src-main/risk/vision/vision.ts';
import { black, chart } from '../vision/pictures.ts';
import { findChromium } from './browser.ts';
import { pictured, served, servedPage } from './served.ts';

const SOON = { timeout: 20_000 };

const png = ({ rgb, side }: PixelSquare): Buffer => Buffer.from(encodePng(rgb, side, 3));

/** A generated picture that this version of the model assesses, and of which some part raised the probability. */
async function familiar(): Promise<PixelSquare> {
  const vision = await loadVision(modelsDir());
  for (let number = 0; number < 50; number += 1) {
    const picture = lesionLike(number);
    const { outcome, heatMapPng } = await vision.assess(picture);
    if (outcome.kind === 'assessed' && heatMapPng !== null) return picture;
  }
  throw new Error('The model assesses none of the generated pictures.');
}

describe.skipIf(findChromium() === null)('skin photos (needs Chromium)', () => {
  const here = servedPage({ width: 1280, height: 900 });
  let page: Page;
  let lesion: PixelSquare;

  beforeAll(async () => {
    lesion = await familiar();
    page = await showPhotos(here.page);
  }, 120_000);
  // What one test leaves open is gone for the next.
  beforeEach(async () => {
    await page.getByRole('tab', { name: 'Report' }).click();
    const asked = page.getByRole('dialog', { name: 'Leave without keeping this photo?' });
    const report = page.getByRole('tab', { name: 'Report', selected: true });
    await asked.or(report).first().waitFor(SOON);
    if (await asked.isVisible()) await page.getByRole('button', { name: 'Discard and leave' }).click();
    await report.waitFor(SOON);
    await page.getByRole('tab', { name: 'Skin photos' }).click();
    await page.getByText('Drop a dermatoscope photo here').waitFor(SOON);
  });

  async function showPhotos(at: Page): Promise<Page> {
    await at.evaluate(() => window.location.assign('#/patients/1?tab=photos'));
    await at.getByText('Drop a dermatoscope photo here').waitFor(SOON);
    return at;
  }

  const choose = (name: string, buffer: Buffer, at = page): Promise<void> =>
    at.setInputFiles('input[type=file]', { name, mimeType: 'application/octet-stream', buffer });

  async function refusedFile(name: string, buffer: Buffer): Promise<string> {
    await choose(name, buffer);
    const alert = page.getByRole('alert').filter({ hasText: 'This file was not taken' });
    await alert.waitFor(SOON);
    return alert.innerText();
  }

  async function assessed(name: string, buffer: Buffer, at = page): Promise<void> {
    await choose(name, buffer, at);
    await at.getByRole('button', { name: /^(Assess|Go on)$/ }).click(SOON);
    await at.getByRole('heading', { name: /not kept yet$/ }).waitFor(SOON);
  }

  it('says that there are none yet', async () => {
    await page.getByText('No skin photos yet').waitFor(SOON);
  });

  it('a PNG named .jpg is taken for what it is, framed with the keyboard, assessed, and kept', { timeout: 60_000 }, async () => {
    await choose('mole.jpg', png(lesion));
    await page.getByText('The name ends in .jpg, but the file is a PNG and is taken in as one.').waitFor(SOON);
    await pictured(page, 'png-named-jpg');
    const square = page.getByRole('group', { name: /^Square to assess: 150 pixels a side, 0 from the left, 0 from the top/ });
    await square.focus();
    for (const key of ['-', '-', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    await page
      .getByRole('group', { name: /^Square to assess: 142 pixels a side, 6 from the left, 6 from the top/ })
      .waitFor(SOON);
    await page.getByRole('button', { name: 'Assess' }).click();
    await page.getByText('probability of malignancy:').waitFor(SOON);
    await pictured(page, 'photo-result');
    expect(
      await page
        .getByRole('table', { name: /each of the seven diagnoses/ })
        .getByRole('row')
        .count(),
    ).toBe(7);
    await page.getByText(/Model version .* on TensorFlow\.js .*, WebAssembly/).waitFor();
    await page.getByText(/measured mostly on light skin.*CC BY-NC 4\.0/).waitFor();
    const heat = page.getByTestId('heat-map');
    expect(await heat.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(112);
    await page.getByRole('switch', { name: 'Show what mattered' }).press('Space');
    expect(await heat.count()).toBe(0);
    // Kept only at a spot that is named.
    await page.getByRole('button', { name: 'Keep photo and result' }).click();
    await page.getByText('Say where on the skin it is.').waitFor(SOON);
    await page.getByRole('combobox', { name: /Where on the skin/ }).fill('left forearm');
    await page.getByRole('option', { name: 'Left forearm, back' }).click();
    await page.getByRole('textbox', { name: 'More exactly' }).fill('near the wrist');
    await page.getByLabel(/^Taken at/).fill('2026-01-05T10:30');
    await page.getByRole('button', { name: 'Keep photo and result' }).click();
    await page.getByRole('heading', { name: 'Left forearm, back: near the wrist' }).waitFor(SOON);
    await pictured(page, 'photo-kept');
    await page.getByText(/Taken 5 Jan 2026, 10:30/).waitFor(SOON);
  });

  it('a later photo of the same spot is compared with it', { timeout: 60_000 }, async () => {
    await assessed('later.png', png(lesion));
    await page.getByRole('radio', { name: /Left forearm, back: near the wrist/ }).click();
    await page.getByRole('button', { name: 'Keep photo and result' }).click();
    const spot = page.getByRole('region', { name: 'Photos of Left forearm, back: near the wrist' });
    await spot.getByText('Compare').click(SOON);
    await spot.getByText(/Change of the probability of malignancy: [+−±]\d+\.\d percentage points/).waitFor(SOON);
    expect(await spot.getByRole('figure').count()).toBe(2);
    await pictured(page, 'photo-compared');
    await spot.getByText('One over the other').click();
    await spot.getByRole('slider').press('ArrowRight');
    await spot.getByText('One photo').click();
  });

  it('is retracted with a reason, and stays to be seen', { timeout: 60_000 }, async () => {
    const spot = page.getByRole('region', { name: 'Photos of Left forearm, back: near the wrist' });
    await spot.getByRole('button', { name: 'Retract' }).click();
    const dialog = page.getByRole('dialog', { name: 'Retract a photo' });
    await dialog.getByRole('button', { name: 'Retract' }).click();
    await dialog.getByText('Say why').waitFor(SOON);
    await pictured(page, 'photo-retract');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Wrong arm');
    await dialog.getByRole('button', { name: 'Retract' }).click();
    await dialog.waitFor({ ...SOON, state: 'detached' });
    await spot.getByRole('button', { name: /retracted/ }).click();
    await spot.getByText('Wrong arm').waitFor(SOON);
  });

  it('is not lost by leaving: stay, discard, or keep and leave', { timeout: 60_000 }, async () => {
    await assessed('leaving.png', png(lesion));
    const asked = page.getByRole('dialog', { name: 'Leave without keeping this photo?' });
    const result = page.getByRole('heading', { name: /not kept yet$/ });
    // Another tab, and another screen.
    await page.getByRole('tab', { name: 'History' }).click();
    await asked.waitFor(SOON);
    await pictured(page, 'photo-leaving');
    await page.getByRole('button', { name: 'Stay here' }).click();
    await asked.waitFor({ ...SOON, state: 'detached' });
    await page.getByRole('link', { name: 'Ward' }).click();
    await asked.waitFor(SOON);
    // Asked to keep it, the form says what it lacks, and nobody has left.
    await page.getByRole('button', { name: 'Keep and leave' }).click();
    await page.getByText('Say where on the skin it is.').waitFor(SOON);
    expect(await result.isVisible()).toBe(true);
    await page.getByRole('combobox', { name: /Where on the skin/ }).fill('left forearm');
    await page.getByRole('option', { name: 'Left forearm, back' }).click();
    await page.getByRole('link', { name: 'Ward' }).click();
    await page.getByRole('button', { name: 'Keep and leave' }).click();
    await page.getByRole('heading', { name: 'Ward' }).waitFor(SOON);
    await showPhotos(page);
    await page.getByRole('region', { name: 'Photos of Left forearm, back' }).first().waitFor(SOON);
  });

  it('closing the page with one that is not kept is asked about', { timeout: 60_000 }, async () => {
    await assessed('closing.png', png(lesion));
    let asked = '';
    page.once('dialog', (dialog) => {
      asked = dialog.type();
      void dialog.dismiss();
    });
    await page.evaluate(() => window.location.reload()).catch(() => undefined);
    await expect.poll(() => asked, SOON).toBe('beforeunload');
    expect(await page.getByRole('heading', { name: /not kept yet$/ }).isVisible()).toBe(true);
  });

  it.each([
    ['a black frame', black, 'The picture is black. Take the lens cap off'],
    ['a photo of a chart', chart, 'This looks like a chart, a document or a screen'],
    ['a picture of few pixels', () => lesionLike(0, 60), 'at least 100 × 100 are needed'],
  ] as const)(
    '%s gets no result but an answer, and can be kept without one',
    { timeout: 60_000 },
    async (name, picture, words) => {
      await assessed('photo.png', png(picture()));
      await page.getByText('No result: the model declines this picture').waitFor(SOON);
      await page.getByText(words).waitFor(SOON);
      await page.getByRole('button', { name: 'Keep photo without a result' }).waitFor();
      await pictured(page, name.replaceAll(' ', '-'));
      await page.getByRole('button', { name: 'Discard' }).click();
    },
  );

  it.each([
    ['report.jpg', Buffer.from('%PDF-1.7 and so on'), /This file is a PDF, not a JPEG, PNG or WebP photo/],
    ['IMG_0001.jpg', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1'), /HEIC picture.*Most Compatible/],
    ['words.png', Buffer.from('just text'), /This file is not a picture/],
    ['empty.png', Buffer.alloc(0), /This file is empty/],
    ['cut.png', png(lesionLike(0, 200)).subarray(0, 20_000), /damaged or incomplete/],
    ['bomb.png', bomb(), /This photo has 3600 megapixels; at most 120 can be opened/],
  ])('%s is not taken, and why is said', { timeout: 60_000 }, async (name, buffer, words) => {
    expect(await refusedFile(name, buffer)).toMatch(words);
    await pictured(page, `not-taken-${name}`);
  });

  it('a photo of forty megapixels, lying on its side by its EXIF note, is opened upright and assessed', {
    timeout: 120_000,
  }, async () => {
    const small = png(lesion).toString('base64');
    const base64 = await page.evaluate(async (text) => {
      const file = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([file], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(8000, 5000);
      canvas.getContext('2d')?.drawImage(bitmap, 1500, 0, 5000, 5000);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })).arrayBuffer());
      let out = '';
      for (let at = 0; at < bytes.length; at += 32_768) out += String.fromCharCode(...bytes.subarray(at, at + 32_768));
      return btoa(out);
    }, small);
    await assessed('large.jpg', onItsSide(Buffer.from(base64, 'base64')));
    await page
      .getByText(/probability of malignancy:|the model declines/)
      .first()
      .waitFor(SOON);
    await pictured(page, 'forty-megapixels-result');
    await page.getByRole('button', { name: 'Crop again' }).click();
    await page.getByText('5000 × 8000 px').waitFor(SOON);
    await pictured(page, 'forty-megapixels-crop');
    await page.getByRole('button', { name: 'Another photo' }).click();
  });

  it('without a camera it says so', { timeout: 60_000 }, async () => {
    await page.getByRole('button', { name: 'Use the camera' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take a picture' });
    await dialog.getByText(/There is no camera|The camera was not allowed/).waitFor(SOON);
    await pictured(page, 'no-camera');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('a model whose file was tampered with is not used, and the screen says so', { timeout: 120_000 }, async () => {
    const spoilt = mkdtempSync(join(tmpdir(), 'healthsense-tampered-'));
    cpSync(modelsDir(), spoilt, { recursive: true, filter: (path) => !path.includes('train') });
    const weights = join(spoilt, 'skin', 'weights.bin');
    const bytes = readFileSync(weights);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(weights, bytes);
    const other = await served(spoilt);
    try {
      const there = await showPhotos(await here.open(other.url));
      await there.getByText('Photos are not assessed: the skin model is not used').waitFor(SOON);
      await there
        .getByText(/weights\.bin is not the file the manifest names \(its SHA-256 differs\)/)
        .first()
        .waitFor(SOON);
      await pictured(there, 'tampered-skin-model');
      await assessed('photo.png', png(lesion), there);
      await there.getByText('Not assessed', { exact: true }).waitFor(SOON);
      await there.getByRole('button', { name: 'Keep photo without a result' }).waitFor(SOON);
      await pictured(there, 'tampered-skin-model-photo');
      await there.context().close();
    } finally {
      await other.close();
      for (const folder of [spoilt, other.dataDir]) rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A PNG of a few bytes that says it is 60,000 pixels a side. */
function bomb(): Buffer {
  const file = png(lesionLike(0, 100));
  file.writeUInt32BE(60_000, 16);
  file.writeUInt32BE(60_000, 20);
  return file;
}

/** Adds an EXIF note, orientation 6: to be shown turned a quarter to the right. */
function onItsSide(jpeg: Buffer): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex');
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([head, body, jpeg.subarray(2)]);
}

// The main job as a nurse does it, in a real browser: pair, bind, watch, enter by hand, acknowledge, hand over the PDF.
// The same steps run whatever host shows the page.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const PATIENT = { name: 'Erika Endtoend', mrn: 'E2E-1', birthDate: '1958-03-02' };
const SPARE_WEARABLE = 'HealthSense Band 7';
/** Generous: a small machine that builds and tests at the same time answers late. */
const SOON = { timeout: 30_000 };

export async function addPatient(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add patient' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add patient' });
  await dialog.getByLabel('Name').fill(PATIENT.name);
  await dialog.getByLabel('MRN').fill(PATIENT.mrn);
  await dialog.getByLabel('Birth date').fill(PATIENT.birthDate);
  await dialog.getByRole('button', { name: 'Add patient' }).click();
  await dialog.waitFor({ state: 'hidden', ...SOON });
  await tile(page).waitFor(SOON);
}

export async function pairAndBind(page: Page): Promise<void> {
  await goTo(page, /^Devices/);
  await page.getByRole('button', { name: 'Scan for wearables' }).click();
  const found = page.getByRole('list', { name: 'Wearables found' }).getByRole('listitem').filter({ hasText: SPARE_WEARABLE });
  await found.getByRole('button', { name: 'Pair' }).click(SOON);
  await found.getByText('Paired as').waitFor(SOON);
  await page.getByRole('button', { name: 'Stop scanning' }).click();

  const card = page.getByRole('article', { name: SPARE_WEARABLE });
  await card.getByRole('button', { name: 'Give to patient' }).click(SOON);
  const dialog = page.getByRole('dialog', { name: `Give ${SPARE_WEARABLE} to a patient` });
  await dialog.getByRole('combobox', { name: 'Patient' }).fill(PATIENT.mrn);
  await page.getByRole('option', { name: PATIENT.name }).click();
  await dialog.getByRole('button', { name: 'Give to Erika' }).click();
  await dialog.waitFor({ state: 'hidden', ...SOON });
}

/** What the wearable measured between pairing and binding is nobody's, until somebody who is sure says whose it is. */
export async function claimWhatCameBefore(page: Page): Promise<void> {
  await goTo(page, /^Devices/);
  const readings = page.getByRole('list', { name: `Unclaimed readings of ${SPARE_WEARABLE}` });
  await readings.getByRole('button', { name: 'Whose are they?' }).first().click(SOON);
  const dialog = page.getByRole('dialog', { name: `Whose readings are these of ${SPARE_WEARABLE}?` });
  await dialog.getByRole('combobox', { name: 'Patient' }).fill(PATIENT.mrn);
  await page.getByRole('option', { name: PATIENT.name }).click();
  await dialog.getByLabel(/^I am sure that Erika Endtoend, MRN E2E-1/).check();
  await dialog.getByRole('button', { name: 'They are this patient’s' }).click();
  await dialog.waitFor({ state: 'hidden', ...SOON });
  await readings.waitFor({ state: 'detached', ...SOON });
}

/** The strip is a picture: it is told in words, and it moves. */
export async function seeEcgSweep(page: Page): Promise<void> {
  await goTo(page, /^Ward/);
  await openPatient(page);
  const strip = page.getByRole('region', { name: 'ECG' });
  await strip.getByRole('img', { name: /^Live ECG, lead I+, 25 mm per second.* Signal present/ }).waitFor(SOON);
  const picture = (): Promise<string> =>
    strip
      .locator('canvas')
      .last()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await picture();
  await expect.poll(picture, SOON).not.toBe(before);
  await goTo(page, /^Ward/);
}

/** The numbers are a wearable's: they come by themselves, carry their unit, and move. */
export async function seeNumbersMove(page: Page): Promise<void> {
  await goTo(page, /^Ward/);
  const text = tile(page);
  for (const arrived of [/Heart rate: \d+ \/min.*?, \d+ s ago/, /Oxygen saturation: \d+ ?%.*?, \d+ s ago/]) {
    await expect.poll(() => text.innerText(), { timeout: 60_000 }).toMatch(arrived);
  }
  await expectMoving(page);
}

/** A resting heart can keep its rate for minutes; those of a whole ward cannot. */
export async function expectMoving(page: Page): Promise<void> {
  const seen = new Set<string>();
  const rates = async (): Promise<number> => {
    const tiles = await page.getByRole('article').allInnerTexts();
    return seen.add(tiles.map((tile) => /Heart rate: (\d+) .*?, \d+ s ago/.exec(tile)?.[1] ?? '').join(' ')).size;
  };
  await expect.poll(rates, { timeout: 60_000, interval: 500 }).toBeGreaterThan(2);
}

export async function openPatient(page: Page): Promise<void> {
  await page.getByRole('link', { name: PATIENT.name }).first().click();
  await page.getByRole('heading', { name: PATIENT.name }).waitFor(SOON);
}

/** Impossible is refused, unusual is asked about, and the value stored raises its alarm at once. */
export async function enterTemperature(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Enter values' }).click();
  const field = page.getByLabel('Body temperature', { exact: true });
  await field.fill('392');
  await page.getByText(/must be within 25/).waitFor(SOON);
  await field.fill('41,6');
  await page.getByLabel(/is right, enter it anyway/).check();
  await page.getByRole('button', { name: `Store for ${PATIENT.name}` }).click();
  await page.getByText('1 value stored').waitFor(SOON);
}

export async function acknowledgeAlarm(page: Page): Promise<void> {
  await goTo(page, /^Alarms/);
  const row = page.getByRole('listitem').filter({ hasText: 'Temperature very high' }).filter({ hasText: PATIENT.name });
  await row.getByRole('button', { name: 'Acknowledge' }).click(SOON);
  await row.getByText('Nina Nurse').waitFor(SOON);
}

export interface CaughtFile {
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** Presses, and hands over the file that is saved because of it. */
export type CatchFile = (page: Page, press: () => Promise<void>) => Promise<CaughtFile>;

export const browserDownload: CatchFile = async (page, press) => {
  const saving = page.waitForEvent('download', { timeout: 60_000 });
  await press();
  const saved = await saving;
  return { fileName: saved.suggestedFilename(), bytes: readFileSync(await saved.path()) };
};

/** @returns the bytes of the PDF that was saved. */
export async function downloadPdf(page: Page, catchFile: CatchFile): Promise<Buffer> {
  await goTo(page, /^Ward/);
  await openPatient(page);
  await page.getByRole('tab', { name: 'Report' }).click();
  const { fileName, bytes } = await catchFile(page, () => page.getByRole('button', { name: 'Download PDF' }).click());
  expect(fileName).toMatch(/^healthsense-E2E-1-.*\.pdf$/);
  return bytes;
}

/** By the rail on the left, as a nurse would. */
async function goTo(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).click();
}

function tile(page: Page) {
  return page.getByRole('article', { name: PATIENT.name });
}

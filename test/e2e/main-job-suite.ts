// The main job as one suite: every host that can show a page must let a nurse do all of it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acknowledgeAlarm,
  addPatient,
  browserDownload,
  type CatchFile,
  claimWhatCameBefore,
  downloadPdf,
  enterTemperature,
  openPatient,
  pairAndBind,
  seeEcgSweep,
  seeNumbersMove,
} from './main-job.ts';

export interface OpenedHost {
  readonly page: Page;
  /** How this host hands a file over; a browser's download where left out. */
  readonly catchFile?: CatchFile;
  close(): Promise<void>;
}

/** @param start opens the demo on the host, its page shown. */
export function mainJobSuite(title: string, start: () => Promise<OpenedHost>): void {
  describe(title, () => {
    let host: OpenedHost;
    let page: Page;
    let pdf: Buffer;
    const problems: string[] = [];

    beforeAll(async () => {
      host = await start();
      page = host.page;
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
    }, 180_000);

    afterAll(() => host?.close(), 60_000);

    it('the demo opens with its nurse signed in and a tile for each patient', async () => {
      await page.getByRole('heading', { name: 'Ward' }).waitFor({ timeout: 60_000 });
      for (const name of ['Ada Example', 'Kofi Mensah']) await page.getByRole('link', { name }).waitFor();
      expect(page.url()).not.toContain('session=');
    }, 90_000);

    it('a patient is added, a wearable is found, paired and given to them', async () => {
      await addPatient(page);
      await pairAndBind(page);
    }, 120_000);

    it('their numbers arrive with units and move', () => seeNumbersMove(page), 180_000);

    it('what the wearable measured before is claimed for them, and their ECG sweeps', async () => {
      await claimWhatCameBefore(page);
      await seeEcgSweep(page);
    }, 120_000);

    it('a value entered by hand is checked, stored and alarms; the alarm is acknowledged by name', async () => {
      await openPatient(page);
      await enterTemperature(page);
      await acknowledgeAlarm(page);
    }, 120_000);

    it('the report is handed over as a PDF named after the patient', async () => {
      pdf = await downloadPdf(page, host.catchFile ?? browserDownload);
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    }, 120_000);

    it.skipIf(!hasPdfToText())(
      'the report names patient and value, and says that it is decision support (needs pdftotext)',
      () => {
        const text = textOf(pdf);
        expect(text).toContain('Erika Endtoend');
        expect(text).toMatch(/decision support/i);
        expect(text).toMatch(/41\.6/);
      },
    );

    it('nothing failed in the page meanwhile', () => expect(problems).toEqual([]));
  });
}

function hasPdfToText(): boolean {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function textOf(pdf: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'healthsense-e2e-'));
  try {
    const file = join(folder, 'report.pdf');
    writeFileSync(file, pdf);
    return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

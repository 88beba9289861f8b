// The whole way in real Chromium: demo console, simulated wearables, real Bluetooth code, database, models, screens, PDF.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDemo } from '../../src-main/hosts/demo.ts';
import type { RunningHost } from '../../src-main/hosts/headless/main.ts';
import { ensureRenderer } from '../../src-main/hosts/renderer-build.ts';
import { findChromium, launchChromium } from './browser.ts';
import {
  acknowledgeAlarm,
  addPatient,
  downloadPdf,
  enterTemperature,
  openPatient,
  pairAndBind,
  seeNumbersMove,
} from './main-job.ts';

const hasChromium = findChromium() !== null;

describe.skipIf(!hasChromium)('main job, headless host (needs Chromium)', () => {
  let host: RunningHost;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    await ensureRenderer();
    host = await runDemo({
      demo: true,
      headless: true,
      browser: false,
      dataDir: null,
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      replay: null,
      speed: 1,
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(host.url);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('the demo opens with its nurse signed in and a tile for each patient', async () => {
    await page.getByRole('heading', { name: 'Ward' }).waitFor();
    for (const name of ['Ada Example', 'Kofi Mensah']) await page.getByRole('link', { name }).waitFor();
    expect(page.url()).not.toContain('session=');
  });

  it('a patient is added, a wearable is found, paired and given to them', async () => {
    await addPatient(page);
    await pairAndBind(page);
  }, 60_000);

  it('their numbers arrive with units and move', () => seeNumbersMove(page), 90_000);

  it('a value entered by hand is checked, stored and alarms; the alarm is acknowledged by name', async () => {
    await openPatient(page);
    await enterTemperature(page);
    await acknowledgeAlarm(page);
  }, 60_000);

  it('the report is a PDF that names the patient and says that it is decision support', async () => {
    const pdf = await downloadPdf(page);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const file = join(mkdtempSync(join(tmpdir(), 'healthsense-e2e-')), 'report.pdf');
    writeFileSync(file, pdf);
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    expect(text).toContain('Erika Endtoend');
    expect(text).toMatch(/decision support/i);
    expect(text).toMatch(/41\.6/);
  }, 60_000);

  it('nothing failed in the page meanwhile', () => expect(problems).toEqual([]));
});

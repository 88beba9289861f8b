// The main job with no mouse, in real Chromium: sign in, find the patient with the alarm, acknowledge, enter a value, hand over the PDF.
// After each step the focus is somewhere, and it is seen.
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../console/driven-console.ts';
import { findChromium } from './browser.ts';
import { browserDownload } from './main-job.ts';

import { servedPage } from './served.ts';

const SOON = { timeout: 20_000 };

describe.skipIf(findChromium() === null)('the main job by keyboard alone (needs Chromium)', () => {
  const here = servedPage({ width: 1280, height: 720 });
  let page: Page;
  beforeAll(async () => {
    // Nobody has signed in here yet.
    const context = await here.page.context().browser()?.newContext({ reducedMotion: 'reduce' });
    if (context === undefined) throw new Error('The page has no browser.');
    page = await context.newPage();
    page.setDefaultTimeout(SOON.timeout);
    await page.goto(new URL(here.host.url).origin);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor(SOON);
  }, 60_000);

  /** What has the focus, in its own words; empty where nothing has. */
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return '';
      const label = (element as HTMLInputElement).labels?.[0]?.textContent;
      return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').trim();
    });
  const focusStays = (words: RegExp): Promise<void> => expect.poll(focused, SOON).toMatch(words);

  /** By Tab, as often as it takes within reason. */
  async function tabTo(words: RegExp, key = 'Tab'): Promise<void> {
    for (let presses = 0; presses < 60 && !words.test(await focused()); presses += 1) await page.keyboard.press(key);
    expect(await focused()).toMatch(words);
    const ring = await page.evaluate(() => {
      const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(document.activeElement ?? document.body);
      return outlineStyle === 'none' ? borderColor : outlineWidth;
    });
    expect(ring).not.toBe('0px');
  }

  it('a wrong password leaves the cursor where the right one is typed', { timeout: 60_000 }, async () => {
    await focusStays(/^User name/);
    await page.keyboard.type('nina');
    await tabTo(/^Password/);
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByText('User name or password is wrong.').waitFor(SOON);
    await focusStays(/^Password/);
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Ada Example' }).waitFor(SOON);
  });

  it('an alarm’s patient is opened, and it is acknowledged; the next alarm is not, by the same press', {
    timeout: 60_000,
  }, async () => {
    const entries = [
      { kind: 'spo2', value: '84', unit: '%' },
      { kind: 'heartRate', value: '150', unit: '/min' },
    ] as const;
    await here.host.send('observation.add', { patientId: 1, takenAtMs: Date.now(), entries: [...entries] });
    await page.getByRole('region', { name: 'High priority alarms' }).waitFor(SOON);
    await tabTo(/^Open patient/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ada Example' }).waitFor(SOON);
    await tabTo(/^Acknowledge/);
    await page.keyboard.press('Enter');
    const unacknowledged = async (): Promise<number> =>
      (await here.host.send('alarm.list', { patientId: 1 })).filter(
        ({ priority, acknowledgedAtMs }) => priority === 'high' && acknowledgedAtMs === null,
      ).length;
    await expect.poll(unacknowledged, SOON).toBe(1);
    // The console has it before the page has heard so.
    await focusStays(/^(?!Acknowledge)./s);
    expect(await unacknowledged()).toBe(1);
  });

  it('a value is entered, confirmed and stored', { timeout: 60_000 }, async () => {
    await tabTo(/^Now/);
    for (const tab of ['History', 'Risk', 'Enter values']) {
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tab', { name: tab, selected: true }).waitFor(SOON);
    }
    await tabTo(/^Body temperature/);
    await page.keyboard.type('41.6');
    await tabTo(/is right, enter it anyway/);
    await page.keyboard.press('Space');
    await tabTo(/^Store for/);
    await page.keyboard.press('Enter');
    await page.getByText('1 value stored').waitFor(SOON);
    await focusStays(/^Stored at .*41\.6/);
  });

  it('the PDF is handed over, and its button keeps the focus', { timeout: 60_000 }, async () => {
    await tabTo(/^Enter values/, 'Shift+Tab');
    for (const tab of ['Skin photos', 'Alarms', 'Report']) {
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tab', { name: new RegExp(`^${tab}`), selected: true }).waitFor(SOON);
    }
    await tabTo(/^Download PDF/);
    const { bytes } = await browserDownload(page, () => page.keyboard.press('Enter'));
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    await focusStays(/^Download PDF/);
  });

  it('a dialog that is taken away whole gives the focus back', { timeout: 60_000 }, async () => {
    await page.evaluate(() => window.location.assign('#/settings?section=alarms'));
    await page.getByRole('button', { name: 'Change Glucose high' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Glucose high' }).waitFor(SOON);
    await page.keyboard.press('Escape');
    await focusStays(/^Change Glucose high/);
  });
});

// The ward-level screens in a real browser against the made-up console: accessible, honest about age and connection, and they do what they say.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../e2e/browser.ts';
import { type FakeConsole, startFakeConsole } from './fake-console.ts';
import { FAKE_WARD, initialAlarms } from './fake-ward.ts';

const SCREENS = [
  '/',
  '/devices',
  '/alarms',
  ...['clinic', 'alarms', 'users', 'models', 'audit', 'about'].map((section) => `/settings?section=${section}`),
];

describe.skipIf(findChromium() === null)('ward-level screens (needs Chromium)', () => {
  let browser: Browser;
  let context: BrowserContext;
  let fake: FakeConsole;
  let renderer: string;
  const faults: string[] = [];

  beforeAll(async () => {
    renderer = mkdtempSync(join(tmpdir(), 'healthsense-renderer-'));
    await build({
      configFile: join(import.meta.dirname, '../../src-renderer/vite.config.ts'),
      logLevel: 'error',
      build: { outDir: renderer, emptyOutDir: true, sourcemap: false, minify: false },
    });
    browser = await launchChromium('--autoplay-policy=no-user-gesture-required');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(renderer, { recursive: true, force: true });
  });

  afterEach(async () => {
    await context.close();
    await fake.close();
    expect(faults.splice(0)).toEqual([]);
  });

  async function open(
    path: string,
    how: { readonly scheme?: 'light' | 'dark'; readonly width?: number; readonly signedIn?: boolean } & Parameters<
      typeof startFakeConsole
    >[0] = {},
  ): Promise<Page> {
    fake = await startFakeConsole({ renderer, ...how });
    context = await browser.newContext({
      colorScheme: how.scheme ?? 'light',
      viewport: { width: how.width ?? 1280, height: 800 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // A cut connection is what some of these tests are about; everything else in red is a fault.
      if (message.type() === 'error' && !message.text().includes('WebSocket')) faults.push(message.text());
    });
    await page.goto(how.signedIn === false ? fake.url : fake.signedInUrl);
    if (how.signedIn === false) return page;
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    if (path !== '/') await page.goto(`${fake.url}#${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }

  async function violations(page: Page): Promise<readonly string[]> {
    const { violations: found } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`),
    );
  }

  describe.each(['light', 'dark'] as const)('%s', (scheme) => {
    it('the screens have no accessibility fault axe can find', async () => {
      const page = await open('/', { scheme });
      for (const path of SCREENS) {
        await page.goto(`${fake.url}#${path}`);
        await page.waitForTimeout(400);
        expect(await violations(page), path).toEqual([]);
      }
    }, 90_000);

    it('the dialogs have no accessibility fault axe can find', async () => {
      const page = await open('/', { scheme });
      await page.getByRole('button', { name: 'Edit Ada Example' }).click();
      await page.waitForTimeout(400);
      expect(await violations(page), 'edit').toEqual([]);
      await page.getByRole('button', { name: 'Discharge…' }).click();
      await page.waitForTimeout(400);
      expect(await violations(page), 'confirm').toEqual([]);
      await page.goto(`${fake.url}#/devices`);
      await page.getByRole('button', { name: 'Give to patient' }).first().click();
      await page.getByPlaceholder('Type a name, MRN or birth date').fill('Ada');
      await page.getByRole('option').first().click();
      await page.waitForTimeout(400);
      expect(await violations(page), 'give to patient').toEqual([]);
      await page.goto(`${fake.url}#/settings?section=alarms`);
      await page.getByRole('button', { name: 'Change' }).first().click();
      await page.getByLabel('Switched on').click();
      await page.waitForTimeout(400);
      expect(await violations(page), 'limit').toEqual([]);
    }, 60_000);

    it('sign-in has no accessibility fault axe can find', async () => {
      const page = await open('/', { scheme, signedIn: false });
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  it('nothing is wider than the window at 200 % zoom', async () => {
    const page = await open('/', { width: 640 });
    for (const path of ['/', '/devices', '/alarms', '/settings']) {
      await page.goto(`${fake.url}#${path}`);
      await page.waitForTimeout(400);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    }
  });

  it('a session in the address signs in and does not stay there', async () => {
    const page = await open('/');
    expect(page.url()).not.toContain('session');
    await expect(page.getByRole('article').count()).resolves.toBe(FAKE_WARD.length);
    await page.reload();
    await page.getByRole('heading', { name: 'Ward' }).waitFor();
  });

  it('a wrong password is refused in plain words, a right one opens the ward', async () => {
    const page = await open('/', { signedIn: false });
    await page.getByLabel('User name').fill('nina');
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('User name or password is wrong.').waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Ward' }).waitFor();
  });

  it('the first user is created where there is none', async () => {
    const page = await open('/', { signedIn: false, needsFirstUser: true });
    await page.getByLabel('Clinic').fill('New Clinic');
    await page.getByLabel('Your name').fill('First Person');
    await page.getByLabel('User name').fill('first');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('long enough');
    await page.getByRole('textbox', { name: 'Password again' }).fill('something else');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByText('The two passwords are not the same').waitFor();
    await page.getByRole('textbox', { name: 'Password again' }).fill('long enough');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByText('First Person').waitFor();
  });

  it('a value older than its kind allows is called old, a fresh one is not', async () => {
    const page = await open('/');
    const stalled = page.getByRole('article', { name: 'Jürgen Weiß' });
    await stalled.getByText(/^Heart rate: .* old, \d+ min ago/).waitFor({ state: 'attached' });
    const fresh = page.getByRole('article', { name: 'Ada Example' });
    await fresh.getByText(/^Heart rate: \d+ \/min.*, \d s ago$/).waitFor({ state: 'attached' });
  });

  it('numbers move by themselves', async () => {
    const page = await open('/');
    const tile = page.getByRole('article', { name: 'Ada Example' });
    const fresh = {
      kind: 'heartRate',
      value: 211,
      special: null,
      source: 'device',
      deviceId: 'WEAR-01',
      quality: [],
      trendPerMinute: 0,
    } as const;
    const { news2 } = { news2: { score: 7, complete: true, missing: [], band: 'high', anySingleThree: false } } as const;
    await page.waitForTimeout(300);
    fake.emit({
      name: 'values.changed',
      payload: { patientId: 1, values: [{ ...fresh, takenAtMs: Date.now(), receivedAtMs: Date.now() }], news2 },
    });
    await tile.getByText(/^Heart rate: 211 /).waitFor({ state: 'attached' });
  });

  it('while the console cannot be heard everything is old and a banner says so; it recovers by itself', async () => {
    const page = await open('/');
    fake.setDown(true);
    fake.cut();
    await page.getByText('No connection to the console').waitFor();
    const tile = page.getByRole('article', { name: 'Ada Example' });
    await tile.getByText(/^Heart rate: .* old, /).waitFor({ state: 'attached' });
    fake.setDown(false);
    await page.getByText('No connection to the console').waitFor({ state: 'detached', timeout: 10_000 });
    await tile.getByText(/^Heart rate: \d+ \/min.*, \d s ago$/).waitFor({ state: 'attached' });
  });

  it('a new alarm is announced, shown on its tile, and acknowledged with one click', async () => {
    const page = await open('/');
    const [first] = initialAlarms();
    if (first === undefined) throw new Error('no alarm');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('region', { name: 'High priority alarms' }).waitFor({ state: 'detached' });
    fake.emit({
      name: 'alarm.changed',
      payload: { ...first, alarmId: 'new', patientId: 1, priority: 'medium', message: 'Systolic pressure low' },
    });
    await page.getByRole('alert').getByText('Medium alarm: Systolic pressure low, Ada Example').waitFor({ state: 'attached' });
    await page.getByRole('article', { name: 'Ada Example' }).getByText('Systolic pressure low').waitFor();
    await page.goto(`${fake.url}#/alarms`);
    await page.getByRole('button', { name: 'Acknowledge Glucose high' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Glucose high' }).getByText('Nina Nurse').waitFor();
  });

  it('a taken MRN is refused beside its field, a free one adds the patient', async () => {
    const page = await open('/');
    await page.getByRole('button', { name: 'Add patient' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add patient' });
    await dialog.getByLabel('Name').fill('New Person');
    await dialog.getByLabel('Birth date').fill('1990-02-03');
    await dialog.getByLabel('MRN').fill(FAKE_WARD[0]?.patient.mrn ?? '');
    await dialog.getByRole('button', { name: 'Add patient' }).click();
    await dialog.getByText('There is already a patient with MRN').waitFor();
    await dialog.getByLabel('MRN').fill('777');
    await dialog.getByRole('button', { name: 'Add patient' }).click();
    await page.getByRole('article', { name: 'New Person' }).waitFor();
  });

  it('a discharged patient leaves the ward only when confirmed, and can be taken back', async () => {
    const page = await open('/');
    const tile = page.getByRole('article', { name: 'Sam Okafor' });
    await tile.getByRole('button', { name: 'Edit Sam Okafor' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discharge…' }).click();
    await page.getByRole('button', { name: 'Keep as it is' }).click();
    await page.getByRole('button', { name: 'Discharge…' }).click();
    await page.getByRole('button', { name: 'Discharge', exact: true }).click();
    await tile.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Discharged' }).click();
    await page.getByRole('button', { name: 'Readmit Sam Okafor' }).click();
    await tile.waitFor();
  });

  it('a wearable is found, paired and given to the patient whose identity was shown', async () => {
    const page = await open('/devices');
    await page.getByRole('button', { name: 'Scan for wearables' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'HealthSense Band 10' });
    await row.getByRole('button', { name: 'Pair' }).click();
    await row.getByText('Paired as').waitFor();
    const card = page.getByRole('article', { name: 'HealthSense Band 10' });
    await card.getByRole('button', { name: 'Give to patient' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByPlaceholder('Type a name, MRN or birth date').fill('1971-02');
    await page.getByRole('option').first().click();
    await dialog.getByText('MRN 104311').first().waitFor();
    await dialog.getByRole('button', { name: 'Give to María' }).click();
    await card.getByText('María José Núñez Álvarez').waitFor();
    await card.getByRole('button', { name: 'Take off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take off' }).click();
    await card.getByText('Worn by nobody').waitFor();
  });

  it('unclaimed readings are claimed only by somebody who is sure, and go back into the tray', async () => {
    const page = await open('/devices');
    const tray = page.getByRole('region', { name: 'Unclaimed readings' });
    const readings = tray.getByRole('list', { name: 'Unclaimed readings of Ward cuff' });
    await readings.getByRole('button', { name: 'Whose are they?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Whose readings are these of Ward cuff?' });
    await dialog.getByPlaceholder('Type a name, MRN or birth date').fill('1971-02');
    await page.getByRole('option').first().click();
    const claim = dialog.getByRole('button', { name: 'They are this patient’s' });
    expect(await claim.isDisabled()).toBe(true);
    await dialog.getByLabel(/I am sure that María José .*, MRN 104311, wore it then/).check();
    await claim.click();
    await readings.waitFor({ state: 'detached' });
    await tray.getByRole('button', { name: /^What was claimed/ }).click();
    await tray.getByRole('button', { name: /^Undo: María/ }).click();
    await readings.waitFor();
    await tray.getByText('(undone)').waitFor();
  });

  it('why something was rejected is there for whoever asks, and a wrong clock is told', async () => {
    const page = await open('/devices');
    const card = page.getByRole('article', { name: 'HealthSense Band 2' });
    await card.getByText('Its clock is 7 min behind; corrected on arrival').waitFor();
    await card.getByRole('button', { name: '3 rejected' }).click();
    await card.getByText('frame is 2 bytes short').waitFor();
  });

  it('an ECG sweeps, is told in words, and stands still when asked to', async () => {
    const page = await open('/patients/1');
    const strip = page.getByRole('region', { name: 'ECG' });
    await strip.getByRole('img', { name: /^Live ECG, lead II, 25 mm per second, 10 mm per millivolt/ }).waitFor();
    const picture = (): Promise<string> =>
      strip
        .locator('canvas')
        .last()
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await picture();
    await expect.poll(picture, { timeout: 15_000 }).not.toBe(before);
    await strip.getByRole('button', { name: 'Pause' }).click();
    await strip.getByText(/^Paused at/).waitFor();
    const paused = await picture();
    await page.waitForTimeout(600);
    expect(await picture()).toBe(paused);
    await strip.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(picture, { timeout: 15_000 }).not.toBe(paused);
  });

  it('another Bluetooth adapter is chosen in the settings, and one by name needs its port', async () => {
    const page = await open('/settings?section=bluetooth');
    await page.getByLabel('A controller on a serial port, by name').check();
    const save = page.getByRole('button', { name: 'Save' });
    expect(await save.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Serial port' }).fill('/dev/ttyACM0');
    await save.click();
    await page.getByText('The Bluetooth settings are saved.').waitFor();
  });

  it('a network device shows its token, which a stray click does not close', async () => {
    const page = await open('/devices');
    await page.getByRole('button', { name: 'Add network device' }).click();
    await page.getByLabel('Device id').fill('HEALTH 99');
    await page.getByRole('button', { name: 'Add device', exact: true }).click();
    await page.getByText('Letters, digits, dot, dash and underscore').waitFor();
    await page.getByLabel('Device id').fill('HEALTH99');
    await page.getByRole('button', { name: 'Add device', exact: true }).click();
    await page.getByText(/^hs_/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByText(/^hs_/).waitFor({ state: 'detached' });
  });

  it('a limit is edited in the clinic unit and kept in the canonical one', async () => {
    const page = await open('/settings');
    await page.getByText('mmol/L').click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('tab', { name: 'Alarm limits' }).click();
    const row = page.getByRole('row').filter({ hasText: 'above 13.9 mmol/L' });
    await row.getByRole('button', { name: 'Change' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Raise the alarm above').fill('400');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(/A number from 0\.6 to 55\.5 mmol\/L/).waitFor();
    await dialog.getByLabel('Raise the alarm above').fill('15');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row').filter({ hasText: 'above 15.0 mmol/L' }).waitFor();
    await page.getByRole('tab', { name: 'Clinic' }).click();
    await page.getByText('mg/dL').click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('tab', { name: 'Alarm limits' }).click();
    await page.getByRole('row').filter({ hasText: 'above 270.2 mg/dL' }).waitFor();
  });
});

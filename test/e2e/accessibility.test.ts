// Screens for everybody: axe-core finds nothing serious on any of them, light or dark; the keyboard reaches everything; at 200 % zoom
// nothing has to be scrolled sideways.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDemo } from '../../src-main/hosts/demo.ts';
import { type RunningHost, serveHeadless } from '../../src-main/hosts/headless/main.ts';
import { findChromium, launchChromium } from './browser.ts';
import { DEMO } from './demo-options.ts';

const SOON = { timeout: 30_000 };
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const GRAVE = ['serious', 'critical'];

interface Screen {
  readonly name: string;
  /** Hash address. */
  readonly address: string;
  readonly heading: string;
  readonly tab?: string;
}

const PATIENT_TABS = {
  now: 'Now',
  history: 'History',
  risk: 'Risk',
  enter: 'Enter values',
  photos: 'Skin photos',
  alarms: 'Alarms',
  report: 'Report',
};
const SETTINGS_TABS = {
  clinic: 'Clinic',
  alarms: 'Alarm limits',
  users: 'Users',
  bluetooth: 'Bluetooth',
  models: 'Risk models',
  storage: 'Storage',
  'self-test': 'Self-test',
  audit: 'Audit',
  about: 'About',
};

const SCREENS: readonly Screen[] = [
  { name: 'Ward', address: '/', heading: 'Ward' },
  ...Object.entries(PATIENT_TABS).map(([key, tab]) => ({
    name: `Patient, ${tab}`,
    address: `/patients/1?tab=${key}`,
    heading: 'Ada Example',
    tab,
  })),
  { name: 'Devices', address: '/devices', heading: 'Devices' },
  { name: 'Alarms', address: '/alarms', heading: 'Alarms' },
  ...Object.entries(SETTINGS_TABS).map(([key, tab]) => ({
    name: `Settings, ${tab}`,
    address: `/settings?section=${key}`,
    heading: 'Settings',
    tab,
  })),
];

/** Dialogs: the screen, and the button that opens one. */
const DIALOGS = [
  { name: 'Add patient', screen: 'Ward', button: 'Add patient' },
  { name: 'Edit patient', screen: 'Ward', button: 'Edit Ada Example' },
  { name: 'Add network device', screen: 'Devices', button: 'Add network device' },
  { name: 'How well a model does', screen: 'Settings, Risk models', button: 'How well it does: Heart disease' },
  { name: 'Levels of a model', screen: 'Settings, Risk models', button: 'Change levels: Heart disease' },
] as const;

function screenNamed(name: string): Screen {
  const screen = SCREENS.find((each) => each.name === name);
  if (screen === undefined) throw new Error(`There is no screen ${name}`);
  return screen;
}

describe.skipIf(findChromium() === null)('screens (needs Chromium)', () => {
  let demo: RunningHost;
  let fresh: RunningHost;
  let browser: Browser;
  const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-accessibility-'));

  beforeAll(async () => {
    demo = await runDemo(DEMO);
    fresh = await serveHeadless({ dataDir, host: '127.0.0.1', port: 0 });
    browser = await launchChromium();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await Promise.all([demo?.close(), fresh?.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    // Without motion nothing is measured while it fades.
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** By address, as the navigation does it; the session stays. */
  async function show(page: Page, { address, heading, tab }: Screen): Promise<void> {
    await page.evaluate((hash) => window.location.assign(hash), `#${address}`);
    await page.getByRole('heading', { name: heading, exact: true }).first().waitFor(SOON);
    // A tab may count something after its name.
    if (tab !== undefined) await page.getByRole('tab', { name: new RegExp(`^${tab}`), selected: true }).waitFor(SOON);
    await settled(page);
  }

  async function settled(page: Page): Promise<void> {
    await page.waitForFunction(
      () => document.querySelector('[aria-busy="true"], .mantine-Skeleton-root, .mantine-Loader-root') === null,
      undefined,
      SOON,
    );
  }

  /** Rule, element and what to do, one line each. */
  async function grave(page: Page): Promise<readonly string[]> {
    const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
    return violations
      .filter(({ impact }) => GRAVE.includes(impact ?? ''))
      .flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary, html }) => `${id}: ${target.join(' ')} ${html.slice(0, 160)} – ${failureSummary ?? ''}`,
        ),
      );
  }

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    let page: Page;
    beforeAll(async () => {
      page = await open(demo.url, { colorScheme });
      await page.getByRole('link', { name: 'Ada Example' }).waitFor({ timeout: 60_000 });
    }, 90_000);
    afterAll(() => page?.context().close());

    it.each(SCREENS)('$name has no serious or critical violation', { timeout: 120_000 }, async (screen) => {
      await show(page, screen);
      expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(colorScheme);
      expect(await grave(page)).toEqual([]);
    });

    it.each(DIALOGS)(
      'the dialog “$name” has no serious or critical violation',
      { timeout: 120_000 },
      async ({ screen, button }) => {
        await show(page, screenNamed(screen));
        await page.getByRole('button', { name: button }).first().click();
        await page.getByRole('dialog').waitFor(SOON);
        await settled(page);
        const found = await grave(page);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden', ...SOON });
        expect(found).toEqual([]);
      },
    );

    it('a notice of what was done has no serious or critical violation', { timeout: 120_000 }, async () => {
      await show(page, screenNamed('Settings, Clinic'));
      await page.getByLabel('Clinic', { exact: true }).and(page.locator('input')).fill(`Clinic in ${colorScheme}`);
      await page.getByRole('main').getByRole('button', { name: /^Save/ }).click();
      await page.getByText('Settings are saved.').waitFor(SOON);
      expect(await grave(page)).toEqual([]);
    });

    it('Sign in has no serious or critical violation', { timeout: 120_000 }, async () => {
      const signIn = await open(new URL(demo.url).origin, { colorScheme });
      await signIn.getByRole('button', { name: 'Sign in' }).waitFor(SOON);
      expect(await grave(signIn)).toEqual([]);
      await signIn.context().close();
    });

    it('First set-up has no serious or critical violation', { timeout: 120_000 }, async () => {
      const setUp = await open(fresh.url, { colorScheme });
      await setUp.getByLabel('Clinic').first().waitFor(SOON);
      expect(await grave(setUp)).toEqual([]);
      await setUp.context().close();
    });
  });

  describe('by keyboard alone', () => {
    let page: Page;
    beforeAll(async () => {
      page = await open(demo.url);
      await page.getByRole('link', { name: 'Ada Example' }).waitFor({ timeout: 60_000 });
    }, 90_000);
    afterAll(() => page?.context().close());

    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const element = document.activeElement;
        return element === null ? '' : (element.getAttribute('aria-label') ?? element.textContent ?? '').trim();
      });

    it('the first stop is the link past the navigation, and it is seen', async () => {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the main part');
      const seen = async () => (await page.getByText('Skip to the main part').boundingBox())?.y ?? -1;
      await expect.poll(seen, SOON).toBeGreaterThanOrEqual(0);
    });

    it('then every place of the navigation, each with a focus ring', async () => {
      for (const place of ['Ward', 'Devices', 'Alarms', 'Settings']) {
        await page.keyboard.press('Tab');
        expect(await focused()).toMatch(new RegExp(`^${place}`));
        const ring = await page.evaluate(() => {
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
          return outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
        });
        expect(ring).toBeGreaterThanOrEqual(2);
      }
    });

    it('the link past the navigation leads into the main part, where Tab finds a patient and Enter opens them', async () => {
      await page.reload();
      await page.getByRole('link', { name: 'Ada Example' }).waitFor(SOON);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
      const isTile = (): Promise<boolean> =>
        page.evaluate(() => document.activeElement?.getAttribute('href')?.startsWith('#/patients/') ?? false);
      for (let presses = 0; presses < 12 && !(await isTile()); presses++) await page.keyboard.press('Tab');
      expect(await isTile()).toBe(true);
      const name = await focused();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name, exact: true }).waitFor(SOON);
    }, 90_000);

    it('a dialog takes the focus, keeps it, and gives it back', async () => {
      await show(page, screenNamed('Ward'));
      const button = page.getByRole('button', { name: 'Add patient' }).first();
      await button.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Add patient' });
      await dialog.waitFor(SOON);
      const inside = (): Promise<boolean> =>
        page.evaluate(
          () => document.activeElement?.closest('[role="dialog"]') !== null && document.activeElement !== document.body,
        );
      await expect.poll(inside, SOON).toBe(true);
      for (let presses = 0; presses < 20; presses++) {
        await page.keyboard.press('Tab');
        expect(await inside()).toBe(true);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden', ...SOON });
      await expect.poll(() => button.evaluate((element) => element === document.activeElement), SOON).toBe(true);
    }, 90_000);
  });

  describe('at 200 % zoom (640 × 720)', () => {
    let page: Page;
    beforeAll(async () => {
      page = await open(demo.url, { viewport: { width: 640, height: 720 } });
      await page.getByRole('link', { name: 'Ada Example' }).waitFor({ timeout: 60_000 });
    }, 90_000);
    afterAll(() => page?.context().close());

    it.each(SCREENS)('$name is not wider than the window', { timeout: 120_000 }, async (screen) => {
      await show(page, screen);
      expect(await page.evaluate(widthProblems)).toEqual([]);
    });
  });
});

/** Empty where the document needs no sideways scroll; else its width and what sticks out, in the page's own words. */
function widthProblems(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const sticking = [...document.querySelectorAll('main *, nav *, header *')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
    .slice(0, 5)
    .map(
      (element) =>
        `${element.tagName.toLowerCase()}.${String(element.getAttribute('class'))} → ${element.getBoundingClientRect().right}`,
    );
  return [`${scrollWidth} of ${clientWidth} pixels`, ...sticking];
}

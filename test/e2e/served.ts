// A console of its own with one signed-in nurse and one patient, served to a browser; and pictures of what it shows, where they are wanted.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openConsole } from '../../src-main/console.ts';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import { type RunningHost, serveConsole } from '../../src-main/hosts/headless/main.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { caller, PASSWORD } from '../console/driven-console.ts';
import { launchChromium } from './browser.ts';

export interface Served extends RunningHost {
  readonly dataDir: string;
  /** As the nurse who is signed in. */
  send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>>;
}

/** @param modelsDir the console's own models where left out */
export async function served(modelsDir?: string, patientName = 'Ada Example'): Promise<Served> {
  const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-served-'));
  const port = await openConsole({
    dataDir,
    host: 'headless',
    links: true,
    radio: { kind: 'virtual', bindings: new VirtualRadio() },
    checkResults: true,
    ...(modelsDir !== undefined && { modelsDir }),
  });
  const who = caller('desktop');
  const names = { userName: 'nina', displayName: 'Nina Nurse', clinicName: 'Test clinic', timeZone: 'Europe/Berlin' };
  const { token } = (await port.handle('setup.firstUser', { ...names, password: PASSWORD }, who)) as { readonly token: string };
  await port.handle('patient.add', { mrn: '1001', name: patientName, birthDate: '1960-05-01', sex: 'female' }, who);
  const host = await serveConsole(port, { host: '127.0.0.1', port: 0, fragment: `#session=${token}` });
  return {
    ...host,
    dataDir,
    send: <N extends CommandName>(command: N, params: CommandInput<N>) =>
      port.handle(command, params, who) as Promise<CommandResult<N>>,
  };
}

const SOON = { timeout: 20_000 };

/** A served console and its ward in real Chromium, both there while the tests of a describe run. */
export interface ServedPage {
  readonly host: Served;
  readonly page: Page;
  /** The ward of any such console, on a page and with a session of its own. */
  open(url: string): Promise<Page>;
}

/** Call within a describe that is skipped where there is no Chromium; what it returns is filled before the first test. */
export function servedPage(viewport: { readonly width: number; readonly height: number }): ServedPage {
  let host: Served | undefined;
  let browser: Browser | undefined;
  let page: Page | undefined;

  async function open(url: string): Promise<Page> {
    const context = await given(browser).newContext({ viewport, reducedMotion: 'reduce' });
    const opened = await context.newPage();
    opened.setDefaultTimeout(SOON.timeout);
    await opened.goto(url);
    await opened.getByRole('link', { name: 'Ada Example' }).waitFor(SOON);
    return opened;
  }

  beforeAll(async () => {
    host = await served();
    browser = await launchChromium();
    page = await open(host.url);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await host?.close();
    if (host !== undefined) rmSync(host.dataDir, { recursive: true, force: true });
  }, 60_000);

  return {
    get host() {
      return given(host);
    },
    get page() {
      return given(page);
    },
    open,
  };
}

function given<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('Only a test has a console and a page: they are opened before the first one.');
  return part;
}

const SIZES = [
  { width: 1280, height: 720 },
  { width: 640, height: 720 },
] as const;

/** Four pictures of the whole page (wide and narrow, light and dark) into the folder HEALTHSENSE_SCREENSHOTS; none where it is not set. */
export async function pictured(page: Page, name: string): Promise<void> {
  const folder = process.env.HEALTHSENSE_SCREENSHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const before = page.viewportSize();
  for (const size of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      // What charts and heat maps draw again after a change of size.
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (before !== null) await page.setViewportSize(before);
}

// The main job on the desktop host. Anywhere with a Chromium: the host's own code on a stand-in for Electron whose window is a real
// Chromium page (electron-over-chromium.ts says what that cannot prove). Where there is a display and a real Electron binary
// (HEALTHSENSE_ELECTRON names one, or the electron package has fetched its own): the same steps in the real application.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chooseElectron, hasDisplay } from '../../src-main/hosts/electron-binary.ts';
import { compileDesktop } from '../../src-main/hosts/renderer-build.ts';
import { appRoot } from '../../src-main/installation.ts';
import { findChromium, launchChromium } from './browser.ts';
import { app, BrowserWindow, errorBoxes, openWindowsIn, refusedRequests } from './electron-over-chromium.ts';
import { type CatchFile, expectMoving } from './main-job.ts';
import { mainJobSuite, type OpenedHost } from './main-job-suite.ts';

vi.mock('electron', () => import('./electron-over-chromium.ts'));

/** Runs the desktop host's main file in this process. @returns its window once it shows */
async function startDesktop(): Promise<BrowserWindow> {
  process.argv = ['electron', appRoot(), '--demo'];
  await import('../../src-main/hosts/desktop/main.ts');
  return vi.waitFor(
    () => {
      expect(errorBoxes).toEqual([]);
      expect(app.exits).toEqual([]);
      const window = BrowserWindow.opened[0];
      if (!(window instanceof BrowserWindow) || !window.visible) throw new Error('The window does not show yet.');
      return window;
    },
    { timeout: 120_000, interval: 100 },
  );
}

describe.skipIf(findChromium() === null)('desktop host on a stand-in for Electron over Chromium (needs Chromium)', () => {
  const argv = process.argv;
  let page: Page;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const browser = await launchChromium();
    openWindowsIn(browser);
    const window = await startDesktop();
    if (window.webContents.page === null) throw new Error('The window shows no page.');
    page = window.webContents.page;
    close = async () => {
      app.quit();
      await vi.waitFor(() => expect(app.exits).toEqual([0]), { timeout: 30_000 });
      await window.destroy();
      await browser.close();
    };
  }, 180_000);

  afterAll(async () => {
    process.argv = argv;
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
    await close?.();
  }, 60_000);

  mainJobSuite('main job', async (): Promise<OpenedHost> => ({ page, close: async () => undefined }));

  it('the page has the two functions of the preload script and nothing else of the machine', async () => {
    const seen = await page.evaluate(() => ({
      functions: Object.keys(Reflect.get(window, 'healthsense') as object),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
    }));
    expect(seen).toEqual({ functions: ['send', 'listen'], node: [] });
  });

  it('the page asks for nothing but its own files and goes nowhere else', async () => {
    expect(refusedRequests).toEqual([]);
    const before = page.url();
    await page.evaluate(() => window.location.assign('https://example.org/'));
    await vi.waitFor(() => expect(refusedRequests).toEqual(['https://example.org/']), { timeout: 15_000 });
    expect(page.url()).toBe(before);
  });

  it('loaded anew, the page resumes its session and hears events again', async () => {
    await page.reload();
    await page.getByRole('navigation').getByRole('link', { name: /^Ward/ }).click({ timeout: 30_000 });
    await expectMoving(page);
  }, 150_000);
});

/** The Electron that can be run here, or in words why there is none. */
function realElectron(): { readonly path: string } | { readonly reason: string } {
  const named = process.env.HEALTHSENSE_ELECTRON;
  if (!hasDisplay({ platform: process.platform, env: process.env })) return { reason: 'no display' };
  if (named) return { path: named };
  const choice = chooseElectron();
  return choice.kind === 'binary' ? { path: choice.path } : { reason: 'no Electron binary' };
}

const real = realElectron();
const why = 'reason' in real ? `: ${real.reason} here` : '';

describe.skipIf('reason' in real)(`desktop host in real Electron (needs its binary and a display${why})`, () => {
  mainJobSuite('main job', async () => {
    await compileDesktop();
    const downloads = mkdtempSync(join(tmpdir(), 'healthsense-e2e-downloads-'));
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const application = await electron.launch({
      executablePath: 'path' in real ? real.path : '',
      args: [...asRoot, appRoot(), '--demo'],
      timeout: 120_000,
    });
    const page = await application.firstWindow({ timeout: 120_000 });
    return {
      page,
      catchFile: savedBy(application, downloads),
      close: async () => {
        await application.close();
        rmSync(downloads, { recursive: true, force: true });
      },
    };
  });
});

/** Electron asks a person where to save; here the file goes into `folder`. */
function savedBy(application: ElectronApplication, folder: string): CatchFile {
  return async (_page, press) => {
    const saving = application.evaluate(
      ({ session }, into) =>
        new Promise<{ readonly fileName: string; readonly path: string }>((resolve, reject) => {
          session.defaultSession.once('will-download', (_event, item) => {
            const fileName = item.getFilename();
            const path = `${into}/${fileName}`;
            item.setSavePath(path);
            item.once('done', (_done, state) => (state === 'completed' ? resolve({ fileName, path }) : reject(new Error(state))));
          });
        }),
      folder,
    );
    await press();
    const { fileName, path } = await saving;
    return { fileName, bytes: readFileSync(path) };
  };
}

// The whole way in real Chromium: demo console, simulated wearables, real Bluetooth code, database, models, screens, PDF.
import { describe } from 'vitest';
import { runDemo } from '../../src-main/hosts/demo.ts';
import { findChromium, launchChromium } from './browser.ts';
import { DEMO } from './demo-options.ts';
import { mainJobSuite } from './main-job-suite.ts';

describe.skipIf(findChromium() === null)('headless host (needs Chromium)', () => {
  mainJobSuite('main job', async () => {
    const host = await runDemo(DEMO);
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(host.url);
    return {
      page,
      close: async () => {
        await browser.close();
        await host.close();
      },
    };
  });
});

// In a narrow window (640 wide, or 1280 at 200 % zoom) a red alarm leaves the screen to the patient: its rest is a key away.
import { describe, expect, it } from 'vitest';
import { findChromium } from './browser.ts';
import { servedPage } from './served.ts';

const SOON = { timeout: 20_000 };
const MINUTE_MS = 60_000;

describe.skipIf(findChromium() === null)('the bars of a narrow window (needs Chromium)', () => {
  const here = servedPage({ width: 640, height: 720 });

  it('take a quarter of it at most, and the keyboard opens what the red one holds back', { timeout: 60_000 }, async () => {
    const { host, page } = here;
    const nowMs = Date.now();
    const { token } = await host.send('device.add', { deviceId: 'NET-1' });
    await host.send('device.bind', { deviceId: 'NET-1', patientId: 1, fromMs: nowMs - MINUTE_MS });
    await fetch(new URL('/api/healthdata', host.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ device_id: 'NET-1', timestamp: new Date(nowMs).toISOString(), spo2: 84 }),
    });
    const banner = page.getByRole('region', { name: 'High priority alarms' });
    await banner.getByText('High: SpO₂ very low, Ada Example').waitFor(SOON);
    const bottomPx = await banner.evaluate((element) => element.getBoundingClientRect().bottom);
    expect(bottomPx).toBeLessThanOrEqual(720 / 4);
    expect(await banner.getByRole('link', { name: 'Open patient' }).isVisible()).toBe(false);
    await banner.getByRole('button', { name: 'More about the high priority alarms' }).press('Enter');
    await banner.getByRole('link', { name: 'Open patient' }).waitFor(SOON);
    await banner.getByText(/84% is below 92% at .* · now 84%, \d+ s ago, unchanged/).waitFor(SOON);
    await banner.getByRole('button', { name: 'Less about the high priority alarms', expanded: true }).press('Enter');
    await banner.getByRole('link', { name: 'Open patient' }).waitFor({ ...SOON, state: 'hidden' });
  });
});

// A device that was given to somebody too early is taken off as of then, in real Chromium: what moves is said first, and moves.
import { describe, expect, it } from 'vitest';
import { dateTimeText, wallInputText } from '../../src-renderer/charts/clinic-time.ts';
import { findChromium } from './browser.ts';
import { servedPage } from './served.ts';

const SOON = { timeout: 20_000 };
const MINUTE_MS = 60_000;
const ZONE = 'Europe/Berlin';

describe.skipIf(findChromium() === null)('taking a device off since an earlier time (needs Chromium)', () => {
  const here = servedPage({ width: 1280, height: 720 });

  it('moves what it has measured since then to the unclaimed readings, and in doubt what it sent since then of before', {
    timeout: 60_000,
  }, async () => {
    const { host, page } = here;
    const nowMs = Date.now();
    const { token } = await host.send('device.add', { deviceId: 'NET-1' });
    await host.send('device.bind', { deviceId: 'NET-1', patientId: 1, fromMs: nowMs - 120 * MINUTE_MS });
    const readings = [90, 30].map((minutes) => ({
      device_id: 'NET-1',
      timestamp: new Date(nowMs - minutes * MINUTE_MS).toISOString(),
      heart_rate: minutes,
    }));
    const answer = await fetch(new URL('/api/healthdata', host.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(readings),
    });
    expect(answer.status).toBe(201);

    await page.evaluate(() => window.location.assign('#/devices'));
    await page.getByRole('article', { name: 'NET-1' }).getByRole('button', { name: 'Take off' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take NET-1 off Ada Example?' });
    await dialog.getByText('What was measured until now stays with Ada Example.').waitFor(SOON);
    await dialog.getByText('Since an earlier time').click();
    const since = dialog.getByLabel('Since', { exact: true });
    await since.fill(wallInputText(nowMs - 180 * MINUTE_MS, ZONE));
    await dialog.getByText(/^Not before .*, when it was given to them$/).waitFor(SOON);
    expect(await dialog.getByRole('button', { name: 'Take off' }).isDisabled()).toBe(true);
    const sinceMs = nowMs - 60 * MINUTE_MS;
    await since.fill(wallInputText(sinceMs, ZONE));
    await dialog.getByText(`since ${dateTimeText(sinceMs, ZONE)}`).waitFor(SOON);
    await dialog.getByText('dated to before').waitFor(SOON);
    await dialog.getByRole('button', { name: 'Take off' }).click();
    await dialog.waitFor({ ...SOON, state: 'detached' });

    const tray = page.getByRole('list', { name: 'Unclaimed readings of NET-1' });
    await tray.getByText('1 reading: Heart rate 30 /min').waitFor(SOON);
    const inDoubt = tray.getByRole('listitem').filter({ hasText: 'In doubt' });
    await inDoubt.getByText('1 reading: Heart rate 90 /min').waitFor(SOON);
    const [left] = await host.send('reading.history', { patientId: 1, kinds: ['heartRate'], fromMs: 0, toMs: nowMs });
    expect(left?.mean.filter((value) => value !== null)).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), SOON).toBe('Give to patient');
  });
});

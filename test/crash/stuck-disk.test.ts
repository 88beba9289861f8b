// A disk that hangs for some seconds: nothing is acknowledged that is not on it, the screens are told how many readings wait and for how
// long, alarms do not wait, and all of it ends by itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ClosableClient } from '../../src-renderer/client/websocket-client.ts';
import { interposer } from '../interposer.ts';
import { addWorn, screenAt, setUp } from './screen.ts';
import { type Serving, serve } from './serve-process.ts';

const DEVICES = 3;
const SOON = { timeout: 20_000, interval: 100 };

const folder = mkdtempSync(join(tmpdir(), 'healthsense-stuck-'));
const stuckWhile = join(folder, 'stuck');
const disk = interposer(new URL('./stuck-disk.c', import.meta.url), folder);

describe.skipIf(typeof disk === 'string')(`a disk that hangs${typeof disk === 'string' ? ` (skipped: ${disk})` : ''}`, () => {
  let serving: Serving | undefined;
  let screen: ClosableClient | undefined;

  afterAll(async () => {
    rmSync(stuckWhile, { force: true });
    screen?.close();
    await serving?.kill().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is told and ends; devices are answered when their readings are on it', { timeout: 90_000 }, async () => {
    if (typeof disk === 'string') return;
    serving = serve(join(folder, 'data'), { env: { LD_PRELOAD: disk.library, STUCK_DISK_WHILE: stuckWhile } });
    const url = await serving.ready;
    const nurse = screenAt(url);
    screen = nurse;
    await setUp(nurse);
    const tokens: string[] = [];
    for (let mrn = 1; mrn <= DEVICES; mrn++) tokens.push(await addWorn(nurse, `STUCK-${mrn}`, `${mrn}`));
    const statuses: number[] = [];
    const post = async (index: number, spo2: number): Promise<void> => {
      const { status } = await fetch(`${url}api/healthdata`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens[index]}`, 'content-type': 'application/json' },
        body: JSON.stringify({ device_id: `STUCK-${index + 1}`, timestamp: new Date().toISOString(), spo2 }),
      });
      statuses.push(status);
    };
    const openRules = async (): Promise<readonly string[]> =>
      (await nurse.send('alarm.list', { which: 'open' })).filter(({ endedAtMs }) => endedAtMs === null).map(({ rule }) => rule);
    const problems = async (): Promise<string> => (await nurse.send('console.status', {})).problems.join('\n');
    await Promise.all(tokens.map((_, index) => post(index, 97)));
    expect(statuses.splice(0)).toEqual([201, 201, 201]);

    writeFileSync(stuckWhile, '');
    const posts = tokens.map((_, index) => post(index, index === 0 ? 85 : 97));
    await expect.poll(openRules, SOON).toContain('spo2-very-low');
    await expect.poll(openRules, SOON).toContain('engine-behind');
    expect(await problems()).toMatch(
      /Storing has fallen behind: \d+ readings? waits? to be stored, the oldest for \d+ s: the disk is slow/,
    );
    // What is stored can be read all the while.
    expect(await nurse.send('ward.live', {})).toHaveLength(DEVICES);
    expect(statuses).toEqual([]);

    rmSync(stuckWhile);
    await Promise.all(posts);
    expect(statuses).toEqual([201, 201, 201]);
    await expect.poll(openRules, SOON).not.toContain('engine-behind');
    expect(await problems()).not.toContain('Storing has fallen behind');
    expect(await serving.end()).toBe(0);
    serving = undefined;
  });
});

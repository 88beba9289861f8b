// A console that could not be opened is closed whole: none goes on taking readings and raising alarms that nobody hears.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConsole } from '../../src-main/console.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { caller, PASSWORD } from './driven-console.ts';

/** Threads and timers that the console has started and not ended. */
const running = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;

test('where one of its ways in cannot be opened, everything else is closed again', { timeout: 60_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-opening-'));
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const before = running();
  const opening = openConsole({
    dataDir,
    host: 'headless',
    links: true,
    radio: { kind: 'virtual', bindings: new VirtualRadio() },
    mqtt: { embedded: { host: '127.0.0.1', port } },
  });
  await expect(opening).rejects.toThrow('EADDRINUSE');
  expect(running()).toBe(before);
  holder.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('two who set up the first user at the same moment: one is it, the other is told', { timeout: 60_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-first-'));
  const opened = await openConsole({ dataDir, host: 'headless', links: false });
  onTestFinished(async () => {
    await opened.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const claim = (userName: string) => {
    const ask = { userName, displayName: userName, password: PASSWORD, clinicName: '', timeZone: 'UTC' };
    return opened.handle('setup.firstUser', ask, caller('127.0.0.1'));
  };
  const both = await Promise.allSettled([claim('alba'), claim('mallory')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { detail: { code: 'conflict' } } });
});

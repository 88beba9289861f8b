// Devices that lie, on the real console: what is wrong with each is refused, counted, named on its row, and costs the honest one nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { encodeCgm, encodeCgmFeatures, encodeCgmSessionStart } from '../../../firmware/raspberry-pi/encoders.ts';
import { createSimulatedWearable, type SimulatedWearable } from '../../../firmware/raspberry-pi/index.ts';
import { openConsole } from '../../../src-main/console.ts';
import type { Caller, ConsolePort } from '../../../src-main/console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../../../src-main/contract/commands.ts';
import type { Device } from '../../../src-main/contract/models.ts';
import { VirtualRadio } from '../../../src-main/links/bluetooth/virtual-radio.ts';
import { GattPeripheral } from './gatt-peripheral.ts';
import { hex } from './hex.ts';

const NAME = `\u202e<img src=x onerror=alert(1)>\u0000\u0007Evil\n\r${'y'.repeat(300)}`;
const CLEAN_NAME = /^<img src=x onerror=alert\(1\)> Evil y+…$/;
const FLOOD_PER_SECOND = 1_000;
const SOON = { timeout: 20_000, interval: 50 };
const ADA = { mrn: '1', name: 'Ada Example', birthDate: '1960-05-01', sex: 'female', location: 'A1' } as const;

const nurse: Caller = { user: null, sessionHash: null, origin: 'desktop' };
const radio = new VirtualRadio({ advertiseEveryMs: 50, connectMs: 5 });
const wearables: SimulatedWearable[] = [];
let folder = '';
let port: ConsolePort;
let patientId = 0;
let longestPauseMs = 0;
let pulse: NodeJS.Timeout;

async function send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>> {
  return (await port.handle(command, params, nurse)) as CommandResult<N>;
}

async function device(deviceId: string): Promise<Device | undefined> {
  return (await send('device.list', {})).find((each) => each.deviceId === deviceId);
}

async function found(address: string) {
  return (await send('bluetooth.found', {})).find((each) => each.address === address.toUpperCase());
}

async function pair(address: string): Promise<Device> {
  await vi.waitFor(async () => expect(await found(address)).toBeDefined(), SOON);
  return send('bluetooth.pair', { address: address.toUpperCase() });
}

function wear(serial: string, address: string, token: string): void {
  const wearable = createSimulatedWearable({ serial, name: serial, address, token, dropOutsPerHour: 0, tickMs: 250 });
  wearables.push(wearable);
  radio.add(wearable.peripheral);
  wearable.start();
}

/** The honest wearable goes on: its patient's values are never older than this. */
async function ageOfHonestMs(): Promise<number> {
  const values = (await send('patient.live', { patientId })).values;
  return Date.now() - Math.max(0, ...values.map(({ receivedAtMs }) => receivedAtMs));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'healthsense-liars-'));
  port = await openConsole({
    dataDir: folder,
    host: 'headless',
    links: true,
    radio: { kind: 'virtual', bindings: radio },
    checkResults: true,
  });
  await send('setup.firstUser', {
    userName: 'n',
    displayName: 'Nora Nurse',
    password: 'tulips and rain',
    clinicName: '',
    timeZone: 'UTC',
  });
  await send('bluetooth.scan', { on: true });
  const { token } = await send('device.add', { deviceId: 'HONEST-1' });
  wear('HONEST-1', '02:00:00:00:00:01', token);
  await pair('02:00:00:00:00:01');
  patientId = (await send('patient.add', ADA)).patientId;
  await send('device.bind', { deviceId: 'HONEST-1', patientId });
  await vi.waitFor(async () => expect(await ageOfHonestMs()).toBeLessThan(2_000), SOON);
  let lastMs = performance.now();
  pulse = setInterval(() => {
    longestPauseMs = Math.max(longestPauseMs, performance.now() - lastMs);
    lastMs = performance.now();
  }, 20);
}, 60_000);

afterAll(async () => {
  clearInterval(pulse);
  for (const wearable of wearables) wearable.stop();
  await port.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

it('a wrong token: nothing is taken, said on the list and on the row, counted, written down', async () => {
  await send('device.add', { deviceId: 'LIAR-1' });
  wear('LIAR-1', '02:00:00:00:00:02', 'not the token that was given');
  await expect(pair('02:00:00:00:00:02')).rejects.toThrow(/does not know that device's token/);
  expect((await found('02:00:00:00:00:02'))?.refusal).toMatch(/does not know/);
  expect(await device('LIAR-1')).toMatchObject({
    accepted: 0,
    rejected: 1,
    trust: 'token',
    rejections: [{ reason: expect.stringMatching(/^02:00:00:00:00:02: It calls itself LIAR-1/), count: 1 }],
  });
  const refusals = async () => (await send('audit.list', { limit: 50 })).filter(({ action }) => action === 'device.refused');
  await expect.poll(refusals, SOON).toMatchObject([{ subject: 'device LIAR-1' }]);
});

it('a wrong checksum, a cut frame and a cuff that keeps to no standard: each is refused for what it is', async () => {
  const good = encodeCgm({ glucoseMgDl: 120, timeOffsetMinutes: 1, trendMgDlPerMin: 0, qualityPercent: 99 });
  const wrong = Uint8Array.from(good);
  wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 0xff;
  const address = '02:00:00:00:00:03';
  const liar: GattPeripheral = new GattPeripheral({ address, name: NAME, serial: 'LIAR-2', advertised: ['181f'] }, [
    {
      service: '181f',
      uuid: '2aa7',
      properties: ['notify'],
      subscribed: () => {
        for (let count = 0; count < 5; count += 1) liar.notify('181f', '2aa7', wrong);
        for (let count = 0; count < 3; count += 1) liar.notify('181f', '2aa7', good.subarray(0, 4));
      },
    },
    { service: '181f', uuid: '2aa8', properties: ['read'], value: encodeCgmFeatures },
    { service: '181f', uuid: '2aaa', properties: ['read'], value: () => encodeCgmSessionStart(Date.now() - 60_000) },
    {
      service: '1810',
      uuid: '2a35',
      properties: ['indicate'],
      subscribed: () => {
        for (const frame of [
          '56 6A 00 47 00 00 00 EA 07 08 0B 12 1F 00 00 3F 00 00 00',
          'FE 20 27 00 75 00 55 00 5F 00 E4 07 09 18 10 09 3A 69 00 01',
        ])
          liar.notify('1810', '2a35', hex(frame));
      },
    },
  ]);
  radio.add(liar);
  const paired = await pair(address);
  expect(paired.name).toMatch(CLEAN_NAME);
  await expect.poll(async () => (await device('LIAR-2'))?.rejected, SOON).toBe(10);
  const row = await device('LIAR-2');
  const reasons = row?.rejections.map(({ reason }) => reason).join('\n');
  expect(reasons).toMatch(/Glucose sensor: the checksum is wrong/);
  expect(reasons).toMatch(/Glucose sensor: a record says \d+ bytes, 4 are there/);
  expect(reasons).toMatch(/Blood pressure: /);
  expect(row?.accepted).toBe(0);
  expect(row?.rejections.reduce((sum, { count }) => sum + count, 0)).toBe(row?.rejected);
});

it('a flood of a thousand notifications a second is cut off, and the honest wearable is read on', {
  timeout: 30_000,
}, async () => {
  const address = '02:00:00:00:00:04';
  let timer: NodeJS.Timeout | null = null;
  let sent = 0;
  const liar: GattPeripheral = new GattPeripheral({ address, name: 'Flood', serial: 'LIAR-3' }, [
    {
      service: '180d',
      uuid: '2a37',
      properties: ['notify'],
      subscribed: () => {
        timer ??= setInterval(() => {
          for (let count = 0; count < FLOOD_PER_SECOND / 50; count += 1) {
            liar.notify('180d', '2a37', Uint8Array.of(0, 60 + (sent++ % 40)));
          }
        }, 20);
      },
    },
  ]);
  radio.add(liar);
  longestPauseMs = 0;
  await pair(address);
  const startedMs = Date.now();
  await expect.poll(async () => (await device('LIAR-3'))?.state, SOON).toBe('stopped');
  const row = await device('LIAR-3');
  if (timer !== null) clearInterval(timer);
  expect(row?.detail).toMatch(/far more than a wearable can/);
  expect(row?.rejections[0]).toMatchObject({
    reason: expect.stringMatching(/more than 50 frames a second/),
    count: expect.any(Number),
  });
  expect(row?.rejected).toBeGreaterThanOrEqual(900);
  expect(await ageOfHonestMs()).toBeLessThan(3_000);
  const honest = await device('HONEST-1');
  expect(honest).toMatchObject({ state: 'connected', trust: 'proved', rejected: 0, lost: 0 });
  console.log(
    `flood: ${sent} sent in ${((Date.now() - startedMs) / 1000).toFixed(1)} s, ${row?.accepted} taken, ${row?.rejected} refused; longest pause of the main thread ${longestPauseMs.toFixed(0)} ms`,
  );
  await expect.poll(async () => (await device('LIAR-3'))?.state, { timeout: 10_000 }).toBe('stopped');
});

// A wearable's ECG on the real console: told to the screen that watches its wearer, to nobody else, and not at all where nobody watches.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { createSimulatedWearable, type SimulatedWearable } from '../../firmware/raspberry-pi/index.ts';
import { openConsole } from '../../src-main/console.ts';
import type { ConsolePort } from '../../src-main/console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import { EVENTS } from '../../src-main/contract/events.ts';
import type { EcgFrame } from '../../src-main/contract/models.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { caller, PASSWORD } from './driven-console.ts';

const ADA = { mrn: '1', name: 'Ada Example', birthDate: '1960-05-01', sex: 'female', location: 'A1' } as const;
const ADDRESS = '02:00:00:00:0e:01';

const nurse = caller('desktop');
let folder = '';
let port: ConsolePort | null = null;
let wearable: SimulatedWearable | null = null;

async function send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>> {
  return (await port?.handle(command, params, nurse)) as CommandResult<N>;
}

afterEach(async () => {
  wearable?.stop();
  await port?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('frames come while they are watched, without a gap, and end with the watching', { timeout: 60_000 }, async () => {
  folder = mkdtempSync(join(tmpdir(), 'healthsense-ecg-'));
  const radio = new VirtualRadio({ advertiseEveryMs: 50, connectMs: 5 });
  const opened = await openConsole({
    dataDir: folder,
    host: 'headless',
    links: true,
    radio: { kind: 'virtual', bindings: radio },
    checkResults: true,
  });
  port = opened;
  const heard: EcgFrame[] = [];
  opened.subscribe((event) => {
    if (event.name === 'ecg.frame' && opened.mayHear(nurse, event)) heard.push(EVENTS['ecg.frame'].parse(event.payload));
  });
  const user = { userName: 'n', displayName: 'Nora', password: PASSWORD, clinicName: '', timeZone: 'UTC' };
  await send('setup.firstUser', user);
  const { token } = await send('device.add', { deviceId: 'HEALTH01' });
  wearable = createSimulatedWearable({ serial: 'HEALTH01', name: 'Band', address: ADDRESS, token, dropOutsPerHour: 0 });
  radio.add(wearable.peripheral);
  wearable.start();
  await send('bluetooth.scan', { on: true });
  await vi.waitFor(async () => expect(await send('bluetooth.found', {})).toHaveLength(1), { timeout: 10_000, interval: 50 });
  await send('bluetooth.pair', { address: ADDRESS.toUpperCase() });
  const { patientId } = await send('patient.add', ADA);
  await send('device.bind', { deviceId: 'HEALTH01', patientId });
  expect(await send('device.list', {})).toMatchObject([
    { deviceId: 'HEALTH01', trust: 'proved', clock: 'right', ecg: { lead: 'II', sampleRateHz: 250 }, transport: 'bluetooth' },
  ]);
  await sleep(600);
  expect(heard).toEqual([]);
  await send('ecg.watch', { patientId });
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(8), { timeout: 10_000, interval: 50 });
  for (const [index, frame] of heard.slice(1).entries()) {
    const before = heard[index];
    expect(frame).toMatchObject({ patientId, deviceId: 'HEALTH01', missingBefore: 0 });
    expect(frame.sampleIndex).toBe((before?.sampleIndex ?? 0) + (before?.samples.length ?? 0));
  }
  await send('ecg.unwatch', { patientId });
  const count = heard.length;
  await sleep(600);
  expect(heard).toHaveLength(count);
});

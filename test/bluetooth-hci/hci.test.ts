// Radio to radio without hardware: the wearable's program on one emulated controller, the whole console with its noble on another.
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsole } from '../../src-main/console.ts';
import type { Caller, ConsolePort } from '../../src-main/console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import type { EventPayload } from '../../src-main/contract/events.ts';
import { EmulatedAir, missingTools, until } from './emulated-air.ts';
import type { HciRelay } from './hci-relay.ts';
import { WearableProcess } from './wearable-process.ts';

const missing = missingTools();
const DEVICE = 'HSHCI01';
const NAME = 'HealthSense HCI';
const ECG_MS = 60_000;
const CUT_MS = 30_000;
/** A screen that watches asks again before its minute is over. */
const ASK_AGAIN_MS = 20_000;

const afterMs = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

describe.skipIf(missing.length > 0)(`over emulated controllers (missing: ${missing.join(', ') || 'nothing'})`, () => {
  const air = new EmulatedAir();
  const nurse: Caller = { user: null, sessionHash: null, origin: 'demo' };
  const frames: EventPayload<'ecg.frame'>[] = [];
  let port: ConsolePort;
  let relay: HciRelay;
  let wornRelay: HciRelay;
  let wearable: WearableProcess;
  let patientId = 0;

  const send = async <N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>> =>
    (await port.handle(command, params, nurse)) as CommandResult<N>;

  const device = async () => (await send('device.list', {})).find(({ deviceId }) => deviceId === DEVICE);

  beforeAll(async () => {
    await air.open();
    const worn = await air.controller('wearable');
    const desk = await air.controller('console');
    relay = desk.relay;
    wornRelay = worn.relay;
    port = await openConsole({
      dataDir: `${air.folder}/console`,
      host: 'headless',
      links: true,
      radio: { kind: 'uart', port: desk.port, baud: 1_000_000 },
    });
    await send('setup.firstUser', {
      userName: 'nurse',
      displayName: 'Nina Nurse',
      password: 'tulips and rain',
      clinicName: 'HCI',
      timeZone: 'UTC',
    });
    ({ patientId } = await send('patient.add', { mrn: '1', name: 'Ada Example', birthDate: '1960-05-01', sex: 'female' }));
    const { token } = await send('device.add', { deviceId: DEVICE });
    wearable = new WearableProcess(air.folder, { deviceId: DEVICE, name: NAME, token, port: worn.port });
    await until('advertising', async () => wearable.isAdvertising);
    port.subscribe((event) => {
      if (event.name === 'ecg.frame') frames.push(event.payload as EventPayload<'ecg.frame'>);
    });
    // It may have to wait for its turn.
  }, 300_000);

  afterAll(async () => {
    await port?.close();
    await wearable?.stop();
    await air.close();
  });

  /** Sequences the console has stored of the wearable, in the order they were taken. */
  function storedSequences(): readonly number[] {
    const db = new Database(`${air.folder}/console/healthsense.db`, { readonly: true });
    try {
      const sql = 'SELECT sequence FROM reading JOIN source USING (source_id) WHERE device_id = ? ORDER BY sequence';
      return db.prepare<[string], number>(sql).pluck().all(DEVICE);
    } finally {
      db.close();
    }
  }

  it('is found, proves its token and is paired', async () => {
    await until('the radio', async () => (await send('bluetooth.state', {})).state === 'ready');
    await send('bluetooth.scan', { on: true });
    const heard = async () => (await send('bluetooth.found', {})).find(({ name }) => name === NAME);
    await until('an advertisement', async () => (await heard()) !== undefined);
    const { deviceId } = await send('bluetooth.pair', { address: (await heard())?.address ?? '' });
    expect(deviceId).toBe(DEVICE);
    await send('device.bind', { deviceId, patientId });
    await send('bluetooth.scan', { on: false });
    await until('live readings', async () => storedSequences().length >= 3);
    expect(await device()).toMatchObject({ state: 'connected' });
  }, 60_000);

  it('a packet cut short costs the wearable that packet only', async () => {
    const before = storedSequences().length;
    for (const octets of ['02', '0a', '0c01', '08', '10', '12', '16', '04', '06', 'ff'])
      wornRelay.forge(Buffer.from(octets, 'hex'));
    await until('it to be noticed', async () => wearable.output.includes('malformed'));
    await until('more readings', async () => storedSequences().length >= before + 3);
  });

  it(
    `sends its electrocardiogram at full rate for ${ECG_MS / 1_000} s, and no frame is lost`,
    async () => {
      const endMs = Date.now() + ECG_MS;
      while (Date.now() < endMs) {
        await send('ecg.watch', { patientId });
        await afterMs(Math.min(ASK_AGAIN_MS, endMs - Date.now()));
      }
      const heard = [...frames];
      // A busy machine may be two seconds late, but must not lose any.
      expect(heard.length).toBeGreaterThanOrEqual((ECG_MS / 1_000) * 5 - 10);
      expect(heard.reduce((sum, { missingBefore }) => sum + missingBefore, 0)).toBe(0);
      expect(heard.map(({ sampleIndex }) => sampleIndex)).toEqual(heard.map((_, at) => (heard[0]?.sampleIndex ?? 0) + 50 * at));
    },
    ECG_MS + 20_000,
  );

  it(
    `out of range for ${CUT_MS / 1_000} s: it is found again, and what is stored has no gap and no duplicate`,
    async () => {
      relay.goOutOfRange();
      await until('the loss', async () => (await device())?.state === 'lost');
      await afterMs(CUT_MS);
      const before = storedSequences().at(-1) ?? 0;
      relay.comeBack();
      // More than was made while it was away: the back-fill is through, and live records follow.
      await until('the back-fill', async () => (storedSequences().at(-1) ?? 0) > before + CUT_MS / 1_000 + 5, 90_000);
      const stored = storedSequences();
      expect(stored).toEqual(stored.map((_, at) => at + 1));
      expect(await device()).toMatchObject({ state: 'connected' });
    },
    CUT_MS + 120_000,
  );
});

// A disk that is full to the last byte: devices are told by every link, a technical alarm says so, nothing is lost or spoiled, and
// all of it ends by itself when there is room again.
import { connect } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedWearable, type SimulatedWearable } from '../../firmware/raspberry-pi/index.ts';
import { openConsole } from '../../src-main/console.ts';
import type { Caller, ConsolePort } from '../../src-main/console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { type RunningServer, startServer } from '../../src-main/hosts/headless/server.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { checkDatabase } from '../../src-main/store/check.ts';
import { openReadable } from '../../src-main/store/database.ts';
import { smallDisk } from './small-disk.ts';
import { WatchedStore } from './watched-store.ts';

const SOON = { timeout: 30_000, interval: 50 };
const WEARABLE = { serial: 'FULL-BT', name: 'Full band', address: 'c0:de:00:00:0d:01' };
const ADMIN: Caller = {
  user: { userId: 0, userName: 'test', displayName: 'Test', role: 'admin', disabled: false },
  sessionHash: null,
  origin: 'test',
};

const disk = smallDisk(32);
const MQTT_PORT = 20_000 + (process.pid % 10_000);

describe.skipIf(typeof disk === 'string')(`a full disk${typeof disk === 'string' ? ` (skipped: ${disk})` : ''}`, () => {
  if (typeof disk === 'string') return;
  const memory = new WatchedStore({ path: ':memory:', capacity: 100_000, ways: ['bluetooth'] });
  const radio = new VirtualRadio({ advertiseEveryMs: 40, connectMs: 5 });
  const acknowledged = new Set<number>();
  let console: ConsolePort;
  let server: RunningServer;
  let wearable: SimulatedWearable;
  let token = '';
  let mqttToken = '';
  let nextMs = Date.now() - 3_600_000;

  const send = async <N extends CommandName>(command: N, params: CommandInput<N>) =>
    (await console.handle(command, params, ADMIN)) as CommandResult<N>;
  const openAlarms = async () =>
    (await send('alarm.list', {})).filter(({ endedAtMs }) => endedAtMs === null).map(({ rule }) => rule);

  async function post(count: number) {
    const times = Array.from({ length: count }, () => (nextMs += 7));
    const body = times.map((atMs) => ({ device_id: 'FULL-1', timestamp: new Date(atMs).toISOString(), heart_rate: 70 }));
    const answer = await fetch(`${server.url}api/healthdata`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { code } = (await answer.json()) as { readonly code?: string };
    if (answer.status === 201) for (const atMs of times) acknowledged.add(atMs);
    return { status: answer.status, code, retryAfter: answer.headers.get('retry-after') };
  }

  beforeAll(async () => {
    console = await openConsole({
      dataDir: disk.folder,
      host: 'headless',
      links: true,
      radio: { kind: 'virtual', bindings: radio },
      mqtt: { embedded: { host: '127.0.0.1', port: MQTT_PORT } },
    });
    server = await startServer({
      console,
      host: '127.0.0.1',
      port: 0,
      version: '1.0.0',
      rendererDir: null,
      deviceRate: { burst: 1_000_000, perSecond: 1_000_000 },
      onError: () => undefined,
    });
    token = (await send('device.add', { deviceId: 'FULL-1' })).token;
    mqttToken = (await send('device.add', { deviceId: 'FULL-MQ' })).token;
    const own = (await send('device.add', { deviceId: WEARABLE.serial })).token;
    wearable = createSimulatedWearable({ ...WEARABLE, token: own, store: memory, dropOutsPerHour: 0, tickMs: 50 });
    radio.add(wearable.peripheral);
    wearable.start();
    await expectSoon(() =>
      send('bluetooth.scan', { on: true }).then(
        () => true,
        () => false,
      ),
    );
    await expectSoon(async () => {
      const heard = (await send('bluetooth.found', {})).find(({ name }) => name === WEARABLE.name);
      return (
        heard !== undefined &&
        (await send('bluetooth.pair', { address: heard.address }).then(
          () => true,
          () => false,
        ))
      );
    });
    await expectSoon(() => Promise.resolve(memory.acknowledgedUpTo > 5));
  }, 60_000);

  afterAll(async () => {
    wearable.stop();
    await server.close();
    await console.close();
    disk.remove();
  }, 60_000);

  async function expectSoon(holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('it did not come about');
  }

  it('is told to devices by every link and raises an alarm; with room again all goes on, and nothing is lost or twice', {
    timeout: 180_000,
  }, async () => {
    expect(await post(100)).toMatchObject({ status: 201 });
    expect(await openAlarms()).not.toContain('storing-failed');

    disk.fill();
    let answer = await post(200);
    for (let tries = 0; tries < 1000 && answer.status === 201; tries++) answer = await post(200);
    expect(answer).toEqual({ status: 503, code: 'disk_full', retryAfter: '30' });
    expect(await openAlarms()).toContain('storing-failed');
    expect((await send('console.status', {})).problems.join(' ')).toContain('Readings cannot be stored');

    const client = connect({
      port: MQTT_PORT,
      host: '127.0.0.1',
      username: 'FULL-MQ',
      password: mqttToken,
      reconnectPeriod: 200,
    });
    await new Promise((resolve) => client.once('connect', resolve));
    let isPublished = false;
    const reading = { device_id: 'FULL-MQ', timestamp: new Date().toISOString(), spo2: 96 };
    const published = client.publishAsync('healthsense/FULL-MQ/readings', JSON.stringify(reading), { qos: 1 }).then(() => {
      isPublished = true;
    });
    const heldAt = memory.acknowledgedUpTo;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    // A page may be free inside the file: one small batch may still find room, a second one not.
    expect(isPublished).toBe(false);
    expect(memory.newest - memory.acknowledgedUpTo).toBeGreaterThan(5);
    expect(memory.acknowledgedUpTo - heldAt).toBeLessThan(20);
    expect((await post(200)).status).toBe(503);
    // What is stored can still be read.
    expect(await send('device.list', {})).toHaveLength(3);
    // And the self-test tells what it has found, though its entry in the audit may find no room.
    const { checks } = await send('selfTest.run', { screenAtMs: Date.now() });
    expect(checks.find(({ name }) => name === 'disk')).toMatchObject({ verdict: 'bad' });

    disk.empty();
    await expect.poll(async () => (await post(1)).status, SOON).toBe(201);
    await published;
    const backlog = memory.newest;
    await expect.poll(() => memory.acknowledgedUpTo, SOON).toBeGreaterThanOrEqual(backlog);
    await expect.poll(openAlarms, SOON).not.toContain('storing-failed');
    await client.endAsync();

    expect(checkDatabase(databasePath(disk.folder)).problem).toBeNull();
    const db = openReadable(databasePath(disk.folder));
    const rows = db
      .prepare<[string], number>(
        'SELECT taken_at_ms FROM reading JOIN source USING (source_id) WHERE device_id = ? ORDER BY taken_at_ms',
      )
      .pluck();
    const [http, mqtt] = [rows.all('FULL-1'), rows.all('FULL-MQ')];
    const sequences = db
      .prepare<[], number>(
        "SELECT sequence FROM reading JOIN source USING (source_id) WHERE device_id = 'FULL-BT' AND sequence > 0",
      )
      .pluck()
      .all();
    db.close();
    expect(new Set(http).size).toBe(http.length);
    const held = new Set(http);
    expect([...acknowledged].filter((atMs) => !held.has(atMs))).toEqual([]);
    expect(mqtt).toHaveLength(1);
    expect(new Set(sequences).size).toBe(sequences.length);
    for (let sequence = 1; sequence <= backlog; sequence++) expect(sequences).toContain(sequence);
  });
});

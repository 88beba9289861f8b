// Radio to radio without hardware: the wearable's program on one emulated controller, the console's noble on another.
import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECG_CHARACTERISTIC } from '../../firmware/raspberry-pi/ecg-service.ts';
import { HEALTH_CHARACTERISTIC } from '../../firmware/raspberry-pi/health-service.ts';
import { keyOfToken } from '../../firmware/raspberry-pi/proof.ts';
import type { Connection, RemoteCharacteristic } from '../../src-main/links/bluetooth/central.ts';
import { systemClock } from '../../src-main/links/bluetooth/clock.ts';
import { NobleCentral } from '../../src-main/links/bluetooth/noble-central.ts';
import { EmulatedAir, missingTools, until } from './emulated-air.ts';
import type { HciRelay } from './hci-relay.ts';
import { WearableProcess } from './wearable-process.ts';

const missing = missingTools();
const DEVICE = 'HSHCI01';
const TOKEN = 'only-for-tests';
const ECG_MS = 60_000;
const CUT_MS = 30_000;

describe.skipIf(missing.length > 0)(`over emulated controllers (needs ${missing.join(', ') || 'nothing more'})`, () => {
  const air = new EmulatedAir();
  let wearable: WearableProcess;
  let central: NobleCentral;
  let relay: HciRelay;
  let address = '';
  const heard: number[] = [];
  const frames: number[] = [];

  beforeAll(async () => {
    await air.open();
    const worn = await air.controller('wearable');
    const desk = await air.controller('console');
    relay = desk.relay;
    wearable = new WearableProcess(air.folder, { deviceId: DEVICE, name: 'HealthSense HCI', token: TOKEN, port: worn.port });
    process.env.BLUETOOTH_HCI_SOCKET_UART_PORT = desk.port;
    central = new NobleCentral({ kind: 'system' }, systemClock, console as never);
    central.onAdvert((advert) => {
      if (advert.name === 'HealthSense HCI') address = advert.address;
    });
    await central.start();
    await until('advertising', async () => wearable.isAdvertising);
  });

  afterAll(async () => {
    await central?.stop();
    await wearable?.stop();
    await air.close();
  });

  async function connect(from: number): Promise<Connection> {
    address = '';
    central.startScanning();
    await until('an advertisement', async () => address !== '', CUT_MS);
    const connection = await central.connect(address, 10_000);
    const all = await connection.discover();
    const the = (uuid: string): RemoteCharacteristic => {
      const found = all.find((each) => each.uuid === uuid);
      if (found === undefined) throw new Error(`no ${uuid}`);
      return found;
    };
    const nonceC = randomBytes(16);
    await connection.write(the(HEALTH_CHARACTERISTIC.challenge), nonceC);
    const answer = await connection.read(the(HEALTH_CHARACTERISTIC.proof));
    const nonceW = answer.subarray(0, 16);
    const hmac = (label: string, a: Uint8Array, b: Uint8Array) =>
      createHmac('sha256', keyOfToken(TOKEN)).update(label).update(a).update(b).update(DEVICE).digest();
    expect(Buffer.from(answer.subarray(16)).equals(hmac('healthsense wearable v1', nonceC, nonceW))).toBe(true);
    await connection.write(the(HEALTH_CHARACTERISTIC.proof), hmac('healthsense console v1', nonceW, nonceC));
    await connection.subscribe(the(HEALTH_CHARACTERISTIC.control), () => {});
    await connection.subscribe(the(HEALTH_CHARACTERISTIC.records), (bytes) => heard.push(Buffer.from(bytes).readUInt32LE(0)));
    await connection.subscribe(the(ECG_CHARACTERISTIC.samples), (bytes) => frames.push(Buffer.from(bytes).readUInt32LE(0)));
    const stream = Buffer.from([1, 0, 0, 0, 0]);
    stream.writeUInt32LE(from, 1);
    await connection.write(the(HEALTH_CHARACTERISTIC.control), stream);
    return connection;
  }

  it('live data, a minute of electrocardiogram, a cut of half a minute: no record missing, none twice', async () => {
    await connect(0);
    await new Promise((resolve) => setTimeout(resolve, ECG_MS));
    const ecg = [...frames];
    expect(ecg.length).toBeGreaterThanOrEqual(298);
    expect(ecg).toEqual(ecg.map((_, at) => (ecg[0] ?? 0) + 50 * at));
    relay.goOutOfRange();
    await new Promise((resolve) => setTimeout(resolve, CUT_MS));
    const before = heard.length;
    relay.comeBack();
    await connect((heard.at(-1) ?? 0) + 1);
    await until('back-fill', async () => heard.length > before + 25);
    expect(heard).toEqual(heard.map((_, at) => at + 1));
  }, 180_000);
});

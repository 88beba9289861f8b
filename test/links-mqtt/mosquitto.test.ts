// Rules of the link to a broker that is there already, with a Mosquitto of its own: nothing is lost, nothing is stored twice.
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MqttLink, type MqttLinkOptions, type MqttLinkState } from '../../src-main/links/mqtt/mqtt-link.ts';
import {
  BenchSink,
  type Device,
  device,
  freePort,
  Mosquitto,
  makeCertificate,
  NO_MOSQUITTO,
  NO_OPENSSL,
  NOW_MS,
  reading,
  sleep,
  until,
} from './bench-parts.ts';

const RETRY = { firstMs: 10, longestMs: 20 };

describe.skipIf(NO_MOSQUITTO !== null)(`the MQTT link${NO_MOSQUITTO === null ? '' : ` (${NO_MOSQUITTO})`}`, () => {
  let broker: Mosquitto;
  let sink: BenchSink;
  let known: Set<string>;
  const links: MqttLink[] = [];
  const devices: Device[] = [];

  beforeEach(async () => {
    broker = await Mosquitto.create();
    sink = new BenchSink();
    known = new Set(['HEALTH01', 'HEALTH02']);
    await broker.start();
  });
  afterEach(async () => {
    for (const link of links.splice(0)) await link.stop();
    for (const { client } of devices.splice(0)) await client.endAsync(true);
    await broker.remove();
  });

  function makeLink(options: Partial<MqttLinkOptions> = {}): MqttLink {
    const link = new MqttLink({
      sink,
      url: broker.url,
      clientId: 'console-1',
      isKnownDevice: (deviceId) => known.has(deviceId),
      reconnect: { firstMs: 20, longestMs: 100 },
      inbox: { retry: RETRY },
      nowMs: () => NOW_MS,
      ...options,
    });
    links.push(link);
    return link;
  }

  async function startedLink(options: Partial<MqttLinkOptions> = {}): Promise<MqttLink> {
    const link = makeLink(options);
    await link.start();
    await until(() => link.state().state === 'connected', 'the link is connected');
    return link;
  }

  async function wearable(deviceId = 'HEALTH01'): Promise<Device> {
    const made = await device(broker.url, deviceId, { clientId: `device-${deviceId}`, clean: false });
    devices.push(made);
    return made;
  }

  async function publishAll({ publish }: Device, deviceId: string, from: number, to: number): Promise<void> {
    await Promise.all(Array.from({ length: to - from }, (_, n) => publish(reading(deviceId, from + n))));
  }

  describe.each([5, 4] as const)('over MQTT version %i', (protocolVersion) => {
    it('stores a reading and answers on the predictions topic as HTTP does', async () => {
      await startedLink({ protocolVersion });
      const one = await wearable();
      await one.publish(reading('HEALTH01', 1));
      await until(() => one.answers.length === 1, 'an answer');
      expect(one.answers[0]).toMatchObject({
        accepted: 1,
        results: [{ device_id: 'HEALTH01', reading_id: expect.any(String), predictions: { diabetes: { level: 'moderate' } } }],
      });
      expect(sink.statuses).toEqual([{ deviceId: 'HEALTH01', state: 'connected', transport: 'mqtt' }]);
    });

    it('acknowledges nothing that is not committed: the broker keeps it for the next start', async () => {
      const first = await startedLink({ protocolVersion });
      sink.isFull = true;
      await publishAll(await wearable(), 'HEALTH01', 0, 50);
      await until(() => first.state().held === 'disk_full', 'it is held back');
      await first.stop();
      expect(sink.stored.size).toBe(0);
      sink.isFull = false;
      await startedLink({ protocolVersion });
      await until(() => sink.stored.size === 50, 'all are stored');
      expect(sink.arrived).toBe(50);
    });

    it('acknowledges what is committed: the broker does not bring it again', async () => {
      const first = await startedLink({ protocolVersion });
      const one = await wearable();
      await publishAll(one, 'HEALTH01', 0, 300);
      await until(() => one.answers.length === 300, 'all are answered');
      await first.stop();
      await startedLink({ protocolVersion });
      await one.publish(reading('HEALTH01', 300));
      await until(() => one.answers.length === 301, 'the next is answered');
      expect(sink.arrived).toBe(301);
    });
  });

  it('goes on by itself when storing works again, and each reading arrives once', async () => {
    const held: unknown[] = [];
    const link = await startedLink({ onChange: (state) => held.push(state.held) });
    sink.isFull = true;
    await publishAll(await wearable(), 'HEALTH01', 0, 200);
    await until(() => sink.batches > 3, 'it was tried again');
    expect(link.state()).toMatchObject({ state: 'connected', held: 'disk_full' });
    sink.isFull = false;
    await until(() => sink.stored.size === 200, 'all are stored');
    expect(sink.arrived).toBe(200);
    expect(link.state().held).toBeNull();
    expect(held.filter((failure) => failure === 'disk_full')).toHaveLength(1);
  });

  it('keeps no more than it may in memory while storing fails, and loses nothing', async () => {
    await startedLink({ inbox: { retry: RETRY, maxMessages: 10 } });
    sink.isFull = true;
    const one = await wearable();
    await publishAll(one, 'HEALTH01', 0, 500);
    await until(() => sink.batches > 3, 'it was tried again');
    sink.isFull = false;
    await until(() => sink.stored.size === 500, 'all are stored');
    expect(sink.arrived).toBe(500);
  });

  it('commits while it receives: many messages share a batch', async () => {
    await startedLink();
    sink.commit = () => sleep(5);
    await publishAll(await wearable(), 'HEALTH01', 0, 1000);
    await until(() => sink.stored.size === 1000, 'all are stored');
    expect(sink.batches).toBeLessThan(200);
  });

  it('stores once what is published while the broker is stopped', async () => {
    const link = await startedLink();
    const one = await wearable();
    await publishAll(one, 'HEALTH01', 0, 100);
    await until(() => one.answers.length === 100, 'the first are answered');
    // The broker reads the acknowledgements before it is stopped, or it would rightly bring them again.
    await sleep(100);
    await broker.stop();
    await until(() => link.state().state === 'lost' && !one.client.connected, 'both have noticed');
    expect(sink.statuses.at(-1)).toMatchObject({
      deviceId: 'HEALTH01',
      state: 'lost',
      detail: expect.stringContaining('broker'),
    });
    const meanwhile = publishAll(one, 'HEALTH01', 100, 200);
    await sleep(200);
    expect(sink.stored.size).toBe(100);
    await broker.start();
    await meanwhile;
    await until(() => sink.stored.size === 200, 'the others are stored', 20_000);
    await publishAll(one, 'HEALTH01', 200, 210);
    await until(() => sink.stored.size === 210, 'and so are the next');
    expect(sink.arrived).toBe(210);
    expect(link.state()).toMatchObject({ state: 'connected', detail: '' });
  });

  it('stores each reading once when the broker stops in the middle of a load', async () => {
    await startedLink();
    sink.commit = () => sleep(2);
    const one = await wearable();
    const load = publishAll(one, 'HEALTH01', 0, 2000);
    await until(() => sink.stored.size > 200, 'the load is running');
    await broker.stop();
    await sleep(50);
    await broker.start();
    await load;
    await until(() => sink.stored.size === 2000, 'all are stored', 20_000);
  });

  it('stores once what is published while the console is away', async () => {
    const first = await startedLink();
    await first.stop();
    await publishAll(await wearable(), 'HEALTH01', 0, 100);
    await startedLink();
    await until(() => sink.stored.size === 100, 'all are stored');
    expect(sink.arrived).toBe(100);
  });

  it('shares a load with another console of its group, and none is lost', async () => {
    const otherSink = new BenchSink();
    await startedLink({ group: 'clinic' });
    await startedLink({ group: 'clinic', clientId: 'console-2', sink: otherSink });
    const [one, two] = [await wearable('HEALTH01'), await wearable('HEALTH02')];
    await Promise.all([publishAll(one, 'HEALTH01', 0, 500), publishAll(two, 'HEALTH02', 0, 500)]);
    await until(() => sink.stored.size + otherSink.stored.size === 1000, 'all are stored');
    await sleep(100);
    expect(sink.arrived + otherSink.arrived).toBe(1000);
    expect(new Set([...sink.stored.keys(), ...otherSink.stored.keys()]).size).toBe(1000);
    expect(Math.min(sink.stored.size, otherSink.stored.size)).toBeGreaterThan(200);
  });

  it('leaves the load to the other console of its group when it goes, and none is lost', async () => {
    const otherSink = new BenchSink();
    const first = await startedLink({ group: 'clinic' });
    await startedLink({ group: 'clinic', clientId: 'console-2', sink: otherSink });
    const one = await wearable();
    const load = publishAll(one, 'HEALTH01', 0, 1000);
    await until(() => sink.stored.size > 20, 'the load is running');
    await first.stop();
    await load;
    await startedLink({ group: 'clinic' });
    const stored = (): number => new Set([...sink.stored.keys(), ...otherSink.stored.keys()]).size;
    await until(() => stored() === 1000, 'all are stored');
  });

  it.each([
    ['bad JSON', 'not json', 'invalid_json'],
    ['an invalid reading', { device_id: 'HEALTH01', heart_rate: 'fast', timestamp: '2025-04-14T10:45:00Z' }, 'reading_invalid'],
    ['the reading of another device', reading('HEALTH02', 1), 'device_mismatch'],
  ])('acknowledges %s, counts it and answers with a problem', async (_what, payload, code) => {
    const first = await startedLink();
    const one = await wearable();
    await one.publish(payload);
    await until(() => one.answers.length === 1, 'an answer');
    expect(one.answers[0]).toMatchObject({ code, status: expect.any(Number) });
    expect(sink.rejectedFrames).toHaveLength(1);
    await first.stop();
    await startedLink();
    await one.publish(reading('HEALTH01', 1));
    await until(() => one.answers.length === 2, 'the next is answered');
    expect(sink.rejectedFrames).toHaveLength(1);
    expect(sink.stored.size).toBe(1);
  });

  it('refuses a device that is not known, until it is', async () => {
    await startedLink();
    const stranger = await wearable('STRANGER');
    await stranger.publish(reading('STRANGER', 1));
    await until(() => stranger.answers.length === 1, 'an answer');
    expect(stranger.answers[0]).toMatchObject({ code: 'device_unknown', status: 403 });
    expect(sink.batches).toBe(0);
    expect(sink.statuses).toEqual([]);
    known.add('STRANGER');
    await stranger.publish(reading('STRANGER', 2));
    await until(() => sink.stored.size === 1, 'the next is stored');
  });

  it('does not let the answers of a device that is away hold up acknowledgements; the broker keeps them for it', async () => {
    await startedLink();
    const one = await wearable();
    await one.client.endAsync();
    const sender = await connectAsync(broker.url, { clientId: 'sender' });
    const sent = Array.from({ length: 3000 }, (_, n) =>
      sender.publishAsync('healthsense/HEALTH01/readings', JSON.stringify(reading('HEALTH01', n)), { qos: 1 }),
    );
    await Promise.all(sent);
    await until(() => sink.stored.size === 3000, 'all are stored');
    await sender.endAsync();
    expect(sink.arrived).toBe(3000);
    // The device was away: its session at the broker holds the answers.
    const back = await connectAsync(broker.url, { clientId: 'device-HEALTH01', clean: false });
    let answers = 0;
    back.on('message', () => {
      answers += 1;
    });
    await until(() => answers > 0, 'answers wait for it');
    await back.endAsync(true);
  });

  describe('with a broker that asks for a password', () => {
    it('says in words that it is refused, and keeps trying', async () => {
      const guarded = await Mosquitto.create(['allow_anonymous false']);
      await guarded.start();
      const states: MqttLinkState[] = [];
      const link = makeLink({ url: guarded.url.replace('//', '//console:secret@'), onChange: (state) => states.push(state) });
      await link.start();
      await until(() => states.filter(({ state }) => state === 'lost').length >= 2, 'it was tried twice');
      await guarded.remove();
      expect(states.some(({ detail }) => detail.includes('user name or password'))).toBe(true);
      expect(JSON.stringify(states)).not.toContain('secret');
    });

    it('does not wait for a broker that is away, and connects when it comes', async () => {
      const late = await Mosquitto.create();
      const link = makeLink({ url: late.url });
      await link.start();
      await until(() => link.state().state === 'lost', 'it has tried');
      expect(link.state().detail).toContain('is it running');
      await late.start();
      await until(() => link.state().state === 'connected', 'it is connected');
      await link.stop();
      await late.remove();
    });

    it('refuses what is no URL of a broker', async () => {
      expect(() => makeLink({ url: 'http://127.0.0.1:1' })).toThrow('mqtt://');
      expect(() => makeLink({ url: 'broker' })).toThrow('mqtt://');
    });
  });

  it.skipIf(NO_OPENSSL !== null)('connects over TLS to the broker its certificate names, and to no other', async () => {
    const port = await freePort();
    const guarded = await Mosquitto.create([
      'allow_anonymous true',
      `listener ${port} 127.0.0.1`,
      'certfile FOLDER/cert.pem',
      'keyfile FOLDER/key.pem',
    ]);
    const { cert } = makeCertificate(guarded.folder);
    await guarded.start();
    const url = `mqtts://127.0.0.1:${port}`;
    const trusting = makeLink({ url, tlsFiles: { ca: cert } });
    await trusting.start();
    await until(() => trusting.state().state === 'connected', 'it is connected');
    await trusting.stop();
    const wary = makeLink({ url });
    await wary.start();
    await until(() => wary.state().state === 'lost', 'it is refused');
    await wary.stop();
    await guarded.remove();
    expect(wary.state().state).toBe('stopped');
  });
});

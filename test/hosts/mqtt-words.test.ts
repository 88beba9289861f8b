// What is said of MQTT on the terminal: where devices publish, and a broker that cannot be reached, once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Alarms } from '../../src-main/alarms/alarms.ts';
import { mqttNarrator } from '../../src-main/hosts/headless/mqtt-words.ts';
import type { Intake } from '../../src-main/intake/intake.ts';
import { silentLogger } from '../../src-main/links/logger.ts';
import { type MqttStates, startMqtt } from '../../src-main/mqtt.ts';

const away = (detail: string): MqttStates => ({
  broker: { state: 'lost', broker: 'mqtt://broker.example:1883', detail, held: null },
  embeddedPort: null,
});

test('a broker that is away is named once with the reason, and once more when it is back', () => {
  const said: string[] = [];
  const hear = mqttNarrator({ host: '127.0.0.1', isEncrypted: false }, (line) => said.push(line));
  const { broker } = away('The MQTT broker cannot be reached.');
  if (broker === null) throw new Error('there is a broker');
  hear({ broker: { ...broker, state: 'connecting', detail: '' }, embeddedPort: null });
  for (let tries = 0; tries < 3; tries++) hear(away('The MQTT broker refuses connections: is it running?'));
  hear({ broker: { ...broker, state: 'connected', detail: '' }, embeddedPort: null });
  hear({ broker: { ...broker, state: 'stopped', detail: '' }, embeddedPort: null });
  expect(said).toEqual([
    expect.stringMatching(
      /^MQTT broker mqtt:\/\/broker\.example:1883: The MQTT broker refuses connections: is it running\? Devices/,
    ),
    'Readings are taken from the MQTT broker mqtt://broker.example:1883.',
  ]);
});

test('devices are told where to publish, with the port that was found', () => {
  const said: string[] = [];
  const say = (line: string): number => said.push(line);
  mqttNarrator({ host: '127.0.0.1', isEncrypted: false }, say)({ broker: null, embeddedPort: 41883 });
  mqttNarrator({ host: '::1', isEncrypted: true }, say)({ broker: null, embeddedPort: 8883 });
  mqttNarrator({ host: '127.0.0.1', isEncrypted: false }, say)({ broker: null, embeddedPort: null });
  expect(said).toEqual([
    'Devices publish over MQTT (3.1.1) to mqtt://127.0.0.1:41883.',
    'Devices publish over MQTT (3.1.1) to mqtts://[::1]:8883.',
  ]);
});

test('both ways are told of as they start', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-mqtt-'));
  const heard: MqttStates[] = [];
  const mqtt = await startMqtt(
    {
      broker: { url: 'mqtt://127.0.0.1:1' },
      embedded: { host: '127.0.0.1', port: 0 },
      onStates: (states) => heard.push(states),
    },
    {
      dataDir,
      intake: { deviceStatus: () => undefined, board: { record: () => null } } as unknown as Intake,
      alarms: { technical: () => undefined } as unknown as Alarms,
      deviceByToken: async () => null,
      watch: { used: () => undefined, refused: () => undefined },
      logger: silentLogger,
    },
  );
  try {
    expect(heard[0]).toMatchObject({ broker: { state: 'connecting' }, embeddedPort: expect.any(Number) });
    await expect
      .poll(() => heard.at(-1)?.broker, { timeout: 10_000 })
      .toMatchObject({
        state: 'lost',
        detail: 'The MQTT broker refuses connections: is it running?',
      });
  } finally {
    await mqtt.stop();
    rmSync(dataDir, { recursive: true });
  }
});

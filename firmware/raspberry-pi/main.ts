// The wearable's program on a Raspberry Pi: sensors in, records kept, delivered over Bluetooth, HTTP and MQTT as configured.
import { parseArgs } from 'node:util';
import { BlenoRadio } from './bleno-radio.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { BLUETOOTH_WAY } from './health-service.ts';
import { RecordStore } from './record-store.ts';
import { openSensors } from './sensors/open-sensors.ts';
import { networkWays, startDeliveries } from './ways.ts';
import { Wearable } from './wearable.ts';

/** Systemd keeps the times; the journal needs none of ours. */
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

interface Stoppable {
  stop(): void | Promise<void>;
}

async function open(configuration: Configuration): Promise<readonly Stoppable[]> {
  const { deviceId, name, token, bluetooth, http, mqtt, records } = configuration;
  const ways = [...(bluetooth === null ? [] : [BLUETOOTH_WAY]), ...networkWays(configuration)];
  const store = new RecordStore({ path: records.file, capacity: records.keep, ways });
  const sensors = await openSensors(configuration.sensors, configuration.simulation, say);
  const wearable = new Wearable({
    serial: deviceId,
    name,
    // The radio has its own.
    address: '',
    token,
    store,
    sensors: sensors.set,
    advance: sensors.advance,
    startMs: Date.now(),
    speed: 1,
    seed: configuration.simulation.seed,
    dropOutsPerHour: 0,
    waitsForListener: false,
    tickMs: 1_000,
    nowMs: Date.now,
    onNotKept: (error) => say(`a reading was not kept: ${error instanceof Error ? error.message : String(error)}`),
  });
  const parts: Stoppable[] = [wearable];
  if (bluetooth !== null) {
    const radio = new BlenoRadio(wearable, { ...bluetooth, name, serviceUuids: wearable.advertised, say });
    radio.start();
    parts.unshift(radio);
  }
  parts.unshift(...startDeliveries({ deviceId, token, store, http, mqtt, say }));
  wearable.start();
  say(`${deviceId} is awake; ${store.newest - store.oldest + 1} records wait for ${ways.join(' and ')}`);
  return [...parts, sensors, { stop: () => store.close() }];
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string', default: '/etc/healthsense-wearable/wearable.json' } } });
  const parts = await open(readConfiguration(values.config));
  // The timers of a wearable keep no program alive by themselves.
  const awake = setInterval(() => {}, 60_000);
  const stop = async (): Promise<void> => {
    clearInterval(awake);
    for (const part of parts) await part.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

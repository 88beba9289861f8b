// MQTT in this console: the link to a broker and the broker of its own, as they were asked for.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alarms } from './alarms/alarms.ts';
import type { Intake } from './intake/intake.ts';
import type { LatePredictions } from './links/link.ts';
import { EmbeddedBroker, type EmbeddedBrokerOptions } from './links/mqtt/embedded-broker.ts';
import { MqttLink, type MqttLinkOptions, type MqttLinkState } from './links/mqtt/mqtt-link.ts';

export interface MqttOptions {
  /** A broker there is already, such as Mosquitto. */
  readonly broker?: Pick<MqttLinkOptions, 'url' | 'user' | 'password' | 'group' | 'tlsFiles'>;
  /** The broker inside, for those who have none. */
  readonly embedded?: Pick<EmbeddedBrokerOptions, 'host' | 'port' | 'tlsFiles'>;
  /** Hears how both are once they have started, and each change of the broker's. */
  readonly onStates?: (states: MqttStates) => void;
}

export interface MqttParts {
  readonly dataDir: string;
  readonly intake: Intake;
  readonly alarms: Alarms;
  readonly deviceByToken: EmbeddedBrokerOptions['deviceByToken'];
  readonly watch: NonNullable<EmbeddedBrokerOptions['watch']>;
  readonly logger: NonNullable<MqttLinkOptions['logger']>;
}

export interface MqttStates {
  /** The link to a broker that is there already; null: not asked for. */
  readonly broker: MqttLinkState | null;
  /** Port of the broker inside; null: not asked for. */
  readonly embeddedPort: number | null;
}

export interface RunningMqtt {
  states(): MqttStates;
  /** Hands on predictions that came after their reading was answered. */
  late(late: LatePredictions): void;
  stop(): Promise<void>;
}

/** @throws where the broker's address is no address, or the port of the embedded one is taken. */
export async function startMqtt(options: MqttOptions, parts: MqttParts): Promise<RunningMqtt> {
  const { intake, logger } = parts;
  let hasStarted = false;
  const states = (): MqttStates => ({ broker: broker?.state() ?? null, embeddedPort: embedded?.port ?? null });
  const broker =
    options.broker &&
    new MqttLink({
      ...options.broker,
      sink: intake,
      clientId: clientId(parts.dataDir),
      logger,
      isKnownDevice: (deviceId) => intake.board.record(deviceId)?.revokedAtMs === null,
      onChange: (state) => {
        watchBroker(parts.alarms, state);
        if (hasStarted) options.onStates?.(states());
      },
    });
  const { deviceByToken, watch } = parts;
  const embedded = options.embedded && new EmbeddedBroker({ ...options.embedded, sink: intake, logger, deviceByToken, watch });
  const links = [broker, embedded].filter((link) => link !== undefined);
  const stop = async (): Promise<void> => {
    await Promise.all(links.map((link) => link.stop()));
  };
  try {
    for (const link of links) await link.start();
  } catch (error) {
    await stop();
    throw error;
  }
  hasStarted = true;
  options.onStates?.(states());
  const late = (predictions: LatePredictions): void => {
    for (const link of links) link.late(predictions);
  };
  return { states, late, stop };
}

function watchBroker(alarms: Alarms, { state, broker, detail }: MqttLinkState): void {
  alarms.technical('mqtt-broker-lost', {
    active: state === 'lost',
    message: 'The MQTT broker cannot be reached',
    detail: `${broker}: ${detail} Devices that report through it are not heard; what they sent is delivered when it is back.`,
  });
}

/** The broker keeps what arrives while this console is away under this name: it must be the same tomorrow, and nobody else's. */
function clientId(dataDir: string): string {
  const file = join(dataDir, 'mqtt-client-id');
  if (!existsSync(file)) writeFileSync(file, `healthsense-${randomBytes(4).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

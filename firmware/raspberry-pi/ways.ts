// The network ways of a delivery: HTTP posts and MQTT messages, each acknowledged by the console after its commit.
import mqtt from 'mqtt';
import type { Delivered, Payload } from './delivery.ts';

const ANSWER_WITHIN_MS = 30_000;
/** Answers after which the same batch can never do better: the console has stored what was good and named what was not. */
const FINAL = new Set([200, 201, 400, 413, 422]);

export interface HttpWayOptions {
  /** Of the console, as `http://console:4300`. */
  readonly url: string;
  readonly token: string;
  readonly say: (text: string) => void;
}

export function httpWay({ url, token, say }: HttpWayOptions): (batch: readonly Payload[]) => Promise<Delivered> {
  return async (batch) => {
    const answer = await fetch(new URL('/api/healthdata', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await answer.text();
    if (!answer.ok) say(`http: ${answer.status} ${text.slice(0, 300)}`);
    return FINAL.has(answer.status) ? 'acknowledged' : 'try-again';
  };
}

export interface MqttWayOptions {
  readonly broker: string;
  readonly deviceId: string;
  readonly token: string;
  readonly say: (text: string) => void;
}

export interface MqttWay {
  readonly deliver: (batch: readonly Payload[]) => Promise<Delivered>;
  readonly stop: () => Promise<void>;
}

/** The client keeps no messages of its own: the wearable's store is the one memory. */
export function mqttWay({ broker, deviceId, token, say }: MqttWayOptions): MqttWay {
  const client = mqtt.connect(broker, {
    clientId: deviceId,
    username: deviceId,
    password: token,
    protocolVersion: 5,
    clean: true,
    queueQoSZero: false,
    reconnectPeriod: 5_000,
  });
  client.on('error', (error) => say(`mqtt: ${error.message}`));
  return {
    deliver: async (batch) => {
      if (!client.connected) return 'try-again';
      const sent = client.publishAsync(`healthsense/${deviceId}/readings`, JSON.stringify(batch), { qos: 1 });
      const acknowledged = await Promise.race([sent.then(() => true), afterMs(ANSWER_WITHIN_MS)]);
      return acknowledged ? 'acknowledged' : 'try-again';
    },
    stop: async () => {
      await client.endAsync(true);
    },
  };
}

function afterMs(delayMs: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), delayMs).unref());
}

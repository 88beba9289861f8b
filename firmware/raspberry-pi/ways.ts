// The network ways of delivery: HTTP posts and MQTT messages, each acknowledged by the console after its commit.
import mqtt from 'mqtt';
import { type Delivered, Delivery, type DeliveryOptions, type Payload } from './delivery.ts';
import type { RecordStore } from './record-store.ts';

const ANSWER_WITHIN_MS = 30_000;
const PROBLEM = 'application/problem+json';
/** The console has stored what was good of a batch and named what was not: sent again it would fare no better. */
const PARTLY_REFUSED = 422;

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
    // Whatever stands between may refuse too, and that frees nothing.
    const isConsole = answer.headers.get('content-type')?.startsWith(PROBLEM) === true;
    return answer.ok || (answer.status === PARTLY_REFUSED && isConsole) ? 'acknowledged' : 'try-again';
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
function mqttWay({ broker, deviceId, token, say }: MqttWayOptions): MqttWay {
  const client = mqtt.connect(broker, {
    clientId: deviceId,
    username: deviceId,
    password: token,
    clean: true,
    queueQoSZero: false,
    reconnectPeriod: 5_000,
  });
  client.on('error', (error) => say(`mqtt: ${error.message}`));
  client.on('offline', () => say(`mqtt: no connection to ${new URL(broker).host}`));
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

export interface NetworkOptions {
  readonly deviceId: string;
  readonly token: string;
  /** Its ways are `networkWays` of these options, and others. */
  readonly store: RecordStore;
  readonly http: { readonly url: string; readonly everySeconds: number } | null;
  readonly mqtt: { readonly broker: string; readonly everySeconds: number } | null;
  readonly say: (text: string) => void;
}

/** Names of the ways, as the store must know them. */
export function networkWays({ http, mqtt }: Pick<NetworkOptions, 'http' | 'mqtt'>): readonly string[] {
  return [...(http === null ? [] : ['http']), ...(mqtt === null ? [] : ['mqtt'])];
}

/** @returns what ends them, in the order in which they are to be ended. */
export function startDeliveries({ http, mqtt, ...options }: NetworkOptions): readonly { stop(): Promise<void> }[] {
  const parts: { stop(): Promise<void> }[] = [];
  const deliver = (way: string, everySeconds: number, send: DeliveryOptions['deliver']): void => {
    const delivery = new Delivery({ ...options, way, everyMs: everySeconds * 1_000, deliver: send });
    delivery.start();
    parts.unshift(delivery);
  };
  if (http !== null) deliver('http', http.everySeconds, httpWay({ ...options, ...http }));
  if (mqtt !== null) {
    const way = mqttWay({ ...options, ...mqtt });
    parts.unshift({ stop: way.stop });
    deliver('mqtt', mqtt.everySeconds, way.deliver);
  }
  return parts;
}

// A device that publishes readings over MQTT with QoS 1 and keeps account of what was acknowledged.
import { connect, type MqttClient } from 'mqtt';
import type { Chance } from './seeded-random.ts';

const STEP_MS = 3;
const MOST_WAITING = 20;

export class PublishingDevice {
  readonly deviceId: string;
  /** Times of readings whose PUBACK has come. */
  readonly acknowledged = new Set<number>();
  readonly #token: string;
  readonly #chance: Chance;
  /** Published, and nobody knows what became of it: published again at the next connection, as it was. */
  readonly #unacknowledged = new Map<number, string>();
  #nextAtMs: number;

  constructor(deviceId: string, token: string, chance: Chance, startMs: number) {
    this.deviceId = deviceId;
    this.#token = token;
    this.#chance = chance;
    this.#nextAtMs = startMs;
  }

  get sentAgain(): number {
    return this.#unacknowledged.size;
  }

  /** Publishes until `stop` says so or the broker is gone. */
  async stream(port: number, stop: AbortSignal): Promise<void> {
    const client = connect({
      host: '127.0.0.1',
      port,
      username: this.deviceId,
      password: this.#token,
      reconnectPeriod: 0,
      connectTimeout: 5_000,
    });
    client.on('error', () => undefined);
    const gone = new Promise<void>((resolve) => {
      client.once('close', resolve);
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    const isOpen = await Promise.race([new Promise<true>((resolve) => client.once('connect', () => resolve(true))), gone]);
    if (isOpen === true) {
      for (const [atMs, body] of this.#unacknowledged) this.#publish(client, atMs, body);
      while (client.connected && !stop.aborted) {
        while (this.#unacknowledged.size < MOST_WAITING) this.#publishNext(client);
        await new Promise((resolve) => setTimeout(resolve, this.#chance.between(1, 10)));
      }
    }
    await client.endAsync(true).catch(() => undefined);
  }

  #publishNext(client: MqttClient): void {
    this.#nextAtMs += STEP_MS;
    const reading = { device_id: this.deviceId, timestamp: new Date(this.#nextAtMs).toISOString(), spo2: 96, heart_rate: 70 };
    this.#unacknowledged.set(this.#nextAtMs, JSON.stringify(reading));
    this.#publish(client, this.#nextAtMs, JSON.stringify(reading));
  }

  #publish(client: MqttClient, atMs: number, body: string): void {
    client.publish(`healthsense/${this.deviceId}/readings`, body, { qos: 1 }, (error) => {
      // Without an error the PUBACK has come.
      if (error) return;
      this.acknowledged.add(atMs);
      this.#unacknowledged.delete(atMs);
    });
  }
}

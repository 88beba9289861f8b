// Answers on their way to the broker: QoS 1 within what the broker lets be under way, and at most once beyond a bounded queue.
import type { MqttClient } from 'mqtt';
import { predictionsTopic } from './topics.ts';

/** Answers kept while earlier ones are under way. */
const MAX_QUEUED = 1000;
/** MQTT 5 default of a broker that says nothing, kept small for the sake of small brokers. */
const MAX_UNDER_WAY = 100;

interface Answer {
  readonly deviceId: string;
  readonly json: string;
}

export class Answers {
  readonly #client: Pick<MqttClient, 'publish' | 'serverProperties'>;
  readonly #queue: Answer[] = [];
  #underWay = 0;

  constructor(client: Pick<MqttClient, 'publish' | 'serverProperties'>) {
    this.#client = client;
  }

  /** Never waits for the broker: an answer must not hold up the acknowledgements that come after it. */
  send(deviceId: string, json: string): void {
    if (this.#queue.length >= MAX_QUEUED) {
      this.#client.publish(predictionsTopic(deviceId), json, { qos: 0 });
      return;
    }
    this.#queue.push({ deviceId, json });
    this.#next();
  }

  #next(): void {
    const limit = Math.min(MAX_UNDER_WAY, this.#client.serverProperties?.receiveMaximum ?? MAX_UNDER_WAY);
    while (this.#underWay < limit) {
      const answer = this.#queue.shift();
      if (answer === undefined) return;
      this.#underWay += 1;
      this.#client.publish(predictionsTopic(answer.deviceId), answer.json, { qos: 1 }, () => {
        this.#underWay -= 1;
        this.#next();
      });
    }
  }
}

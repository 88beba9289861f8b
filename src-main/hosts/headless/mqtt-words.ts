// What the person who started the console is told of MQTT, on standard error: where devices publish, and how the broker fares.
import type { MqttLinkState } from '../../links/mqtt/mqtt-link.ts';
import type { MqttStates } from '../../mqtt.ts';
import { hostsOf } from './reach.ts';

export interface MqttServing {
  /** Address that the embedded broker listens on. */
  readonly host: string;
  readonly isEncrypted: boolean;
}

/** Hears every state, says only what is new: a broker that stays away is tried again every few seconds, and said to be away once. */
export function mqttNarrator(serving: MqttServing, say: (line: string) => void): (states: MqttStates) => void {
  let [port, broker]: [string, string] = ['', ''];
  return ({ broker: state, embeddedPort }) => {
    const portLine = embeddedPort === null ? '' : portWords(serving, embeddedPort);
    if (portLine !== port && portLine !== '') say(portLine);
    port = portLine;
    const brokerLine = state === null ? '' : brokerWords(state);
    // While it is being tried nothing is known yet.
    if (brokerLine === '') return;
    if (brokerLine !== broker) say(brokerLine);
    broker = brokerLine;
  };
}

function portWords({ host, isEncrypted }: MqttServing, port: number): string {
  const urls = hostsOf(host).map((name) => `mqtt${isEncrypted ? 's' : ''}://${name}:${port}`);
  return `Devices publish over MQTT (3.1.1) to ${urls.join(' ') || `port ${port}; no network is connected now`}.`;
}

function brokerWords({ state, broker, detail }: MqttLinkState): string {
  if (state === 'connected') return `Readings are taken from the MQTT broker ${broker}.`;
  if (state !== 'lost') return '';
  return `MQTT broker ${broker}: ${detail} Devices that report through it are not heard until it is back; it is tried again and again.`;
}

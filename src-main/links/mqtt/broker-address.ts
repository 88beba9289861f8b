// The URL of a broker, taken apart: what is shown to people never holds the password.

export interface BrokerAddress {
  /** Without user and password. */
  readonly url: string;
  readonly shown: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const SCHEMES: readonly string[] = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];

/** @throws Error with plain words where it is no URL of a broker. */
export function brokerAddress(text: string): BrokerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !SCHEMES.includes(url.protocol) || url.hostname === '') {
    throw new Error('The MQTT broker is given as a URL, as mqtt://broker.example:1883 or mqtts://broker.example:8883.');
  }
  const user = url.username === '' ? undefined : decodeURIComponent(url.username);
  const password = url.password === '' ? undefined : decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  return { url: url.href, shown: `${url.protocol}//${url.host}`, user, password };
}

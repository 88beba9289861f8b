// The honest wearables, in a process of their own: whoever measures how long they wait must not make them wait.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Device } from './fuzzer.ts';

export interface HonestAsk {
  readonly port: number;
  readonly devices: readonly Device[];
  readonly everyMs: number;
}

/** What was posted since the last lap. */
export interface Lap {
  readonly tookMs: readonly number[];
  /** Answers that were not 201, in words. */
  readonly surprises: readonly string[];
}

/** The parent sends `HonestAsk` once, then `lap` as often as it likes; each is answered with a `Lap`. It ends with its parent. */
export type ToHonest = HonestAsk | 'lap';

let [tookMs, surprises]: [number[], string[]] = [[], []];

function post({ port, agent, device: { deviceId, token } }: { port: number; agent: Agent; device: Device }): Promise<void> {
  return new Promise((resolve) => {
    const body = JSON.stringify({ device_id: deviceId, timestamp: new Date().toISOString(), heart_rate: 70, spo2: 97 });
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const startMs = performance.now();
    const ask = request({ port, host: '127.0.0.1', agent, method: 'POST', path: '/api/healthdata', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        tookMs.push(performance.now() - startMs);
        if (answer.statusCode !== 201) surprises.push(`${answer.statusCode} ${text.slice(0, 200)}`);
        resolve();
      });
    });
    ask.on('error', (error) => {
      surprises.push(error.message);
      resolve();
    });
    ask.end(body);
  });
}

/** One wearable: a connection of its own, a post every so often by the clock, however long the last one took. */
async function wear({ port, everyMs }: HonestAsk, device: Device, firstMs: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let nextMs = firstMs; ; nextMs = Math.max(nextMs + everyMs, performance.now())) {
    await sleep(Math.max(0, nextMs - performance.now()));
    await post({ port, agent, device });
  }
}

process.on('message', (message: ToHonest) => {
  if (message === 'lap') {
    process.send?.({ tookMs, surprises } satisfies Lap);
    [tookMs, surprises] = [[], []];
    return;
  }
  const startMs = performance.now();
  for (const [index, device] of message.devices.entries()) {
    void wear(message, device, startMs + (index * message.everyMs) / message.devices.length);
  }
});
await once(process, 'disconnect');
process.exit(0);

// Parts of the MQTT tests: a sink that can be slowed and broken, devices as MQTT clients, and a Mosquitto of their own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { IntakeOutcome, Measurement } from '../../src-main/links/link.ts';
import { DiskFullError } from '../../src-main/store/errors.ts';
import { FakeSink } from '../links-http/fake-sink.ts';

export const NOW_MS = Date.parse('2025-04-14T10:45:02Z');
const FIRST_MS = Date.parse('2025-04-14T10:00:00Z');

/** Reading number `n` of a device; each has a time and a heart rate of its own. */
export function reading(deviceId: string, n: number): Record<string, unknown> {
  return { device_id: deviceId, heart_rate: 50 + (n % 100), timestamp: new Date(FIRST_MS + n).toISOString() };
}

/** Stores as FakeSink does; counts, and can be made slow or full. */
export class BenchSink extends FakeSink {
  /** Every reading that came, again or not. */
  arrived = 0;
  batches = 0;
  isFull = false;
  /** Resolves when a batch may be committed. */
  commit: () => Promise<void> = async () => undefined;

  override async accept(batch: readonly Measurement[]): Promise<readonly IntakeOutcome[]> {
    this.batches += 1;
    if (this.isFull) throw new DiskFullError();
    await this.commit();
    this.arrived += batch.length;
    return super.accept(batch);
  }

  /** Holds every commit until the function it returns is called. */
  holdCommits(): () => void {
    const gate = Promise.withResolvers<void>();
    this.commit = () => gate.promise;
    return () => {
      this.commit = async () => undefined;
      gate.resolve();
    };
  }
}

export interface Device {
  readonly client: MqttClient;
  /** What came on the predictions topic. */
  readonly answers: Record<string, unknown>[];
  /** Resolves with PUBACK. */
  publish(payload: unknown, topic?: string): Promise<unknown>;
}

/** A wearable: connected, and subscribed to its answers. */
export async function device(url: string, deviceId: string, options: IClientOptions): Promise<Device> {
  const client = await connectAsync(url, { reconnectPeriod: 50, ...options }, false);
  client.on('error', () => undefined);
  const answers: Record<string, unknown>[] = [];
  client.on('message', (_topic, payload) => answers.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(`healthsense/${deviceId}/predictions`, { qos: 1 });
  return {
    client,
    answers,
    publish: (payload, topic = `healthsense/${deviceId}/readings`) =>
      client.publishAsync(topic, typeof payload === 'string' || payload instanceof Buffer ? payload : JSON.stringify(payload), {
        qos: 1,
      }),
  };
}

export async function until(condition: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(5);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

const MOSQUITTO = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find((path) =>
  existsSync(path),
);

/** Why the tests with Mosquitto do not run; null where they do. */
export const NO_MOSQUITTO = MOSQUITTO === undefined ? 'Mosquitto is not installed' : null;

/** A Mosquitto on a free loopback port that keeps its sessions on disk over a restart. */
export class Mosquitto {
  readonly port: number;
  readonly folder: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  static async create(extra: readonly string[] = ['allow_anonymous true']): Promise<Mosquitto> {
    const folder = await mkdtemp(join(tmpdir(), 'healthsense-mosquitto-'));
    const broker = new Mosquitto(await freePort(), folder);
    const lines = [
      `listener ${broker.port} 127.0.0.1`,
      'persistence true',
      `persistence_location ${folder}/`,
      'max_queued_messages 0',
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      ...extra.map((line) => line.replaceAll('FOLDER', folder)),
    ];
    await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
    return broker;
  }

  async start(): Promise<void> {
    if (MOSQUITTO === undefined) throw new Error('Mosquitto is not installed');
    const child = spawn(MOSQUITTO, ['-c', join(this.folder, 'mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until(() => said.includes('running') || child.exitCode !== null, 'Mosquitto runs');
    if (child.exitCode !== null) throw new Error(said);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Why TLS is not tested; null where it is. */
export const NO_OPENSSL = spawnSync('openssl', ['version']).status === 0 ? null : 'openssl is not installed';

/** A self-signed certificate for 127.0.0.1 in `folder`. */
export function makeCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = spawnSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return { cert, key };
}

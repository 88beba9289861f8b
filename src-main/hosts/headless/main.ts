// The headless host: opens the console, serves it, says when it can be opened, and closes in the right order.
import type { Logger } from 'pino';
import type { BucketRate } from '../../accounts/throttle.ts';
import { openConsole } from '../../console.ts';
import type { ConsolePort } from '../../console-port.ts';
import { appVersion } from '../../installation.ts';
import type { MqttOptions } from '../../mqtt.ts';
import { rendererDir } from '../app-paths.ts';
import { guardProcess } from '../last-resort.ts';
import { hostLogger } from '../log.ts';
import { mqttNarrator } from './mqtt-words.ts';
import { whoCanReach } from './reach.ts';
import { startServer, type TlsFiles } from './server.ts';

export interface HeadlessOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly allowedHosts?: readonly string[];
  readonly deviceRate?: BucketRate;
  readonly mqtt?: MqttOptions;
  /** Over TLS with these files in PEM. */
  readonly tlsFiles?: TlsFiles;
  readonly log?: Logger;
}

export interface ServeOptions extends Omit<HeadlessOptions, 'dataDir'> {
  /** Added to the address that is printed: what the page needs to know, after a `#`. */
  readonly fragment?: string;
}

export interface RunningHost {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens the console on a data directory with all its links, serves it, and prints `ready http://HOST:PORT/` (https with TLS files) on a line of its own.
 * @throws where the data directory cannot be used, the screens are not built or the port is taken.
 */
export async function serveHeadless(options: HeadlessOptions): Promise<RunningHost> {
  const log = options.log ?? hostLogger();
  const serving = { host: options.host, isEncrypted: options.tlsFiles !== undefined };
  const console = await openConsole({
    dataDir: options.dataDir,
    host: 'headless',
    links: true,
    log,
    ...(options.mqtt && { mqtt: { ...options.mqtt, onStates: mqttNarrator(serving, say) } }),
  });
  return serveConsole(console, { ...options, log });
}

/** Serves a console that is already open, and closes it with the server. */
export async function serveConsole(console: ConsolePort, options: ServeOptions): Promise<RunningHost> {
  const log = options.log ?? hostLogger();
  const { host, port, allowedHosts, deviceRate, tlsFiles, fragment = '' } = options;
  try {
    const server = await startServer({
      console,
      host,
      port,
      version: appVersion(),
      rendererDir: rendererDir(),
      onError: (error) => log.error({ err: error }, 'request failed'),
      ...(allowedHosts === undefined ? {} : { allowedHosts }),
      ...(deviceRate === undefined ? {} : { deviceRate }),
      ...(tlsFiles === undefined ? {} : { tlsFiles }),
    });
    const reach = whoCanReach({ host, port: server.port, isEncrypted: tlsFiles !== undefined });
    console.reachedBy(reach);
    say(reach);
    const url = `${server.url}${fragment}`;
    // Readings under way are committed and answered before the console goes.
    const closeAll = (): Promise<void> => server.close().finally(() => console.close());
    const release = guardProcess({ log, close: closeAll });
    process.stdout.write(`ready ${url}\n`);
    return { url, close: () => closeAll().finally(release) };
  } catch (error) {
    await console.close();
    throw error;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

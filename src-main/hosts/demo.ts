// The demo: a throw-away console with simulated wearables, served or shown with its nurse already signed in.
import type { Logger } from 'pino';
import type { ConsolePort } from '../console-port.ts';
import { openDemoConsole } from './demo-console.ts';
import { type RunningHost, serveConsole } from './headless/main.ts';
import { hostLogger } from './log.ts';
import type { HostOptions } from './options.ts';

export interface DemoOptions {
  readonly host: 'desktop' | 'headless';
  /** Null: a throw-away one. */
  readonly dataDir: string | null;
  /** A recording that drives a simulated wearable; null: the physiological simulation alone. */
  readonly replay: string | null;
  /** Times real time. */
  readonly speed: number;
  readonly log: Logger;
}

export interface DemoConsole {
  readonly console: ConsolePort;
  /** Session of the demo's nurse, which the page resumes. */
  readonly sessionToken: string;
}

export async function openDemo(
  options: Pick<HostOptions, 'dataDir' | 'replay' | 'speed'> & { readonly host: 'desktop' | 'headless' },
  log: Logger,
): Promise<{ readonly console: ConsolePort; readonly fragment: string }> {
  const { host, dataDir, replay, speed } = options;
  const { console, sessionToken } = await openDemoConsole({ host, dataDir, replay, speed, log });
  return { console, fragment: `#session=${encodeURIComponent(sessionToken)}` };
}

/** Serves the demo to a browser; prints `ready http://…` when the page can be opened. */
export async function runDemo(options: HostOptions): Promise<RunningHost> {
  const log = hostLogger();
  const { console, fragment } = await openDemo({ ...options, host: 'headless' }, log);
  return serveConsole(console, {
    host: options.host,
    port: options.port ?? 0,
    allowedHosts: options.allowedHosts,
    fragment,
    log,
  });
}

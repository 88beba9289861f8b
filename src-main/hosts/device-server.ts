// The HTTP device link alone on a port of its own: for the desktop host, whose screens need no server.
import type { ConsolePort } from '../console-port.ts';
import { type RunningServer, startServer } from './headless/server.ts';

export function startDeviceServer(options: {
  readonly console: ConsolePort;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly onError: (error: unknown) => void;
}): Promise<RunningServer> {
  return startServer({ ...options, rendererDir: null });
}

// The options `npm start`, `npm run demo` and the desktop host share.
import { parseArgs } from 'node:util';

export interface HostOptions {
  readonly demo: boolean;
  readonly headless: boolean;
  /** Open a browser where there is one. */
  readonly browser: boolean;
  readonly dataDir: string | null;
  readonly host: string;
  /** Null: not asked for. 0: any free one. */
  readonly port: number | null;
  readonly allowedHosts: readonly string[];
  /** A recording that drives a simulated wearable (demo only). */
  readonly replay: string | null;
  /** Times real time (demo only). */
  readonly speed: number;
}

/** Where the console is served unless told otherwise. */
export const DEFAULT_PORT = 4300;

/** Something on the command line is wrong: exit status 2. */
export class UsageError extends Error {}

const OPTIONS = {
  demo: { type: 'boolean', default: false },
  headless: { type: 'boolean', default: false },
  'no-browser': { type: 'boolean', default: false },
  'data-dir': { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string' },
  'allowed-host': { type: 'string', multiple: true, default: [] as string[] },
  replay: { type: 'string' },
  speed: { type: 'string', default: '1' },
} as const;

export const USAGE = `Options:
  --headless          serve the console to a browser instead of opening the desktop window
  --data-dir DIR      where the data is kept
  --host H, --port N  address to listen on (127.0.0.1; port 0: any free one)
  --allowed-host NAME a further name the console is reached by (may be given several times)
  --no-browser        do not open a browser
  --replay FILE.csv   demo only: drive a simulated wearable from a recording
  --speed N           demo only: N times real time`;

/**
 * @param ignoreUnknown for Electron, which adds switches of its own
 * @throws UsageError naming the option
 */
export function parseHostOptions(args: readonly string[], { ignoreUnknown = false } = {}): HostOptions {
  const values = parse(args, ignoreUnknown);
  return {
    demo: values.demo === true,
    headless: values.headless === true,
    browser: values['no-browser'] !== true,
    dataDir: text(values['data-dir']),
    host: text(values.host) ?? OPTIONS.host.default,
    port: values.port === undefined ? null : parsePort(String(values.port)),
    allowedHosts: (values['allowed-host'] ?? []).map(String),
    replay: text(values.replay),
    speed: parseSpeed(String(values.speed)),
  };
}

function parse(args: readonly string[], ignoreUnknown: boolean) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: !ignoreUnknown, allowPositionals: ignoreUnknown }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError unless it is a whole number from 0 to 65535 */
export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new UsageError(`--port must be a whole number from 0 to 65535, not "${value}".`);
  return port;
}

function parseSpeed(value: string): number {
  const speed = Number(value);
  if (!Number.isFinite(speed) || speed <= 0 || speed > 10_000)
    throw new UsageError(`--speed must be a number above 0 and at most 10000, not "${value}".`);
  return speed;
}

function text(value: string | boolean | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

// The log of a host: problems as one JSON object a line on standard error; HEALTHSENSE_LOG sets the level.
import { destination, type Logger, pino } from 'pino';

const LEVELS: ReadonlySet<string> = new Set(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);

export function hostLogger(level = process.env.HEALTHSENSE_LOG ?? 'warn'): Logger {
  return pino({ level: LEVELS.has(level) ? level : 'warn' }, destination({ fd: 2, sync: true }));
}

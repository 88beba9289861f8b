// Battery service 180F: Battery Level 2A19.
import { always, type Decoded, decoded, parse, rejected } from './parser.ts';

/** @returns percent, 0 to 100. */
export function decodeBatteryLevel(bytes: Uint8Array): Decoded<number> {
  const parsed = parse([always('percent', 'u8')], bytes);
  if (!parsed.ok) return parsed;
  const { percent } = parsed.value;
  return percent <= 100 ? decoded(percent) : rejected('range', `a battery cannot be ${percent} % full`);
}

// A measurement to start from, free of any test runner so that child processes can use it.
import type { Measurement } from '../../src-main/links/link.ts';

/** A Tuesday morning, on a whole hour. */
export const T0 = Date.UTC(2026, 2, 3, 8);

export function measurement(over: Partial<Measurement> = {}): Measurement {
  return {
    deviceId: 'HEALTH01',
    takenAtMs: T0,
    receivedAtMs: T0 + 400,
    sequence: 0,
    origin: 'live',
    values: { heartRate: 72 },
    specials: {},
    quality: 0,
    ...over,
  };
}

// The last identities each device has had stored, so that a repeat (a lost answer, a replayed notification) raises no alarm twice.
import type { Measurement } from '../links/link.ts';
import { VITAL_KINDS } from '../vitals/kinds.ts';

const KEPT_PER_DEVICE = 128;

export class RecentIdentities {
  readonly #ofDevice = new Map<string, Set<string>>();

  has(measurement: Measurement): boolean {
    return this.#ofDevice.get(measurement.deviceId)?.has(keyOf(measurement)) ?? false;
  }

  add(measurement: Measurement): void {
    let keys = this.#ofDevice.get(measurement.deviceId);
    if (keys === undefined) {
      keys = new Set();
      this.#ofDevice.set(measurement.deviceId, keys);
    }
    keys.add(keyOf(measurement));
    const oldest = keys.size > KEPT_PER_DEVICE ? keys.values().next().value : undefined;
    if (oldest !== undefined) keys.delete(oldest);
  }
}

/** Time, sequence number and the kinds: another frame of the same moment with other kinds is no repeat. */
function keyOf({ takenAtMs, sequence, values, specials }: Measurement): string {
  let kinds = 0;
  for (const [bit, kind] of VITAL_KINDS.entries())
    if (values[kind] !== undefined || specials[kind] !== undefined) kinds |= 1 << bit;
  return `${takenAtMs} ${sequence} ${kinds}`;
}

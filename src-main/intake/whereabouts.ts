// A device that is heard from two places in turn: two machines have one token, or somebody else has it.

/** A place that comes back counts this long. */
const WITHIN_MS = 5 * 60_000;
/** Returns to a place left before: a wearable that changes networks does so once; here and there and here again is two of them. */
const RETURNS = 3;
const MAX_DEVICES = 10_000;

interface Trail {
  here: string;
  before: string | null;
  returnsAtMs: number[];
}

export class Whereabouts {
  readonly #trails = new Map<string, Trail>();

  /** The two places where the device is at once; null where it is at one. `atMs` by a monotonic clock. */
  heard(deviceId: string, place: string, atMs: number): readonly [string, string] | null {
    const trail = this.#trails.get(deviceId);
    if (trail === undefined) {
      if (this.#trails.size >= MAX_DEVICES) this.#trails.clear();
      this.#trails.set(deviceId, { here: place, before: null, returnsAtMs: [] });
      return null;
    }
    if (place === trail.here) return null;
    if (place === trail.before) trail.returnsAtMs = [...recent(trail, atMs), atMs].slice(-RETURNS);
    trail.before = trail.here;
    trail.here = place;
    return trail.returnsAtMs.length < RETURNS ? null : [trail.before, place];
  }

  /** Devices that were at two places and are at one again; each is named once. */
  settled(atMs: number): readonly string[] {
    const settled: string[] = [];
    for (const [deviceId, trail] of this.#trails) {
      if (trail.returnsAtMs.length < RETURNS || recent(trail, atMs).length > 0) continue;
      trail.returnsAtMs = [];
      settled.push(deviceId);
    }
    return settled;
  }
}

function recent({ returnsAtMs }: Trail, atMs: number): number[] {
  return returnsAtMs.filter((returnedMs) => atMs - returnedMs < WITHIN_MS);
}

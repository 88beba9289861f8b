// Which devices the radio has heard of late, and why one of them was not taken when somebody tried.
import type { ScanResult } from '../../contract/models.ts';
import type { Advert } from './central.ts';
import { cleanText } from './clean-text.ts';
import type { LinkClock } from './clock.ts';
import { isMeasuringService, serviceTitle } from './profiles/catalogue.ts';

const FOUND_FOR_MS = 60_000;
const MOST_FOUND = 300;
const TELL_EVERY_MS = 1_000;
const LONGEST_NAME = 40;

export class FoundDevices {
  readonly #clock: LinkClock;
  /** Which of this console's devices has this address; null: none. */
  readonly #knownAt: (address: string) => string | null;
  readonly #found = new Map<string, ScanResult>();
  readonly #toldAtMs = new Map<string, number>();
  readonly #refusals = new Map<string, string>();

  constructor(clock: LinkClock, knownAt: (address: string) => string | null) {
    this.#clock = clock;
    this.#knownAt = knownAt;
  }

  get(address: string): ScanResult | undefined {
    return this.#found.get(address);
  }

  /** Heard within the last minute, those that measure something first, then the nearest. */
  list(): readonly ScanResult[] {
    const sinceMs = this.#clock.nowMs() - FOUND_FOR_MS;
    for (const [address, { seenAtMs }] of this.#found) if (seenAtMs < sinceMs) this.#forget(address);
    return [...this.#found.values()]
      .map((found) => ({ ...found, deviceId: this.#knownAt(found.address) }))
      .sort((a, b) => Number(b.services.length > 0) - Number(a.services.length > 0) || b.rssiDbm - a.rssiDbm);
  }

  /** @returns what screens are to be told: at most once a second per device; null: nothing now. */
  heard(advert: Advert, isTold: boolean): ScanResult | null {
    const name = cleanText(advert.name, LONGEST_NAME);
    const services = advert.services.filter(isMeasuringService).map(serviceTitle);
    if (name === '' && services.length === 0) return null;
    const { address, rssiDbm } = advert;
    const seenAtMs = this.#clock.nowMs();
    const [deviceId, refusal] = [this.#knownAt(address), this.#refusals.get(address) ?? ''];
    const found: ScanResult = { address, name: name || 'Unnamed device', rssiDbm, services, deviceId, seenAtMs, refusal };
    this.#found.delete(address);
    this.#found.set(address, found);
    const oldest = this.#found.size > MOST_FOUND ? this.#found.keys().next().value : undefined;
    if (oldest !== undefined) this.#forget(oldest);
    if (!isTold || Math.abs(seenAtMs - (this.#toldAtMs.get(address) ?? 0)) < TELL_EVERY_MS) return null;
    this.#toldAtMs.set(address, seenAtMs);
    return found;
  }

  /** @param reason empty: it is taken. @returns what screens are to be told; null: nothing has changed. */
  refused(address: string, reason: string): ScanResult | null {
    if (reason === '') this.#refusals.delete(address);
    else this.#refusals.set(address, reason);
    const found = this.#found.get(address);
    if (found === undefined || found.refusal === reason) return null;
    const told = { ...found, refusal: reason };
    this.#found.set(address, told);
    return told;
  }

  #forget(address: string): void {
    this.#refusals.delete(address);
    this.#found.delete(address);
    this.#toldAtMs.delete(address);
  }
}

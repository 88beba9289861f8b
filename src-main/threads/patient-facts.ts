// The engine's memory of its patients: what the models may know, kept up to date by each stored reading instead of being asked of
// the database every time. Two views per patient: one that follows the newest readings, and one that follows a back-fill.

import { type Dated, type PatientFacts, RECENT_KINDS, type RecentSamples } from '../risk/port.ts';
import type { LoadedFacts, MinuteMeans } from '../store/facts.ts';
import type { VitalKind } from '../vitals/kinds.ts';

/** How far back recent minute means reach: as far as the hypoxia features look (models/hypoxia/FEATURES.md). */
export const RECENT_WINDOW_MS = 12 * 3_600_000;
/** A reading this much older than the newest of its patient is scored with what was known at its own time. */
const LATE_MS = 5 * 60_000;
/** The same against the newest entry by hand: device clocks run behind people's. */
const LATE_BEHIND_ENTRY_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

export type VitalValues = { readonly [K in VitalKind]?: number };

/** One patient's facts from one point of view. */
export class FactsView {
  readonly #patientId: number;
  readonly #facts: LoadedFacts;
  readonly #recent = new Map<VitalKind, GrowingSamples>();
  #newestReadingMs = Number.NEGATIVE_INFINITY;
  #newestEntryMs = Number.NEGATIVE_INFINITY;

  constructor(patientId: number, facts: LoadedFacts) {
    this.#patientId = patientId;
    this.#facts = facts;
    for (const { takenAtMs } of facts.vitals.values()) this.#newestReadingMs = Math.max(this.#newestReadingMs, takenAtMs);
    for (const { takenAtMs } of facts.observations.values()) this.#newestEntryMs = Math.max(this.#newestEntryMs, takenAtMs);
    for (const [kind, means] of facts.recent) this.#recent.set(kind, new GrowingSamples(means));
  }

  /** Whether a reading of that time is too old to be scored with what this view knows. */
  isPast(takenAtMs: number): boolean {
    return takenAtMs < this.#newestReadingMs - LATE_MS || takenAtMs < this.#newestEntryMs - LATE_BEHIND_ENTRY_MS;
  }

  /** Takes in what a reading of scored quality says. */
  add(takenAtMs: number, values: VitalValues): void {
    this.#newestReadingMs = Math.max(this.#newestReadingMs, takenAtMs);
    for (const name in values) {
      const kind = name as VitalKind;
      const value = values[kind];
      if (value === undefined) continue;
      const known = this.#facts.vitals.get(kind);
      if (known === undefined || takenAtMs >= known.takenAtMs) this.#facts.vitals.set(kind, { value, takenAtMs });
      if (RECENT_KINDS.has(kind)) this.#addRecent(kind, Math.floor(takenAtMs / MINUTE_MS), value);
    }
  }

  /**
   * Facts for scoring at `takenAtMs` or later, good until the next `add`. `own` are the values of the very reading that is scored:
   * they count even when newer ones have come before it.
   */
  facts(takenAtMs: number, own: VitalValues = {}): PatientFacts {
    const { birthDate, sex, observations } = this.#facts;
    const atMs = Math.max(takenAtMs, this.#newestReadingMs, this.#newestEntryMs);
    const vitals = this.#withOwn(takenAtMs, own);
    return { patientId: this.#patientId, birthDate, sex, observations, vitals, recent: this.#recent, atMs };
  }

  #withOwn(takenAtMs: number, own: VitalValues): ReadonlyMap<VitalKind, Dated> {
    let vitals = this.#facts.vitals;
    for (const kind in own) {
      const value = own[kind as VitalKind];
      if (value === undefined || (vitals.get(kind as VitalKind)?.takenAtMs ?? takenAtMs) === takenAtMs) continue;
      if (vitals === this.#facts.vitals) vitals = new Map(vitals);
      vitals.set(kind as VitalKind, { value, takenAtMs });
    }
    return vitals;
  }

  #addRecent(kind: VitalKind, minute: number, value: number): void {
    let samples = this.#recent.get(kind);
    if (samples === undefined) {
      samples = new GrowingSamples({ minutes: [], sums: [], counts: [] });
      this.#recent.set(kind, samples);
    }
    samples.add(minute, value);
  }
}

/** Minute means that grow in place. */
class GrowingSamples implements RecentSamples {
  readonly timesMs: number[];
  readonly values: number[];
  readonly #sums: number[];
  readonly #counts: number[];
  settled = 0;

  constructor({ minutes, sums, counts }: MinuteMeans) {
    this.timesMs = minutes.map((minute) => minute * MINUTE_MS);
    this.values = sums.map((sum, index) => sum / (counts[index] ?? 1));
    this.#sums = sums;
    this.#counts = counts;
  }

  /** Nearly always the last minute or the one after it; a late value goes to its place. */
  add(minute: number, value: number): void {
    const timeMs = minute * MINUTE_MS;
    let at = this.timesMs.length;
    while (at > 0 && (this.timesMs[at - 1] ?? 0) >= timeMs) at--;
    const isLast = at === this.timesMs.length - 1;
    if (this.timesMs[at] === timeMs) {
      this.#sums[at] = (this.#sums[at] ?? 0) + value;
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      this.values[at] = (this.#sums[at] ?? 0) / (this.#counts[at] ?? 1);
      if (!isLast) this.settled++;
      return;
    }
    this.settled++;
    for (const [list, first] of [
      [this.timesMs, timeMs],
      [this.values, value],
      [this.#sums, value],
      [this.#counts, 1],
    ] as const) {
      list.splice(at, 0, first);
    }
    const oldestMs = (this.timesMs.at(-1) ?? timeMs) - RECENT_WINDOW_MS;
    const kept = this.timesMs.findIndex((candidate) => candidate >= oldestMs);
    if (kept > 0) for (const list of [this.timesMs, this.values, this.#sums, this.#counts]) list.splice(0, kept);
  }
}

export type LoadFacts = (patientId: number, untilMs: number, windowMs: number) => LoadedFacts;

/** Views are loaded when first needed and dropped when a person changes something they are made from. */
export class PatientFactsMemory {
  readonly #load: LoadFacts;
  readonly #live = new Map<number, FactsView>();
  readonly #past = new Map<number, FactsView>();

  constructor(load: LoadFacts) {
    this.#load = load;
  }

  /** The view that follows the newest. @throws ConsoleError `not_found` for an unknown patient. */
  live(patientId: number): FactsView {
    let view = this.#live.get(patientId);
    if (view === undefined) {
      view = new FactsView(patientId, this.#load(patientId, Number.MAX_SAFE_INTEGER - 1, RECENT_WINDOW_MS));
      this.#live.set(patientId, view);
    }
    return view;
  }

  /**
   * The view a reading of that time belongs to: the live one, or for an old reading what was known then. Readings are added to the
   * view as they come, so that a back-fill in order of time loads it once.
   */
  at(patientId: number, takenAtMs: number): { readonly view: FactsView; readonly past: boolean } {
    const live = this.live(patientId);
    if (!live.isPast(takenAtMs)) return { view: live, past: false };
    let view = this.#past.get(patientId);
    if (view === undefined || view.isPast(takenAtMs)) {
      view = new FactsView(patientId, this.#load(patientId, takenAtMs, RECENT_WINDOW_MS));
      this.#past.set(patientId, view);
    }
    return { view, past: true };
  }

  forget(patientId: number): void {
    this.#live.delete(patientId);
    this.#past.delete(patientId);
  }

  forgetAll(): void {
    this.#live.clear();
    this.#past.clear();
  }
}

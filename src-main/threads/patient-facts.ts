// The engine's memory of its patients: what the models may know, kept up to date by each stored reading instead of being asked of
// the database every time. Two views per patient: one that follows the newest readings, and one that follows a back-fill.

import { type Dated, type PatientFacts, RECENT_KINDS, type RecentSamples } from '../risk/port.ts';
import type { LoadedFacts, MinuteMeans } from '../store/facts.ts';
import type { VitalKind } from '../vitals/kinds.ts';

/** How far back recent minute means reach: as far as the hypoxia features look (models/hypoxia/FEATURES.md). */
export const RECENT_WINDOW_MS = 6 * 3_600_000;
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
  readonly #snapshots = new Map<VitalKind, RecentSamples>();
  #newestReadingMs = Number.NEGATIVE_INFINITY;
  #newestEntryMs = Number.NEGATIVE_INFINITY;

  constructor(patientId: number, facts: LoadedFacts) {
    this.#patientId = patientId;
    this.#facts = facts;
    for (const { takenAtMs } of facts.vitals.values()) this.#newestReadingMs = Math.max(this.#newestReadingMs, takenAtMs);
    for (const { takenAtMs } of facts.observations.values()) this.#newestEntryMs = Math.max(this.#newestEntryMs, takenAtMs);
  }

  /** Whether a reading of that time is too old to be scored with what this view knows. */
  isPast(takenAtMs: number): boolean {
    return takenAtMs < this.#newestReadingMs - LATE_MS || takenAtMs < this.#newestEntryMs - LATE_BEHIND_ENTRY_MS;
  }

  /** Takes in what a reading of scored quality says. */
  add(takenAtMs: number, values: VitalValues): void {
    this.#newestReadingMs = Math.max(this.#newestReadingMs, takenAtMs);
    for (const kind of Object.keys(values) as VitalKind[]) {
      const value = values[kind];
      if (value === undefined) continue;
      const known = this.#facts.vitals.get(kind);
      if (known === undefined || takenAtMs >= known.takenAtMs) this.#facts.vitals.set(kind, { value, takenAtMs });
      if (RECENT_KINDS.has(kind)) this.#addRecent(kind, Math.floor(takenAtMs / MINUTE_MS), value);
    }
  }

  /**
   * Facts for scoring at `takenAtMs` or later, detached from what comes after. `own` are the values of the very reading that is
   * scored: they count even when newer ones have come before it.
   */
  facts(takenAtMs: number, own: VitalValues = {}): PatientFacts {
    const vitals = new Map<VitalKind, Dated>(this.#facts.vitals);
    for (const kind of Object.keys(own) as VitalKind[]) {
      const value = own[kind];
      if (value !== undefined) vitals.set(kind, { value, takenAtMs });
    }
    const recent = new Map<VitalKind, RecentSamples>();
    for (const kind of this.#facts.recent.keys()) recent.set(kind, this.#snapshot(kind));
    return {
      patientId: this.#patientId,
      birthDate: this.#facts.birthDate,
      sex: this.#facts.sex,
      observations: new Map(this.#facts.observations),
      vitals,
      recent,
      atMs: Math.max(takenAtMs, this.#newestReadingMs, this.#newestEntryMs),
    };
  }

  #addRecent(kind: VitalKind, minute: number, value: number): void {
    let means = this.#facts.recent.get(kind);
    if (means === undefined) {
      means = { minutes: [], sums: [], counts: [] };
      this.#facts.recent.set(kind, means);
    }
    insertMinute(means, minute, value);
    const oldest = (means.minutes.at(-1) ?? minute) - RECENT_WINDOW_MS / MINUTE_MS;
    const kept = means.minutes.findIndex((candidate) => candidate >= oldest);
    if (kept > 0) for (const list of [means.minutes, means.sums, means.counts]) list.splice(0, kept);
    this.#snapshots.delete(kind);
  }

  #snapshot(kind: VitalKind): RecentSamples {
    let samples = this.#snapshots.get(kind);
    if (samples === undefined) {
      const means = this.#facts.recent.get(kind) ?? { minutes: [], sums: [], counts: [] };
      samples = {
        timesMs: means.minutes.map((minute) => minute * MINUTE_MS),
        values: means.sums.map((sum, index) => sum / (means.counts[index] ?? 1)),
      };
      this.#snapshots.set(kind, samples);
    }
    return samples;
  }
}

/** Nearly always the last minute or the one after it; a late value goes to its place. */
function insertMinute({ minutes, sums, counts }: MinuteMeans, minute: number, value: number): void {
  let at = minutes.length;
  while (at > 0 && (minutes[at - 1] ?? 0) >= minute) at--;
  if (minutes[at] === minute) {
    sums[at] = (sums[at] ?? 0) + value;
    counts[at] = (counts[at] ?? 0) + 1;
    return;
  }
  minutes.splice(at, 0, minute);
  sums.splice(at, 0, value);
  counts.splice(at, 0, 1);
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

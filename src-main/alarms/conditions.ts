// Which rules hold for which patient: the clinic's rules, the patient's own in their place, and what each source of values has done.
import type { AlarmPriority, ThresholdRule } from '../contract/models.ts';
import { VITALS, type VitalKind } from '../vitals/kinds.ts';
import { evaluate, exceeds, hasRecovered, QUIET, type RuleState } from './evaluate.ts';
import { isHigher } from './lifecycle.ts';
import { isRiskSubject } from './rules.ts';

export interface ConditionChange {
  readonly rule: ThresholdRule;
  readonly patientId: number;
  readonly change: 'raise' | 'continue' | 'end';
}

/** Sources that speak once and not again: a later reading of a device that has recovered takes their place. */
export const MANUAL_SOURCE = 'manual';
const RESTORED_SOURCE = 'restored';
const SINGLE_SOURCES = [MANUAL_SOURCE, RESTORED_SOURCE];

interface Source {
  state: RuleState;
  atMono: number;
}

interface Track {
  rule: ThresholdRule;
  readonly patientId: number;
  readonly sources: Map<string, Source>;
}

const LEAST_HOLD_MS = 15 * 60_000;
const PRIORITIES: readonly AlarmPriority[] = ['high', 'medium', 'low'];

export class Conditions {
  readonly #monotonicNow: () => number;
  readonly #clinic = new Map<string, ThresholdRule>();
  readonly #own = new Map<number, Map<string, ThresholdRule>>();
  /** Patient → subject → tracks, the most urgent first. */
  readonly #tracks = new Map<number, Map<string, readonly Track[]>>();
  /** Tracks with a source that holds: what can go stale. */
  readonly #holding = new Set<Track>();

  constructor(rules: readonly ThresholdRule[], monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow;
    for (const rule of rules) this.#put(rule);
  }

  /** The clinic's rules, or those that hold for one patient: the own rule in place of the clinic's. */
  rules(patientId: number | null): readonly ThresholdRule[] {
    const own = patientId === null ? undefined : this.#own.get(patientId);
    return [...this.#clinic.values()].map((rule) => own?.get(rule.ruleId) ?? rule);
  }

  rule(ruleId: string, patientId: number | null): ThresholdRule | undefined {
    return (patientId === null ? undefined : this.#own.get(patientId)?.get(ruleId)) ?? this.#clinic.get(ruleId);
  }

  /** Takes the rule from now on. A condition that holds goes on by the new limit; one that is switched off ends. */
  save(rule: ThresholdRule): readonly ConditionChange[] {
    this.#put(rule);
    const changes: ConditionChange[] = [];
    for (const [patientId, bySubject] of this.#tracks) {
      for (const track of bySubject.get(rule.subject) ?? []) {
        if (track.rule.ruleId !== rule.ruleId) continue;
        track.rule = this.rule(rule.ruleId, patientId) ?? track.rule;
        if (track.rule.enabled) continue;
        if (isHolding(track)) changes.push({ rule: track.rule, patientId, change: 'end' });
        track.sources.clear();
        this.#holding.delete(track);
      }
    }
    return changes;
  }

  /** An alarm from before a restart: holds until a reading says otherwise or it goes stale. */
  restore(patientId: number, ruleId: string): void {
    const rule = this.rule(ruleId, patientId);
    const track = rule && this.#of(patientId, rule.subject).find((each) => each.rule.ruleId === ruleId);
    if (track === undefined) return;
    track.sources.set(RESTORED_SOURCE, { state: { run: track.rule.consecutive, holding: true }, atMono: this.#monotonicNow() });
    this.#holding.add(track);
  }

  /**
   * One value of one source against every rule of its subject. Where two rules of the same direction would begin to hold,
   * only the more urgent is raised; the lesser one is raised when the value comes back as far as that.
   */
  check(patientId: number, subject: string, source: string, value: number): readonly ConditionChange[] {
    const changes: ConditionChange[] = [];
    const tracks = this.#of(patientId, subject);
    for (const track of tracks) {
      if (!track.rule.enabled) continue;
      // By far the most: nothing has run into this rule, nor does this value.
      if (track.sources.size === 0 && !exceeds(track.rule, value)) continue;
      const wasHolding = isHolding(track);
      const before = track.sources.get(source)?.state ?? QUIET;
      const { state, verdict } = evaluate(track.rule, before, value);
      const held = verdict === 'raise' && isSuperseded(track, tracks) ? { run: state.run, holding: false } : state;
      if (held.run === 0 && !held.holding) track.sources.delete(source);
      else track.sources.set(source, { state: held, atMono: this.#monotonicNow() });
      if (!held.holding && hasRecovered(track.rule, value)) for (const single of SINGLE_SOURCES) track.sources.delete(single);
      const change = this.#change(track, wasHolding, held.holding);
      if (change !== null) changes.push({ rule: track.rule, patientId, change });
    }
    return changes;
  }

  /** A source's word is taken back: a manual value that was retracted. */
  withdraw(patientId: number, subject: string, source: string): readonly ConditionChange[] {
    const changes: ConditionChange[] = [];
    for (const track of this.#of(patientId, subject)) {
      const wasHolding = isHolding(track);
      track.sources.delete(source);
      if (this.#change(track, wasHolding, false) === 'end') changes.push({ rule: track.rule, patientId, change: 'end' });
    }
    return changes;
  }

  /** Ends conditions whose last value is too old to say that they hold: old data is never current. */
  stale(): readonly ConditionChange[] {
    const changes: ConditionChange[] = [];
    const mono = this.#monotonicNow();
    for (const track of this.#holding) {
      const holdsForMs = holdsFor(track.rule.subject);
      for (const [name, source] of track.sources) if (mono - source.atMono > holdsForMs) track.sources.delete(name);
      if (this.#change(track, true, false) === 'end')
        changes.push({ rule: track.rule, patientId: track.patientId, change: 'end' });
    }
    return changes;
  }

  /** The patient has left: every condition ends and is forgotten. */
  drop(patientId: number): readonly ConditionChange[] {
    const tracks = [...(this.#tracks.get(patientId)?.values() ?? [])].flat();
    const changes = tracks.filter(isHolding).map(({ rule }): ConditionChange => ({ rule, patientId, change: 'end' }));
    for (const track of tracks) this.#holding.delete(track);
    this.#tracks.delete(patientId);
    return changes;
  }

  #change(track: Track, wasHolding: boolean, sourceHolds: boolean): ConditionChange['change'] | null {
    const holds = isHolding(track);
    if (holds) this.#holding.add(track);
    else this.#holding.delete(track);
    if (wasHolding && !holds) return 'end';
    if (!wasHolding && holds) return 'raise';
    return sourceHolds ? 'continue' : null;
  }

  #put(rule: ThresholdRule): void {
    if (rule.patientId === null) {
      this.#clinic.set(rule.ruleId, rule);
      return;
    }
    const own = this.#own.get(rule.patientId) ?? new Map<string, ThresholdRule>();
    own.set(rule.ruleId, rule);
    this.#own.set(rule.patientId, own);
  }

  #of(patientId: number, subject: string): readonly Track[] {
    const bySubject = this.#tracks.get(patientId) ?? new Map<string, readonly Track[]>();
    let tracks = bySubject.get(subject);
    if (tracks === undefined) {
      tracks = this.rules(patientId)
        .filter((rule) => rule.subject === subject)
        .sort((a, b) => PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority))
        .map((rule): Track => ({ rule, patientId, sources: new Map() }));
      bySubject.set(subject, tracks);
      this.#tracks.set(patientId, bySubject);
    }
    return tracks;
  }
}

function isHolding(track: Track): boolean {
  for (const source of track.sources.values()) if (source.state.holding) return true;
  return false;
}

function isSuperseded(track: Track, tracks: readonly Track[]): boolean {
  return tracks.some(
    (other) =>
      other.rule.comparison === track.rule.comparison && isHigher(other.rule.priority, track.rule.priority) && isHolding(other),
  );
}

/** How long a value speaks for itself: twice as long as it may be shown as current; a four-hour risk an hour; the others until rescored. */
function holdsFor(subject: string): number {
  if (!isRiskSubject(subject)) return Math.max(LEAST_HOLD_MS, 2 * VITALS[subject as VitalKind].currentForMs);
  return subject === 'risk.hypoxia' ? 60 * 60_000 : Number.POSITIVE_INFINITY;
}

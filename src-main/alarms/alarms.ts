// The alarms of the console: values in, alarms out. Runs on the main thread and asks nothing of the model worker.
import type {
  Alarm,
  AudioPause,
  Observation,
  Prediction,
  RiskLevels,
  RiskModel,
  SpecialValue,
  ThresholdRule,
} from '../contract/models.ts';
import { type Measurement, type RaisedAlert, UNSCORED_QUALITY } from '../links/link.ts';
import { VITAL_KINDS, VITALS, type VitalKind } from '../vitals/kinds.ts';
import { displayUnitFor, isVital } from '../vitals/units.ts';
import { AlarmBook, type AlarmBookOptions } from './alarm-book.ts';
import { AudioPauser } from './audio-pause.ts';
import { type ConditionChange, Conditions, MANUAL_SOURCE } from './conditions.ts';
import { detailOf } from './evaluate.ts';
import { alarmKey, type NewAlarm } from './lifecycle.ts';
import { applyChange, type RuleChange, riskSubject, subjectOf, TECHNICAL_RULES, withRiskLimit } from './rules.ts';
import { type SignalProblem, SignalWatch, type WatchedDevice } from './signal-watch.ts';

export interface AlarmsOptions extends Pick<AlarmBookOptions, 'now' | 'monotonicNow' | 'onChange' | 'persist' | 'onReminder'> {
  readonly onAudioPause: (pause: AudioPause) => void;
  /** The whole table, as `mergeRules(defaultRules(models), saved)` gives it. */
  readonly rules: readonly ThresholdRule[];
  /** The clinic's units, for the words of an alarm. */
  readonly units: () => { readonly glucoseUnit: string; readonly temperatureUnit: string };
  readonly lostSignalAfterSeconds: number;
  /** Why the last thing was refused that the device has sent within this time; null: it has sent nothing. */
  readonly refusedWithin?: (deviceId: string, ms: number) => string | null;
}

export interface TechnicalCondition {
  readonly active: boolean;
  readonly message: string;
  readonly detail: string;
  readonly priority?: Alarm['priority'];
  readonly deviceId?: string;
  readonly patientId?: number;
}

/** Back-filled readings older than this say nothing about now. */
const CURRENT_FOR_MS = 5 * 60_000;
/** What a person writes down may be some minutes old; a risk looks hours ahead, and is dated by a device's clock. */
const SLOW_CURRENT_FOR_MS = 15 * 60_000;
/** A live reading a little older than the last came late; one much older means that the device's clock was set back. */
const LATE_MS = 60_000;
/** After a restart: how long a technical alarm waits for its cause to be seen again. */
const CONFIRM_WITHIN_MS = 60_000;
const NONE: readonly never[] = [];
/** Special values that tell on which side of its range a device's measurement lies. */
const BEYOND: { readonly [S in SpecialValue]?: number } = {
  HI: Number.POSITIVE_INFINITY,
  '+INF': Number.POSITIVE_INFINITY,
  LO: Number.NEGATIVE_INFINITY,
  '-INF': Number.NEGATIVE_INFINITY,
};

export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #book: AlarmBook;
  readonly #pauser: AudioPauser;
  readonly #conditions: Conditions;
  readonly #watch: SignalWatch;
  readonly #newest = new Map<string, { takenAtMs: number; receivedAtMs: number; sequence: number }>();
  /** When the newest entry by hand was taken, by patient and kind. */
  readonly #newestEntry = new Map<string, number>();
  /** Technical alarms from before the restart whose cause nobody has confirmed yet. */
  readonly #unconfirmed = new Set<string>();
  #restoredAtMono = 0;

  constructor(options: AlarmsOptions) {
    this.#options = options;
    const { now, monotonicNow } = options;
    this.#conditions = new Conditions(options.rules, monotonicNow);
    this.#book = new AlarmBook({ ...options, remindsOf: (rule) => !rule.startsWith('risk-') });
    this.#pauser = new AudioPauser({ now, monotonicNow, onChange: options.onAudioPause });
    this.#watch = new SignalWatch({
      monotonicNow,
      silentAfterMs: options.lostSignalAfterSeconds * 1000,
      onProblem: (problem, device, afterMs, kinds) => this.#signalProblem(problem, device, afterMs, kinds),
      onRecovered: (problem, device) => this.#book.end(technicalKey(problem, device.deviceId, null)),
    });
  }

  /** Call before `watch` and before the first reading. */
  restore(openAlarms: readonly Alarm[]): void {
    this.#book.restore(openAlarms);
    this.#restoredAtMono = this.#options.monotonicNow();
    for (const alarm of openAlarms) {
      const holds = alarm.state === 'active' || alarm.state === 'acknowledged';
      if (!holds) continue;
      if (alarm.category === 'technical') this.#unconfirmed.add(alarmKey(alarm));
      else if (alarm.patientId !== null) this.#conditions.restore(alarm.patientId, alarm.rule);
    }
  }

  /**
   * One validated measurement. What is no number says nothing, but for HI and LO: beyond what the device measures is beyond any
   * limit. Unscored quality never alarms; old back-filled readings neither raise nor end anything. Returns the alarms it raised.
   */
  onMeasurement(patientId: number | null, measurement: Measurement): readonly RaisedAlert[] {
    const { deviceId, takenAtMs, origin } = measurement;
    const counts = (measurement.quality & UNSCORED_QUALITY) === 0;
    if (origin === 'live') this.#heardReading(measurement, counts);
    if (patientId === null || !counts) return NONE;
    if (origin === 'backfill' && this.#options.now() - takenAtMs > CURRENT_FOR_MS) return NONE;
    const alerts: RaisedAlert[] = [];
    for (const [kind, value] of judged(measurement)) {
      if (!this.#isNext(`${deviceId}|${kind}`, measurement)) continue;
      for (const change of this.#conditions.check(patientId, subjectOf(kind), `${deviceId}|${kind}`, value)) {
        const alert = this.#apply(change, kind, value);
        if (alert !== null) alerts.push(alert);
      }
    }
    return alerts;
  }

  /** A vital entered by hand counts like a reading, if it is recent; a retracted one no longer does. */
  onObservation(observation: Observation): readonly RaisedAlert[] {
    const { kind, patientId, value } = observation;
    if (!isVital(kind)) return NONE;
    const entry = `${patientId}|${kind}`;
    if (observation.retractedAtMs !== null) {
      this.#newestEntry.delete(entry);
      for (const change of this.#conditions.withdraw(patientId, subjectOf(kind), MANUAL_SOURCE)) this.#apply(change, kind, value);
      return NONE;
    }
    if (this.#options.now() - observation.takenAtMs > SLOW_CURRENT_FOR_MS) return NONE;
    // Written down late, an older value neither raises nor ends what the newer one says.
    const newestMs = this.#newestEntry.get(entry) ?? observation.takenAtMs;
    if (observation.takenAtMs < newestMs && newestMs <= this.#options.now() + CURRENT_FOR_MS) return NONE;
    this.#newestEntry.set(entry, observation.takenAtMs);
    return this.#applyAll(this.#conditions.check(patientId, subjectOf(kind), MANUAL_SOURCE, value), kind, value);
  }

  /** A model's result. One that abstained says nothing: it neither raises nor ends. */
  onPrediction(prediction: Prediction): readonly RaisedAlert[] {
    const { patientId, model, probability } = prediction;
    if (probability === null || this.#options.now() - prediction.scoredAtMs > SLOW_CURRENT_FOR_MS) return NONE;
    return this.#applyAll(this.#conditions.check(patientId, riskSubject(model), model, probability), null, probability);
  }

  /** What was said by this model no longer counts: this does, or (null, or long ago) nothing. */
  predictionStands(patientId: number, model: RiskModel, standing: Prediction | null): void {
    const isRecent = standing !== null && this.#options.now() - standing.scoredAtMs <= SLOW_CURRENT_FOR_MS;
    if (isRecent && standing.probability !== null) this.onPrediction(standing);
    else for (const change of this.#conditions.withdraw(patientId, riskSubject(model), model)) this.#apply(change, null, 0);
  }

  /** A technical condition that something else of the console watches over. Returns the alarm where one is open. */
  technical(ruleKey: string, condition: TechnicalCondition): Alarm | null {
    const deviceId = condition.deviceId ?? null;
    const patientId = condition.patientId ?? null;
    const key = technicalKey(ruleKey, deviceId, patientId);
    this.#unconfirmed.delete(key);
    if (!condition.active) this.#book.end(key);
    else {
      const { message, detail, priority = 'medium' } = condition;
      this.#raise({ category: 'technical', rule: ruleKey, priority, patientId, deviceId, message, detail });
    }
    return this.#book.find(key);
  }

  /** A device is bound to a patient: from now on its silence is an alarm. */
  watch(device: WatchedDevice): void {
    const already = (['lost-signal', 'no-usable-readings'] as const).filter((problem) =>
      this.#unconfirmed.delete(technicalKey(problem, device.deviceId, null)),
    );
    this.#watch.watch(device, already);
  }

  /** A device is bound to nobody any more. */
  unwatch(deviceId: string): void {
    this.#watch.unwatch(deviceId);
  }

  /** A device is not this patient's any more, or never was: what it said of them no longer holds where the reading is not theirs. */
  deviceLeft(patientId: number, deviceId: string, isTheirs: (takenAtMs: number) => boolean): void {
    for (const kind of VITAL_KINDS) {
      const source = `${deviceId}|${kind}`;
      const newest = this.#newest.get(source);
      if (newest === undefined || isTheirs(newest.takenAtMs)) continue;
      for (const change of this.#conditions.withdraw(patientId, subjectOf(kind), source)) this.#apply(change, kind, 0);
    }
  }

  /** Anything heard from a device that is not a reading: a status, a battery level. */
  heard(deviceId: string): void {
    this.#watch.heard(deviceId);
  }

  setLostSignalAfterSeconds(seconds: number): void {
    this.#watch.setSilentAfterMs(seconds * 1000);
  }

  /** The patient was discharged: what held for them ends; unacknowledged alarms stay until somebody has seen them. */
  patientLeft(patientId: number): void {
    for (const change of this.#conditions.drop(patientId)) this.#apply(change, null, 0);
    for (const entry of this.#newestEntry.keys()) if (entry.startsWith(`${patientId}|`)) this.#newestEntry.delete(entry);
  }

  /** Once a second. */
  tick(): void {
    for (const change of this.#conditions.stale()) this.#apply(change, null, 0);
    if (this.#unconfirmed.size > 0 && this.#options.monotonicNow() - this.#restoredAtMono > CONFIRM_WITHIN_MS) {
      for (const key of this.#unconfirmed) this.#book.end(key);
      this.#unconfirmed.clear();
    }
    this.#watch.tick();
    this.#book.tick();
    this.#watchSaving();
    this.#pauser.tick();
  }

  /** @throws ConsoleError not_found, invalid_params. */
  acknowledge(alarmId: string, userDisplayName: string): Alarm {
    return this.#book.acknowledge(alarmId, userDisplayName);
  }

  /** Silences sound only: every alarm stays as it is and stays visible. 0 ends the pause. @throws ConsoleError out_of_range. */
  pauseAudio(seconds: number, by: string): AudioPause {
    return this.#pauser.pause(seconds, by, this.#book.highestUnacknowledged());
  }

  audioPause(): AudioPause {
    return this.#pauser.current;
  }

  /** Everything that is not cleared, in the order it was raised. */
  open(): readonly Alarm[] {
    return this.#book.open();
  }

  rules(patientId: number | null): readonly ThresholdRule[] {
    return this.#conditions.rules(patientId);
  }

  /** The rule after a change, checked; to be stored, then handed to `saveRule`. @throws ConsoleError not_found, out_of_range. */
  checkRule(change: RuleChange): ThresholdRule {
    return applyChange(this.#conditions.rule(change.ruleId, change.patientId), change);
  }

  saveRule(rule: ThresholdRule): void {
    for (const change of this.#conditions.save(rule)) this.#apply(change, null, 0);
  }

  /** Where "high" begins has changed: the ward's rule for this model follows. Patients with a limit of their own keep it. */
  riskLevelsChanged(model: RiskModel, { high }: RiskLevels): void {
    for (const rule of withRiskLimit(this.rules(null), model, high)) if (rule.subject === riskSubject(model)) this.saveRule(rule);
  }

  #applyAll(changes: readonly ConditionChange[], kind: VitalKind | null, value: number): readonly RaisedAlert[] {
    return changes.map((change) => this.#apply(change, kind, value)).filter((alert) => alert !== null);
  }

  #apply({ rule, patientId, change }: ConditionChange, kind: VitalKind | null, value: number): RaisedAlert | null {
    const spec = { category: 'physiological', rule: rule.ruleId, patientId, deviceId: null } as const;
    if (change === 'end') this.#book.end(alarmKey(spec));
    else if (change === 'continue') this.#book.seen(alarmKey(spec));
    else {
      const detail = detailOf(rule, kind, value, kind === null ? undefined : displayUnitFor(kind, this.#options.units()));
      return this.#raise({ ...spec, priority: rule.priority, message: rule.title, detail });
    }
    return null;
  }

  #raise(spec: NewAlarm): RaisedAlert | null {
    const alarm = this.#book.raise(spec);
    if (alarm === null) return null;
    this.#pauser.alarmRaised(alarm.priority);
    return { alarmId: alarm.alarmId, rule: alarm.rule, priority: alarm.priority, message: `${alarm.message}: ${alarm.detail}` };
  }

  /**
   * False for a reading heard before, or one that came late: back-filled, in one message with a newer one, or offered again.
   * A device's clock that was set back does not silence its alarms, nor does the console's.
   */
  #isNext(source: string, { takenAtMs, receivedAtMs, sequence, origin }: Measurement): boolean {
    const last = this.#newest.get(source);
    if (last === undefined) {
      this.#newest.set(source, { takenAtMs, receivedAtMs, sequence });
      return true;
    }
    const behindMs = last.takenAtMs - takenAtMs;
    if (behindMs === 0 && sequence === last.sequence) return false;
    const clockSetBack = last.receivedAtMs > this.#options.now();
    const late = origin === 'backfill' || receivedAtMs <= last.receivedAtMs || behindMs <= LATE_MS;
    if (behindMs > 0 && late && !clockSetBack) return false;
    last.takenAtMs = takenAtMs;
    last.receivedAtMs = receivedAtMs;
    last.sequence = sequence;
    return true;
  }

  #heardReading({ deviceId, values, specials }: Measurement, counts: boolean): void {
    this.#watch.heard(deviceId);
    for (const kind in values) this.#watch.reading(deviceId, kind as VitalKind, counts);
    for (const [kind, special] of Object.entries(specials)) {
      this.#watch.reading(deviceId, kind as VitalKind, counts && BEYOND[special] !== undefined);
    }
  }

  #signalProblem(problem: SignalProblem, device: WatchedDevice, afterMs: number, kinds: readonly VitalKind[]): void {
    const silence = afterMs < 120_000 ? `${Math.round(afterMs / 1000)} s` : `${Math.round(afterMs / 60_000)} min`;
    const what = kinds.map((kind) => VITALS[kind].short).join(', ');
    const { deviceId, patientId } = device;
    const refused = this.#options.refusedWithin?.(deviceId, afterMs) ?? null;
    const lost =
      refused === null
        ? `Nothing heard from ${device.name} for ${silence}. Check that it is worn, charged and in range.`
        : `Nothing that ${device.name} has sent for ${silence} could be taken. ${refused}`;
    const detail =
      problem === 'lost-signal' ? lost : `${device.name} has sent no usable ${what} for ${silence}. Check how the sensor sits.`;
    const message = TECHNICAL_RULES[problem];
    this.#raise({ category: 'technical', rule: problem, priority: 'medium', patientId, deviceId, message, detail });
  }

  /** An alarm that cannot be saved is kept in memory, tried again every tick, and made known. */
  #watchSaving(): void {
    const rule = 'alarms-not-saved';
    const failed = this.#book.failedSaves(rule);
    if (failed === 0) {
      this.#book.end(technicalKey(rule, null, null));
      return;
    }
    const kept =
      failed === 1
        ? '1 alarm could not be written to the database. It is'
        : `${failed} alarms could not be written to the database. They are`;
    const detail = `${kept} kept and tried again.`;
    const message = TECHNICAL_RULES[rule];
    this.#raise({ category: 'technical', rule, priority: 'medium', patientId: null, deviceId: null, message, detail });
  }
}

/** What of a measurement can be compared with limits. */
function* judged({ values, specials }: Measurement): Generator<readonly [VitalKind, number]> {
  for (const [kind, value] of Object.entries(values)) if (Number.isFinite(value)) yield [kind as VitalKind, value];
  for (const [kind, special] of Object.entries(specials)) {
    const side = BEYOND[special];
    if (side !== undefined) yield [kind as VitalKind, side];
  }
}

function technicalKey(rule: string, deviceId: string | null, patientId: number | null): string {
  return alarmKey({ category: 'technical', rule, deviceId, patientId });
}

// Where every link hands in what it heard: check, alarm at once, store, and only then tell the link and the screens.
//
//   validate ─► alarms (synchronous, never wait) ─► engine (commit, score) ─► current values, device board, events ─► outcome
import type { Binding, CurrentValue, Device, Observation, Patient, Prediction } from '../contract/models.ts';
import type {
  DeviceStatus,
  FieldProblem,
  IntakeOutcome,
  LatePredictions,
  LinkSink,
  Measurement,
  RaisedAlert,
  StoredPrediction,
} from '../links/link.ts';
import type { ReadingRow, Remote, StoreOutcome, StoreReads, StoreWrites } from '../store/ports.ts';
import { VITALS } from '../vitals/kinds.ts';
import { Bindings } from './bindings.ts';
import { CurrentValues } from './current-values.ts';
import { DeviceBoard } from './device-board.ts';
import { DeviceRows } from './device-rows.ts';
import { NewestScores } from './newest-scores.ts';
import { RecentIdentities } from './recent-identities.ts';
import { NO_LONGER_KEPT, validate } from './validate.ts';
import { Whereabouts } from './whereabouts.ts';

export interface IntakeOptions {
  readonly store: Pick<Remote<StoreWrites>, 'storeReadings' | 'putDevice'>;
  /** UTC ms; the machine's clock where left out. */
  readonly now?: () => number;
  /** Name and record number of a patient, for the device's row; null for somebody who is not here (any more). */
  readonly patient: (patientId: number) => Pick<Patient, 'name' | 'mrn'> | null;
  /**
   * Called once for each valid measurement before it is stored (not for repeats of the last ones of a device); what it raises is
   * in the outcome. `patientId` null: the device is bound to nobody at that time.
   */
  readonly onValidated: (patientId: number | null, measurement: Measurement) => readonly RaisedAlert[];
  /** The kinds of a patient that changed, at most four times a second. */
  readonly onValues: (patientId: number, values: readonly CurrentValue[]) => void;
  /** A score that is newer than all before it of its patient and model. */
  readonly onPrediction: (prediction: Prediction) => void;
  /** What every model answers for a reading that is nobody's: that it abstains. */
  readonly unclaimed?: readonly StoredPrediction[];
  /** Predictions of a reading that was answered before they came. */
  readonly onLate?: (late: LatePredictions) => void;
  readonly onDevice: (device: Device) => void;
  /** When a binding ends by itself; null: it does not. */
  readonly bindingUntilMs?: (binding: Binding) => number | null;
  /** A device could not prove who it is: told once until it can. */
  readonly onRefused?: (deviceId: string, reason: string) => void;
  /** A reading was stored that is nobody's. */
  readonly onUnclaimed?: (deviceId: string) => void;
  /** A device is no longer this patient's, now or for a time gone by; `isTheirs` tells which of its readings still are. */
  readonly onLeft?: (patientId: number, deviceId: string, isTheirs: (takenAtMs: number) => boolean) => void;
  /** Of this patient readings and their scores may have changed, by who wore a device when. */
  readonly onRebound?: (patientId: number) => void;
  /** A network device is heard from two places at once, or (null) from one again. */
  readonly onPlaces?: (deviceId: string, places: readonly [string, string] | null) => void;
  /** Readings of before are no longer kept, nor taken in. */
  readonly keptFromMs?: () => number;
  /** Storing has begun to fail (the error), or works again (null). */
  readonly onStoring: (problem: Error | null) => void;
}

export type IntakeReads = Pick<
  Remote<StoreReads>,
  'devices' | 'bindings' | 'patients' | 'latest' | 'stored' | 'observations' | 'latestPredictions'
>;

/** What decides whose a reading is. */
type Heard = Pick<Measurement, 'deviceId' | 'takenAtMs' | 'receivedAtMs' | 'origin'>;

/** What is older at the start of the console is not loaded as a current value. */
const LOAD_VALUES_MS = 24 * 3_600_000;

interface Refused {
  readonly index: number;
  readonly measurement: Measurement;
  readonly problems: readonly FieldProblem[];
}

export class Intake implements LinkSink {
  readonly bindings = new Bindings();
  readonly values: CurrentValues;
  readonly board: DeviceBoard;
  readonly #options: IntakeOptions;
  readonly #now: () => number;
  readonly #rows: DeviceRows;
  readonly #whereabouts = new Whereabouts();
  readonly #recent = new RecentIdentities();
  /** Devices whose refusal is written down already; until they are believed again. */
  readonly #refusedIds = new Set<string>();
  readonly #newestScores: NewestScores;
  #reads: IntakeReads | null = null;
  #failing = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.values = new CurrentValues({ onChange: options.onValues });
    this.board = new DeviceBoard({
      bindings: this.bindings,
      patient: options.patient,
      onChange: options.onDevice,
      now: this.#now,
      ...(options.bindingUntilMs && { untilMs: options.bindingUntilMs }),
    });
    this.#rows = new DeviceRows({ store: options.store, board: this.board, now: this.#now });
    this.#newestScores = new NewestScores(this.#now);
  }

  /** Reads devices, bindings and current values from the store. Call once, before any link starts. */
  async load(reads: IntakeReads): Promise<void> {
    const [devices, bindings, patients] = await Promise.all([
      reads.devices(),
      reads.bindings({ openOnly: false }),
      reads.patients({ includeDischarged: false }),
    ]);
    this.bindings.load(bindings);
    this.board.load(devices);
    await Promise.all(
      patients.map(async ({ patientId }) => {
        const { rows, observations, predictions } = await this.#stored(reads, patientId);
        this.values.load(patientId, rows, observations);
        for (const prediction of predictions) this.#newestScores.take(prediction);
      }),
    );
    this.#reads = reads;
  }

  /** Somebody has come (back) to the ward after the start: takes in what the store knows of them. */
  async arrived(patientId: number): Promise<void> {
    if (this.#reads === null) return;
    const { rows, observations, predictions } = await this.#stored(this.#reads, patientId);
    if (!this.#isHere(patientId)) return;
    this.values.refill(patientId, this.#theirs(patientId, rows), observations);
    for (const prediction of predictions) this.#newestScores.take(prediction);
  }

  /** The patient was discharged. */
  left(patientId: number): void {
    this.values.forget(patientId);
    this.#newestScores.forget(patientId);
  }

  /** @throws DiskFullError, ConsoleError `unavailable`: then nothing of the batch is acknowledged (parts of a long one may be stored). */
  async accept(batch: readonly Measurement[]): Promise<readonly IntakeOutcome[]> {
    const nowMs = this.#now();
    const outcomes: (IntakeOutcome | null)[] = batch.map(() => null);
    const valid: { readonly index: number; readonly measurement: Measurement; readonly alerts: readonly RaisedAlert[] }[] = [];
    const noLongerKept: Refused[] = [];
    for (const [index, measurement] of batch.entries()) {
      const problems = this.#problems(measurement, nowMs);
      if (problems.length === 0) valid.push({ index, measurement, alerts: this.#alarm(measurement) });
      else if (problems.every(({ code }) => code === NO_LONGER_KEPT)) noLongerKept.push({ index, measurement, problems });
      else outcomes[index] = this.#rejected(measurement, problems);
    }
    if (valid.length > 0) {
      const measurements = valid.map(({ measurement }) => measurement);
      const { outcomes: stored, predictions } = await this.#store(measurements);
      const scored = new Set<number | null>();
      for (const [position, { index, measurement, alerts }] of valid.entries()) {
        const outcome = stored[position];
        if (outcome === undefined) continue;
        outcomes[index] = this.#settle(measurement, outcome, alerts);
        if (outcome.status !== 'conflict' && this.#mayBeOf(outcome.patientId, measurement)) scored.add(outcome.patientId);
      }
      this.predictions(predictions.filter(({ patientId }) => scored.has(patientId)));
    }
    if (noLongerKept.length > 0) {
      for (const [index, outcome] of await this.#repeatsAmong(noLongerKept)) outcomes[index] = outcome;
    }
    return outcomes.map((outcome) => {
      if (outcome === null) throw new Error('the engine has answered fewer items than it was given');
      return outcome;
    });
  }

  deviceStatus(status: DeviceStatus): void {
    if (status.trust === 'refused') {
      this.#refused(status);
      return;
    }
    this.#refusedIds.delete(status.deviceId);
    this.board.status(status);
    this.#place(status);
    this.#rows.follow(status);
  }

  /** Call now and then: ends what was said of devices at two places. */
  lookAtPlaces(): void {
    for (const deviceId of this.#whereabouts.settled(performance.now())) this.#options.onPlaces?.(deviceId, null);
  }

  /**
   * What claims to be a device and cannot prove it. It may be the device itself with a wrong token: its row says so. But it never says
   * what the device is called or where, and nothing of one that is heard over the network.
   */
  #refused(status: DeviceStatus): void {
    const { deviceId, detail = '' } = status;
    const { name: _, address: __, ...rest } = status;
    const transport = this.board.record(deviceId)?.transport ?? 'bluetooth';
    if (transport === 'bluetooth') this.board.status(rest);
    if (detail === '' || this.#refusedIds.has(deviceId)) return;
    this.#refusedIds.add(deviceId);
    this.#options.onRefused?.(deviceId, detail);
  }

  frameRejected(deviceId: string, reason: string): void {
    this.board.count(deviceId, 'rejected', reason);
  }

  /** A binding was made or ended in the store. What was taken for one patient's may turn out to be another's, or nobody's. */
  rebound(binding: Binding): Device | null {
    const { deviceId, patientId } = binding;
    const former = this.bindings.openOf(deviceId)?.patientId ?? patientId;
    this.bindings.apply(binding);
    for (const concerned of new Set([former, patientId])) {
      const isTheirs = (id: string, takenAtMs: number): boolean => this.bindings.patientAt(id, takenAtMs) === concerned;
      this.values.withdraw(concerned, isTheirs);
      this.#options.onLeft?.(concerned, deviceId, (takenAtMs) => isTheirs(deviceId, takenAtMs));
      this.#newestScores.forget(concerned);
      // Values of before, by a device or a time that is theirs after all; without them the next reading brings new ones.
      this.arrived(concerned).catch(() => undefined);
      this.#options.onRebound?.(concerned);
    }
    return this.board.rebound(binding.deviceId);
  }

  /** An entry by hand was stored or retracted. */
  observation(entry: Observation): void {
    if (this.#isHere(entry.patientId)) this.values.observation(entry);
  }

  /** Scores made elsewhere (after an entry by hand) go the same way as those of readings. */
  predictions(predictions: readonly Prediction[]): void {
    for (const prediction of predictions) if (this.#newestScores.take(prediction)) this.#options.onPrediction(prediction);
  }

  /** Predictions that came after their readings were answered; `heard` null: of an entry by hand. Only what is still that patient's. */
  followed(heard: (Heard & { readonly readingId: string }) | null, predictions: readonly Prediction[]): void {
    const isTheirs = (patientId: number): boolean =>
      heard === null ||
      (this.bindings.patientAt(heard.deviceId, heard.takenAtMs) === patientId && this.#mayBeOf(patientId, heard));
    const theirs = predictions.filter(({ patientId }) => this.#isHere(patientId) && isTheirs(patientId));
    this.predictions(theirs);
    if (heard !== null && theirs.length > 0) {
      this.#options.onLate?.({ deviceId: heard.deviceId, readingId: heard.readingId, predictions: theirs });
    }
  }

  close(): void {
    this.values.close();
    this.board.close();
  }

  #problems(measurement: Measurement, nowMs: number): readonly FieldProblem[] {
    if (this.board.record(measurement.deviceId)?.revokedAtMs != null) {
      const message = 'This device has been revoked: its readings are not taken.';
      return [{ code: 'device_revoked', field: 'deviceId', value: measurement.deviceId, message }];
    }
    return validate(measurement, nowMs, this.#options.keptFromMs?.() ?? 0);
  }

  #rejected({ deviceId }: Measurement, problems: readonly FieldProblem[]): IntakeOutcome {
    this.board.count(deviceId, 'rejected', problems.map(({ message }) => message).join(' '));
    return { status: 'rejected', problems };
  }

  /** Of a time that is no longer kept nothing is taken in; but what was stored in time and is still there is a repeat, and no error. */
  async #repeatsAmong(refused: readonly Refused[]): Promise<readonly (readonly [index: number, IntakeOutcome])[]> {
    const batch = refused.map(({ measurement }) => measurement);
    const readingIds = (await this.#reads?.stored({ batch })) ?? [];
    return refused.map(({ index, measurement, problems }, position) => {
      const readingId = readingIds[position] ?? null;
      if (readingId === null) return [index, this.#rejected(measurement, problems)];
      this.board.count(measurement.deviceId, 'duplicates');
      return [index, { status: 'duplicate', readingId, predictions: [], alerts: [] }];
    });
  }

  #alarm(measurement: Measurement): readonly RaisedAlert[] {
    if (this.#recent.has(measurement)) return [];
    return this.#options.onValidated(this.#wearer(measurement), measurement);
  }

  /**
   * Whose alarm and current value it may be. What carries its own time counts only for somebody who wore the device both when it was taken
   * and when it was received: by a clock that is off it might be the next wearer's. Of who was discharged nothing is current.
   */
  #wearer({ deviceId, takenAtMs, receivedAtMs, origin }: Heard): number | null {
    const patientId = this.bindings.patientAt(deviceId, takenAtMs);
    if (patientId === null || !this.#isHere(patientId)) return null;
    // The records of a Bluetooth device are dated by what its clock was found to be; a post has only the time it carries.
    const isRecord = origin === 'backfill' && this.board.record(deviceId)?.transport === 'bluetooth';
    if (isRecord || receivedAtMs <= takenAtMs) return patientId;
    return this.bindings.patientAt(deviceId, receivedAtMs) === patientId ? patientId : null;
  }

  /** Whether a score of it is that patient's: by a clock that runs behind it might be the next wearer's. */
  #mayBeOf(patientId: number | null, measurement: Heard): boolean {
    return measurement.origin === 'backfill' || this.#wearer(measurement) === patientId;
  }

  #isHere(patientId: number): boolean {
    return this.#options.patient(patientId) !== null;
  }

  #place({ deviceId, state, transport, address }: DeviceStatus): void {
    if (transport === 'bluetooth' || state !== 'connected' || address === undefined) return;
    const places = this.#whereabouts.heard(deviceId, address, performance.now());
    if (places !== null) this.#options.onPlaces?.(deviceId, places);
  }

  async #stored(reads: IntakeReads, patientId: number) {
    const sinceMs = this.#now() - LOAD_VALUES_MS;
    const [rows, observations, predictions] = await Promise.all([
      reads.latest({ patientId, sinceMs }),
      reads.observations({ patientId, fromMs: sinceMs }),
      reads.latestPredictions({ patientId }),
    ]);
    return { rows, observations, predictions };
  }

  #theirs(patientId: number, rows: readonly ReadingRow[]): readonly ReadingRow[] {
    return rows.filter(({ deviceId, takenAtMs }) => this.bindings.patientAt(deviceId, takenAtMs) === patientId);
  }

  async #store(measurements: readonly Measurement[]) {
    try {
      const adding = this.#rows.addUnknown(measurements.map(({ deviceId }) => deviceId));
      if (adding !== null) await adding;
      const stored = await this.#options.store.storeReadings({ batch: measurements });
      if (this.#failing) this.#options.onStoring(null);
      this.#failing = false;
      return stored;
    } catch (error) {
      this.#failing = true;
      this.#options.onStoring(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #settle(measurement: Measurement, outcome: StoreOutcome, alerts: readonly RaisedAlert[]): IntakeOutcome {
    const { deviceId } = measurement;
    this.board.heard(deviceId, measurement.receivedAtMs);
    if (outcome.status === 'conflict') {
      const problem = conflictProblem(outcome);
      this.board.count(deviceId, 'rejected', problem.message);
      return { status: 'conflict', problems: [problem] };
    }
    this.#recent.add(measurement);
    const { status, readingId, patientId, predictions, predictionsFollow } = outcome;
    this.board.count(deviceId, status === 'duplicate' ? 'duplicates' : 'accepted');
    if (status === 'stored' && measurement.origin === 'backfill') this.board.count(deviceId, 'backfilled');
    if (patientId === null && status === 'stored') {
      this.board.count(deviceId, 'unbound');
      this.#options.onUnclaimed?.(deviceId);
    }
    // A repeat may be of a reading whose first answer was lost with the engine: it is news to the screens all the same.
    if (patientId !== null && patientId === this.#wearer(measurement)) this.values.deviceReading(patientId, measurement);
    if (patientId === null) return { status, readingId, predictions: this.#options.unclaimed ?? [], alerts };
    return { status, readingId, predictions, ...(predictionsFollow && { predictionsFollow }), alerts };
  }
}

function conflictProblem({ kind, stored, sent }: Extract<StoreOutcome, { status: 'conflict' }>): FieldProblem {
  const { title, unitLabel } = VITALS[kind];
  const inWords = (value: number): string => (Number.isNaN(value) ? 'no number' : `${value} ${unitLabel}`);
  return {
    code: 'conflict',
    field: kind,
    limit: inWords(stored),
    value: Number.isNaN(sent) ? null : sent,
    message: `${title}: ${inWords(stored)} is stored for this device, time and sequence number, and now ${inWords(sent)} was sent. Nothing was overwritten.`,
  };
}

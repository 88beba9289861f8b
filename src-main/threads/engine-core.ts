// The engine without its thread: stores batches, scores them, and makes every other change, strictly one after another.
//
// A batch: plan (what is new?) → facts in memory take the new values, and the models' inputs are worked out → one model run → one
// transaction with readings and scores. From time to time, between two batches, what has arrived is filed.
// Nothing is stored before the models have answered, and models that fail never keep a reading from being stored.

import { ConsoleError } from '../contract/errors.ts';
import type { Prediction, Receipt } from '../contract/models.ts';
import type { Measurement } from '../links/link.ts';
import type { Question, RiskModels, Scored } from '../risk/port.ts';
import type { Remote, StoreWrites } from '../store/ports.ts';
import { asPrediction, parsePredictionId } from '../store/predictions.ts';
import type { ReadingIdentity } from '../store/reading-id.ts';
import { isScored, VITAL_COLUMNS } from '../store/vital-columns.ts';
import type { PlannedReading, StoreWriter } from '../store/writer.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { BatchOutcome, ItemOutcome } from './batch-codec.ts';
import { type FactsView, PatientFactsMemory } from './patient-facts.ts';
import { ScoreKeeper } from './score-keeper.ts';

/** One moment to score: the item that causes it and all items it answers. */
interface Subject {
  readonly anchor: number;
  readonly items: readonly number[];
  readonly question: Question;
  readonly past: boolean;
  /** Scores of single posts are all kept: a repeat is answered with them. */
  readonly keepAll: boolean;
}

interface SubjectScores {
  readonly subject: Subject;
  readonly identity: ReadingIdentity;
  readonly scored: readonly Scored[];
}

export interface CoreBatch extends BatchOutcome {
  /** Models that failed, in plain words. */
  readonly problems: readonly string[];
}

export type CoreWrites = Remote<Omit<StoreWrites, 'storeReadings'>>;

export function engineCore(writer: StoreWriter, models: RiskModels) {
  for (const { model, levels } of writer.riskLevels()) models.setLevels(model, levels);
  const memory = new PatientFactsMemory(writer.facts);
  const keeper = new ScoreKeeper((patientId, model) => {
    const newest = writer.newestPrediction(patientId, model, Number.MAX_SAFE_INTEGER);
    return newest === null ? null : { level: newest.level, atMs: newest.scoredAtMs };
  });

  let tail: Promise<unknown> = Promise.resolve();
  /** Runs after everything asked before has ended: a plan stays true until it is stored. */
  function inTurn<R>(work: () => Promise<R> | R): Promise<R> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  /** Takes the new values into memory and lists what is to be scored. */
  function subjectsOf(planned: readonly PlannedReading[]): readonly Subject[] {
    const subjects: Subject[] = [];
    const continuous = new Map<FactsView, { patientId: number; past: boolean; items: number[]; lastMs: number }>();
    for (const [index, { measurement, patientId, plan, transport }] of planned.entries()) {
      if ((plan.action !== 'insert' && plan.action !== 'fill') || patientId === null || !isScored(plan.row.quality)) continue;
      if (plan.added.length === 0) continue;
      const values = valuesOf(plan.row.vitals, plan.added);
      const { takenAtMs } = measurement;
      const { view, past } = memory.at(patientId, takenAtMs);
      view.add(takenAtMs, values);
      // What was missed may lie within the hours that the next live score looks back on.
      if (past) memory.live(patientId).add(takenAtMs, values);
      if (transport !== 'bluetooth') {
        subjects.push({
          anchor: index,
          items: [index],
          question: models.ask(view.facts(takenAtMs, values)),
          past,
          keepAll: true,
        });
        continue;
      }
      const entry = continuous.get(view) ?? { patientId, past, items: [], lastMs: takenAtMs };
      entry.items.push(index);
      entry.lastMs = Math.max(entry.lastMs, takenAtMs);
      continuous.set(view, entry);
    }
    for (const [view, { past, items, lastMs }] of continuous) {
      subjects.push({ anchor: items.at(-1) ?? 0, items, question: models.ask(view.facts(lastMs)), past, keepAll: false });
    }
    return subjects;
  }

  /** Runs all subjects at once. */
  async function score(subjects: readonly Subject[], problems: string[]): Promise<readonly (readonly Scored[])[]> {
    if (subjects.length === 0) return [];
    try {
      const answers = await models.answer(subjects.map(({ question }) => question));
      problems.push(...answers.problems);
      return answers.scored;
    } catch (error) {
      problems.push(`The risk models failed: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }

  async function storeBatch(batch: readonly Measurement[]): Promise<CoreBatch> {
    if (writer.changedByOthers()) memory.forgetAll();
    const planned = writer.plan(batch);
    const problems: string[] = [];
    const scores: SubjectScores[] = [];
    try {
      const subjects = subjectsOf(planned);
      const results = await score(subjects, problems);
      for (const [index, subject] of subjects.entries()) {
        const [identity, scored = []] = [planned[subject.anchor]?.identity, results[index]];
        if (identity !== undefined && scored.length > 0) scores.push({ subject, identity, scored });
      }
      const due = scores.map(({ subject, scored }) =>
        subject.keepAll ? scored : scored.filter((one) => keeper.isDue(one, subject.past)),
      );
      const toStore = scores.flatMap(({ subject }, index) => {
        const scored = due[index] ?? [];
        return scored.length === 0 ? [] : [{ anchor: subject.anchor, scored }];
      });
      writer.store(planned, toStore);
      scores.forEach(({ subject }, index) => {
        for (const one of due[index] ?? []) keeper.kept(one, subject.past);
      });
      scores.forEach(({ identity, scored }, index) => {
        // What is stored can be asked for by its id already.
        if (scored !== due[index]) for (const one of scored) keeper.remember(identity, one);
      });
    } catch (error) {
      // Memory has taken in what the database has not.
      for (const { patientId } of planned) if (patientId !== null) memory.forget(patientId);
      throw error;
    }
    return { ...outcomeOf(planned, scores), problems };
  }

  function outcomeOf(planned: readonly PlannedReading[], scores: readonly SubjectScores[]): BatchOutcome {
    const predictions: { anchor: number; prediction: Prediction }[] = [];
    const ofItem = new Map<number, number[]>();
    for (const { subject, identity, scored } of scores) {
      const positions = scored.map(
        (one) => predictions.push({ anchor: subject.anchor, prediction: asPrediction(identity, one) }) - 1,
      );
      // One subject per item: of a continuous device all readings of the batch, of others the single post.
      for (const item of subject.items) ofItem.set(item, positions);
    }
    const items = planned.map(({ identity, patientId, plan }, index): ItemOutcome => {
      if (plan.action === 'conflict') return { status: 'conflict', kind: plan.kind, stored: plan.stored, sent: plan.sent };
      const { sourceId } = identity;
      if (plan.action !== 'duplicate') return { status: 'stored', sourceId, patientId, predictions: ofItem.get(index) ?? [] };
      const stored =
        patientId === null
          ? []
          : writer.predictionsOf(patientId, identity).map((prediction) => predictions.push({ anchor: -1, prediction }) - 1);
      return { status: 'duplicate', sourceId, patientId, predictions: stored };
    });
    return { items, predictions };
  }

  /**
   * After an entry by hand: the patient's facts anew from the database, one run, kept under the patient's manual source. Never fails:
   * the entry is stored, and the next reading is scored with it.
   */
  async function rescore(patientId: number, atMs: number, observationId: number): Promise<readonly Prediction[]> {
    memory.forget(patientId);
    try {
      const answers = await models.answer([models.ask(memory.live(patientId).facts(atMs))]);
      const [scored = []] = answers.scored;
      if (scored.length === 0) return [];
      const identity = writer.storeScores({ patientId, atMs, observationId, scored });
      for (const one of scored) {
        keeper.kept(one, false);
        keeper.remember(identity, one);
      }
      return scored.map((one) => asPrediction(identity, one));
    } catch {
      return [];
    }
  }

  async function receipt({ predictionId }: { predictionId: string }): Promise<Receipt | null> {
    const key = parsePredictionId(predictionId);
    if (key === null) return null;
    const remembered = keeper.find(key.patientId, key.model, predictionId);
    if (remembered !== null) return models.explain(remembered, predictionId);
    const stored = writer.scoredById(predictionId);
    return stored === null ? null : models.explain(stored.scored, stored.predictionId);
  }

  const { plain } = writer;
  /** Each in its turn; `then` runs after the change is committed. */
  const plainly =
    <A, R>(change: (ask: A) => R, then: (ask: A, result: R) => void = () => undefined) =>
    (ask: A): Promise<R> =>
      inTurn(() => {
        const result = change(ask);
        then(ask, result);
        return result;
      });

  const writes: CoreWrites = {
    saveSettings: plainly(plain.saveSettings),
    addPatient: plainly(plain.addPatient),
    updatePatient: plainly(plain.updatePatient, ({ patient }) => memory.forget(patient.patientId)),
    setDischarged: plainly(plain.setDischarged, ({ patientId }) => {
      memory.forget(patientId);
      keeper.forget(patientId);
    }),
    addUser: plainly(plain.addUser),
    setUserDisabled: plainly(plain.setUserDisabled),
    addSession: plainly(plain.addSession),
    endSession: plainly(plain.endSession),
    putDevice: plainly(plain.putDevice),
    revokeDevice: plainly(plain.revokeDevice),
    tokenUsed: plainly(plain.tokenUsed),
    // A binding moves readings from one patient to another: both lose their memory.
    bind: plainly(plain.bind, () => memory.forgetAll()),
    unbind: plainly(plain.unbind, () => memory.forgetAll()),
    beginPhotoFile: plainly(plain.beginPhotoFile),
    addPhotoPart: plainly(plain.addPhotoPart),
    addPhoto: plainly(plain.addPhoto),
    retractPhoto: plainly(plain.retractPhoto),
    claim: plainly(plain.claim, () => memory.forgetAll()),
    undoClaim: plainly(plain.undoClaim, () => memory.forgetAll()),
    savePosition: plainly(plain.savePosition),
    saveClockEpoch: plainly(plain.saveClockEpoch),
    configureDevice: plainly(plain.configureDevice),
    saveBluetoothSettings: plainly(plain.saveBluetoothSettings),
    saveAlarm: plainly(plain.saveAlarm),
    saveThreshold: plainly(plain.saveThreshold),
    saveRiskLevels: plainly(plain.saveRiskLevels, ({ model, levels }) => models.setLevels(model, levels)),
    saveSkinLevels: plainly(plain.saveSkinLevels),
    saveRetention: plainly(plain.saveRetention),
    forgetBefore: plainly(plain.forgetBefore),
    removeOld: plainly(plain.removeOld),
    addAudit: plainly(plain.addAudit),
    addObservations: (ask) =>
      inTurn(async () => {
        const observations = writer.addObservations(ask);
        const last = observations.at(-1);
        return {
          observations,
          predictions: last === undefined ? [] : await rescore(ask.patientId, ask.atMs, last.observationId),
        };
      }),
    retractObservation: (ask) =>
      inTurn(async () => {
        const observation = writer.retractObservation(ask);
        return { observation, predictions: await rescore(observation.patientId, ask.atMs, observation.observationId) };
      }),
    receipt: (ask) => inTurn(() => receipt(ask)),
    models: () => Promise.resolve(models.info),
  };

  return {
    writes,
    storeBatch: (batch: readonly Measurement[]): Promise<CoreBatch> => inTurn(() => storeBatch(batch)),
    /** To be called after a batch is answered: files what has arrived, if that is enough. @throws where it cannot be written. */
    tidyUp(): Promise<void> {
      return writer.hasToFile ? inTurn(() => writer.fileArrivals()) : Promise.resolve();
    },
    /** Resolves when everything asked so far has ended. */
    idle: (): Promise<void> => inTurn(() => undefined),
  };
}

function valuesOf(vitals: readonly (number | null)[], added: readonly number[]): { [K in VitalKind]?: number } {
  const values: { [K in VitalKind]?: number } = {};
  for (const index of added) {
    const [column, value] = [VITAL_COLUMNS[index], vitals[index]];
    if (column !== undefined && value !== null && value !== undefined) values[column.kind] = value / column.scale;
  }
  return values;
}

/** Stands in where the models could not be loaded: everything is stored, nothing is scored, and the reason is said. */
export function noModels(reason: string): RiskModels {
  return {
    info: [],
    setLevels: () => undefined,
    ask: ({ patientId, atMs }) => ({ patientId, atMs, rows: [] }),
    answer: (questions) => Promise.resolve({ scored: questions.map(() => []), problems: [reason] }),
    explain: () => Promise.reject(new ConsoleError('unavailable', reason)),
  };
}

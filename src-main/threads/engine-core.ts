// The engine without its thread: stores batches, scores them, and makes every other change, strictly one after another.
//
// A batch: plan (what is new?) → facts in memory take the new values, and the models' inputs are worked out → one model run → one
// transaction with readings and scores. From time to time, between two batches, what has arrived is filed.
// Models that fail never keep a reading from being stored, nor do models that are slow: its scores then follow (scoring.ts), made from
// the inputs that were worked out when it came.

import { setImmediate } from 'node:timers/promises';
import type { Prediction, Receipt, RiskModel } from '../contract/models.ts';
import type { Measurement } from '../links/link.ts';
import type { RiskModels, Scored } from '../risk/port.ts';
import { FILED_AT_ONCE } from '../store/arrivals.ts';
import type { Remote, StoreWrites } from '../store/ports.ts';
import { asPrediction, parsePredictionId, type StoredScore } from '../store/predictions.ts';
import type { ReadingIdentity } from '../store/reading-id.ts';
import type { PlannedReading, StoreWriter } from '../store/writer.ts';
import { askAgain } from './ask-again.ts';
import type { BatchOutcome, ItemOutcome } from './batch-codec.ts';
import type { FollowedReading, NewScores } from './follow-up.ts';
import { PatientFactsMemory } from './patient-facts.ts';
import { readingHeard } from './pending-scores.ts';
import { ScoreKeeper } from './score-keeper.ts';
import { Scoring, type ScoringParts } from './scoring.ts';
import { type Subject, subjectsOf } from './subjects.ts';

interface SubjectScores {
  readonly subject: Subject;
  readonly identity: ReadingIdentity;
  readonly scored: readonly Scored[];
  /** Models whose scores follow. */
  readonly lacking: readonly RiskModel[];
}

export interface CoreBatch extends BatchOutcome {
  /** Models that failed, in plain words. */
  readonly problems: readonly string[];
}

export type CoreWrites = Remote<Omit<StoreWrites, 'storeReadings'>>;

/** What the engine's thread adds to its core. */
export type CoreOptions = Partial<Pick<ScoringParts, 'counts' | 'told' | 'pendingLimit'>>;

export function engineCore(writer: StoreWriter, models: RiskModels, options: CoreOptions = {}) {
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

  let isTidying = false;

  const scoring = new Scoring({
    models,
    store: (scores) => inTurn(() => storeFollowing(scores)),
    told: options.told ?? (() => undefined),
    ...options,
  });

  const again = askAgain({ writer, memory, models, scoring, inTurn });

  /** The score of a reading that is stored follows. */
  function scoreLater(
    identity: ReadingIdentity,
    heard: Measurement | null,
    { question, past, keepAll }: Pick<Subject, 'question' | 'past' | 'keepAll'>,
    lacking: readonly RiskModel[],
  ): void {
    const kept = heard && readingHeard(identity, heard);
    scoring.later({ identity, heard: kept, question, past, keepAll, lacking, sinceMs: performance.now() });
  }

  async function storeBatch(batch: readonly Measurement[]): Promise<CoreBatch> {
    if (writer.changedByOthers()) memory.forgetAll();
    const planned = writer.plan(batch);
    const scores: SubjectScores[] = [];
    try {
      const subjects = subjectsOf(planned, memory, models);
      const results = await scoring.now(subjects.map(({ question }) => question));
      for (const [index, subject] of subjects.entries()) {
        const [identity, scored = []] = [planned[subject.anchor]?.identity, results[index]];
        if (identity !== undefined) scores.push({ subject, identity, scored, lacking: scoring.lacking(scored) });
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
    for (const { subject, identity, lacking } of scores) {
      scoring.replaced(identity);
      if (lacking.length > 0) scoreLater(identity, planned[subject.anchor]?.measurement ?? null, subject, lacking);
    }
    scoring.tell();
    return { ...outcomeOf(planned, scores), problems: scoring.problems };
  }

  /** Scores that were made after the answer: of readings that are still that patient's. */
  function storeFollowing(scores: readonly NewScores[]): readonly FollowedReading[] {
    if (writer.changedByOthers()) memory.forgetAll();
    const theirs = scores.filter(({ pending }) => {
      const { identity, question } = pending;
      return scoring.isWanted(pending) && writer.concerns(identity) === question.patientId;
    });
    const due = theirs.map(({ pending, scored }) =>
      pending.keepAll ? scored : scored.filter((one) => keeper.isDue(one, pending.past)),
    );
    writer.storeScores(
      theirs.flatMap(({ pending: { identity } }, index) => {
        const scored = due[index] ?? [];
        return scored.length === 0 ? [] : [{ identity, scored }];
      }),
    );
    return theirs.map(({ pending: { identity, heard, past }, scored }, index) => {
      for (const one of due[index] ?? []) keeper.kept(one, past);
      for (const one of scored) keeper.remember(identity, one);
      return { heard, predictions: scored.map((one) => asPrediction(identity, one)) };
    });
  }

  function outcomeOf(planned: readonly PlannedReading[], scores: readonly SubjectScores[]): BatchOutcome {
    const predictions: { anchor: number; prediction: Prediction }[] = [];
    const ofItem = new Map<number, number[]>();
    const toFollow = new Set<number>();
    for (const { subject, identity, scored, lacking } of scores) {
      const positions = scored.map(
        (one) => predictions.push({ anchor: subject.anchor, prediction: asPrediction(identity, one) }) - 1,
      );
      // One subject per item: of a continuous device all readings of the batch, of others the single post.
      for (const item of subject.items) {
        ofItem.set(item, positions);
        if (lacking.length > 0) toFollow.add(item);
      }
    }
    const items = planned.map(({ identity, patientId, plan }, index): ItemOutcome => {
      if (plan.action === 'conflict') return { status: 'conflict', kind: plan.kind, stored: plan.stored, sent: plan.sent };
      const { sourceId } = identity;
      if (plan.action !== 'duplicate') {
        const stored = ofItem.get(index) ?? [];
        return { status: 'stored', sourceId, patientId, predictions: stored, follow: toFollow.has(index) };
      }
      const stored =
        patientId === null
          ? []
          : writer.predictionsOf(patientId, identity).map((prediction) => predictions.push({ anchor: -1, prediction }) - 1);
      return { status: 'duplicate', sourceId, patientId, predictions: stored, follow: scoring.isPending(identity) };
    });
    return { items, predictions };
  }

  /**
   * After an entry by hand: the patient's facts anew from the database, one run, kept under the patient's manual source. Never fails:
   * the entry is stored, and what cannot be made or stored of its score now follows.
   */
  async function rescore(patientId: number, atMs: number, observationId: number): Promise<readonly Prediction[]> {
    memory.forget(patientId);
    try {
      const identity = { sourceId: writer.manualSource({ patientId, atMs }), takenAtMs: atMs, sequence: observationId };
      return await scoreStored(patientId, identity);
    } catch {
      return [];
    }
  }

  /** A live score under what is stored already; what cannot be made or stored of it now follows. */
  async function scoreStored(patientId: number, identity: ReadingIdentity): Promise<readonly Prediction[]> {
    const facts = memory.live(patientId).facts(identity.takenAtMs);
    // After all that is stored: of two of the same moment nobody could tell which was made with more.
    const storedMs = writer.latestPredictions({ patientId }).map(({ scoredAtMs }) => scoredAtMs + 1);
    const question = models.ask({ ...facts, atMs: Math.max(facts.atMs, ...storedMs) });
    const [scored = []] = await scoring.now([question]);
    scoring.replaced(identity);
    const stored = storeNow(identity, scored);
    const lacking = scoring.lacking(stored);
    if (lacking.length > 0) scoreLater(identity, null, { question, past: false, keepAll: true }, lacking);
    scoring.tell();
    return stored.map((one) => asPrediction(identity, one));
  }

  /**
   * A binding has changed. Where it has moved readings, nobody remembers what was made of another's, and the newest that came to a
   * patient is scored as theirs. Never fails: the binding stands, and the next reading is scored by it.
   */
  async function rebound(): Promise<void> {
    memory.forgetAll();
    const { former, newest } = writer.lastMoved();
    for (const { patientId } of former) keeper.forget(patientId);
    // Whatever cannot be asked about again is no worse off than a score that was withdrawn.
    again.moved(former).catch(() => undefined);
    for (const { patientId, identity } of newest) {
      try {
        if (!memory.live(patientId).isPast(identity.takenAtMs)) await scoreStored(patientId, identity);
      } catch {
        // Of this patient the next reading brings a score.
      }
    }
  }

  /** What of them is stored: all or none. */
  function storeNow(identity: ReadingIdentity, scored: readonly Scored[]): readonly Scored[] {
    if (scored.length === 0) return [];
    try {
      writer.storeScores([{ identity, scored }]);
    } catch {
      return [];
    }
    for (const one of scored) {
      keeper.kept(one, false);
      keeper.remember(identity, one);
    }
    return scored;
  }

  function find(predictionId: string): StoredScore | null {
    const key = parsePredictionId(predictionId);
    if (key === null) return null;
    const remembered = keeper.find(key.patientId, key.model, predictionId);
    return remembered === null ? writer.scoredById(predictionId) : { scored: remembered, predictionId, withdrawn: null };
  }

  /** Its run is nothing that a reading must wait for. */
  async function receipt(ask: { predictionId: string }): Promise<Receipt | null> {
    const found = await inTurn(() => find(ask.predictionId));
    if (found === null) return null;
    const { scored, predictionId, withdrawn } = found;
    const receipt = await scoring.watched(() => models.explain(scored, predictionId));
    return withdrawn === null ? receipt : { ...receipt, withdrawn };
  }

  /**
   * To be called after a batch is answered: files what has arrived, if that is enough, and takes out scores that are due to be. A few at a
   * time, and what has been sent in the meantime is taken in first. @throws where it cannot be written: it is still to be done then.
   */
  async function tidyUp(): Promise<void> {
    if (isTidying || !(writer.hasToFile || writer.hasToWithdraw)) return;
    isTidying = true;
    try {
      if (writer.hasToFile) while (await inTurn(() => writer.fileArrivals(FILED_AT_ONCE))) await setImmediate();
      while (writer.hasToWithdraw) {
        await inTurn(() => writer.withdrawNext());
        await setImmediate();
      }
    } finally {
      isTidying = false;
    }
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

  const rebinding =
    <A, R>(change: (ask: A) => R) =>
    (ask: A): Promise<R> =>
      inTurn(async () => {
        const result = change(ask);
        await rebound();
        tidyUp().catch(() => undefined);
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
    bind: rebinding(plain.bind),
    unbind: rebinding(plain.unbind),
    beginPhotoFile: plainly(plain.beginPhotoFile),
    addPhotoPart: plainly(plain.addPhotoPart),
    addPhoto: plainly(plain.addPhoto),
    retractPhoto: plainly(plain.retractPhoto),
    claim: rebinding(plain.claim),
    undoClaim: rebinding(plain.undoClaim),
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
    receipt,
    models: () => Promise.resolve(models.info),
  };

  return {
    writes,
    storeBatch: (batch: readonly Measurement[]): Promise<CoreBatch> => inTurn(() => storeBatch(batch)),
    tidyUp,
    /** Takes up what was stored and not scored, and what was not looked through, before the engine stopped. */
    async recover(): Promise<void> {
      await again.recover();
      await tidyUp();
    },
    /** No model is asked anything for so long: a run hung. */
    rest: (forMs: number): void => scoring.rest(forMs),
    /** Resolves when everything asked so far has ended; what is still without a score stays so. */
    end(): Promise<void> {
      scoring.end();
      return inTurn(() => undefined);
    },
  };
}

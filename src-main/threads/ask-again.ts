// Questions that are put again, a few at a time so that what is sent in the meantime does not wait for all of them: of readings that were
// stored and not scored before the engine stopped, and of those whose question may hold what has turned out to be another's.
import { FUTURE_MS } from '../links/link.ts';
import type { RiskModels } from '../risk/port.ts';
import type { StoreWriter, UnscoredReading } from '../store/writer.ts';
import { FactsView, type PatientFactsMemory, RECENT_WINDOW_MS } from './patient-facts.ts';
import { type PendingScore, readingHeard } from './pending-scores.ts';
import type { Scoring } from './scoring.ts';

/** In one turn. */
const AT_ONCE = 16;

export interface AskAgainParts {
  readonly writer: StoreWriter;
  readonly memory: PatientFactsMemory;
  readonly models: RiskModels;
  readonly scoring: Scoring;
  readonly inTurn: <R>(work: () => R) => Promise<R>;
}

export function askAgain({ writer, memory, models, scoring, inTurn }: AskAgainParts) {
  async function each<T>(list: readonly T[], ask: (one: T) => void): Promise<void> {
    for (let from = 0; from < list.length; from += AT_ONCE) {
      await inTurn(() => list.slice(from, from + AT_ONCE).forEach(ask));
      scoring.tell();
    }
  }

  function unscored({ identity, patientId, reading }: UnscoredReading): void {
    const { takenAtMs, receivedAtMs, values } = reading;
    const live = memory.live(patientId);
    const past = live.isPast(takenAtMs);
    const view = past ? asItStood(patientId, takenAtMs) : live;
    const question = models.ask(view.facts(takenAtMs, values));
    const sinceMs = performance.now() - Math.max(0, Date.now() - receivedAtMs);
    const heard = readingHeard(identity, reading);
    scoring.later({ identity, heard, question, past, keepAll: true, lacking: models.inUse, sinceMs });
  }

  /** With what is known now of its own time; not where it is another's itself. */
  function anew({ failures: _, ...one }: PendingScore): void {
    const { identity, question } = one;
    const { patientId, atMs } = question;
    if (writer.concerns(identity) !== patientId) return;
    const facts = asItStood(patientId, identity.takenAtMs).facts(identity.takenAtMs);
    scoring.later({ ...one, question: models.ask({ ...facts, atMs: Math.max(facts.atMs, atMs) }) });
  }

  function asItStood(patientId: number, atMs: number): FactsView {
    return new FactsView(patientId, writer.facts(patientId, atMs, RECENT_WINDOW_MS));
  }

  return {
    /** Of single posts that no model has scored. */
    async recover(): Promise<void> {
      if (models.inUse.length === 0) return;
      await each(await inTurn(() => writer.unscored()), unscored);
    },
    /** Of all that wait for a score of the former wearers from then on: none of them gets one that was asked for before. */
    moved(former: readonly { readonly patientId: number; readonly fromMs: number }[]): Promise<void> {
      return each(
        former.flatMap(({ patientId, fromMs }) => scoring.withdraw(patientId, fromMs - FUTURE_MS)),
        anew,
      );
    },
  };
}

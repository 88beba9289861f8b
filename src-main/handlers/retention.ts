// How long stored data is kept: what the rules are, what they would remove, and the removal itself, a little at a time.
import { ConsoleError } from '../contract/errors.ts';
import type { RetentionChoice, RetentionKind, RetentionRule } from '../contract/models.ts';
import type { StorageDesk } from '../storage-desk.ts';
import type { OnProgress } from '../store/backup.ts';
import type { By, Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { keptFromMs } from '../store/retention.ts';
import type { Maintenance } from '../threads/maintenance.ts';
import { by, type HandlersOf } from './handler.ts';

export interface RetentionParts {
  readonly reads: Pick<Remote<StoreReads>, 'retention'>;
  readonly writes: Pick<Remote<StoreWrites>, 'saveRetention' | 'forgetBefore' | 'removeOld' | 'addAudit'>;
  readonly maintenance: Maintenance;
  readonly desk: StorageDesk;
  readonly databasePath: string;
  readonly now: () => number;
  /** Readings of before are no longer taken in. */
  readonly keptFrom: (rawKeptFromMs: number) => void;
}

/** Rows of one transaction: a few milliseconds, so that readings and alarms get their turn between two. */
const ROWS_PER_STEP = 2_000;
const KIND_WORDS: { readonly [K in RetentionKind]: string } = {
  raw: 'Single readings',
  minutes: 'Minute summaries',
  hours: 'Hour summaries',
  scores: 'Model scores',
};

export class RetentionDesk {
  readonly #parts: RetentionParts;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** By itself: what a person has started goes first, as this comes again. */
  async applyWhenIdle(): Promise<void> {
    const { desk, now } = this.#parts;
    if (desk.running !== null) return;
    await desk.run('retention', (onProgress) => this.apply({ actor: 'console', atMs: now() }, onProgress));
  }

  /** Removes what the rules no longer keep. @returns rows removed */
  async apply(who: By, onProgress: OnProgress): Promise<number> {
    const { reads, writes, now } = this.#parts;
    let total = 0;
    for (const { kind, keepDays, keptFromMs: known } of await reads.retention()) {
      const beforeMs = Math.max(known, keptFromMs(keepDays, now()));
      if (beforeMs === 0) continue;
      // First nothing of that time is taken in any more, then it goes: what comes again must not be counted twice.
      if (kind === 'raw') this.#parts.keptFrom(beforeMs);
      await writes.forgetBefore({ kind, beforeMs });
      let removed = 0;
      for (;;) {
        const step = await writes.removeOld({ kind, limit: ROWS_PER_STEP });
        if (step === 0) break;
        removed += step;
        onProgress(`${KIND_WORDS[kind]}: ${removed} removed`, null);
      }
      if (removed > 0) {
        const detail = `${removed} rows before ${new Date(beforeMs).toISOString().slice(0, 10)}`;
        await writes.addAudit({ ...who, action: 'retention.remove', subject: KIND_WORDS[kind].toLowerCase(), detail });
      }
      total += removed;
    }
    return total;
  }
}

export function retentionHandlers(parts: RetentionParts, retention: RetentionDesk): HandlersOf<'retention'> {
  const { reads, writes, maintenance, desk, databasePath, now } = parts;
  return {
    'retention.list': async () => [...(await reads.retention())],
    'retention.preview': async ({ rules }) => {
      const asked = checkOrder(merged(await reads.retention(), rules));
      const asks = asked.map(({ kind, keepDays }) => ({ kind, beforeMs: keptFromMs(keepDays, now()) }));
      return desk.run('retention', async (onProgress) => [
        ...(await maintenance.run({ kind: 'preview', databasePath, asks }, onProgress)),
      ]);
    },
    'retention.save': async ({ rules }, caller) => {
      checkOrder(merged(await reads.retention(), rules));
      const who = by(caller, now());
      return desk.run('retention', async (onProgress) => {
        await writes.saveRetention({ ...who, rules });
        await retention.apply(who, onProgress);
        return [...(await reads.retention())];
      });
    },
  };
}

function merged(saved: readonly RetentionRule[], asked: readonly RetentionChoice[]): readonly RetentionChoice[] {
  const byKind = new Map(asked.map((choice) => [choice.kind, choice]));
  return saved.map(({ kind, keepDays }) => byKind.get(kind) ?? { kind, keepDays });
}

/** A chart of long ago is drawn from what is coarser: it must still be there when the finer is gone. */
function checkOrder(choices: readonly RetentionChoice[]): readonly RetentionChoice[] {
  const days = new Map(choices.map(({ kind, keepDays }) => [kind, keepDays ?? Number.POSITIVE_INFINITY]));
  for (const [finer, coarser] of [
    ['raw', 'minutes'],
    ['minutes', 'hours'],
  ] as const) {
    if ((days.get(finer) ?? 0) <= (days.get(coarser) ?? 0)) continue;
    const words = `${KIND_WORDS[coarser]} must be kept at least as long as ${KIND_WORDS[finer].toLowerCase()}.`;
    throw new ConsoleError('invalid_params', words, { field: coarser });
  }
  return choices;
}

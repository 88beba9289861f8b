// What is stored: backups, how long it is kept, the self-test, and long work on it.
import { z } from 'zod';
import { timeMs } from './fields.ts';

const backupFile = z.object({ fileName: z.string(), bytes: z.number().int(), madeAtMs: timeMs }).readonly();
export type BackupFile = z.infer<typeof backupFile>;

export const backupFolder = z
  .object({
    /** On the console's computer. */
    folder: z.string(),
    /** It lies on the disk of the database: what breaks the one breaks the other. */
    sameDisk: z.boolean(),
    /** Newest first. */
    backups: z.array(backupFile).readonly(),
    /** When a backup was last made, also elsewhere; null: never. */
    lastMadeAtMs: timeMs.nullable(),
  })
  .readonly();

/** What is in a backup, after every page of it was read. */
export const backupFacts = z
  .object({
    fileName: z.string(),
    bytes: z.number().int(),
    madeAtMs: timeMs,
    schema: z.number().int(),
    readings: z.number().int(),
    patients: z.number().int(),
    newestReadingAtMs: timeMs.nullable(),
    /** Why it cannot be restored, in plain words; null: it can. */
    problem: z.string().nullable(),
  })
  .readonly();
export type BackupFacts = z.infer<typeof backupFacts>;

/** Single readings, their minute and hour summaries, and the scores of the models. */
const retentionKind = z.enum(['raw', 'minutes', 'hours', 'scores']);
export type RetentionKind = z.infer<typeof retentionKind>;

const keepDays = z.number().int().min(30).max(36_500).nullable();

export const retentionRule = z
  .object({
    kind: retentionKind,
    /** Null: for ever. */
    keepDays,
    /** What was before it has been removed; 0: nothing was. */
    keptFromMs: timeMs,
  })
  .readonly();
export type RetentionRule = z.infer<typeof retentionRule>;

export const retentionChoice = z.object({ kind: retentionKind, keepDays }).strict();
export type RetentionChoice = z.infer<typeof retentionChoice>;

/** What a rule would remove now. */
export const retentionPreview = z
  .object({
    kind: retentionKind,
    rows: z.number().int(),
    /** Room that becomes free for new readings; the file keeps its size. */
    bytes: z.number().int(),
    /** From the oldest to the newest that would go; null: nothing would. */
    period: z.object({ fromMs: timeMs, toMs: timeMs }).readonly().nullable(),
  })
  .readonly();
export type RetentionPreview = z.infer<typeof retentionPreview>;

const selfTestCheck = z
  .object({
    name: z.enum(['database', 'storing', 'disk', 'models', 'bluetooth', 'mqtt', 'clock', 'backup']),
    title: z.string(),
    verdict: z.enum(['good', 'warning', 'bad', 'unused']),
    /** What was found, in plain words with numbers. */
    detail: z.string(),
  })
  .readonly();
export type SelfTestCheck = z.infer<typeof selfTestCheck>;

export const selfTestReport = z
  .object({ startedAtMs: timeMs, endedAtMs: timeMs, checks: z.array(selfTestCheck).readonly() })
  .readonly();
export type SelfTestReport = z.infer<typeof selfTestReport>;

/** Long work on what is stored: one at a time. */
const storageTask = z.enum(['backup', 'inspect', 'restore', 'retention', 'self-test']);
export type StorageTask = z.infer<typeof storageTask>;

export const taskProgress = z
  .object({
    task: storageTask,
    /** What is being done, in words. */
    step: z.string(),
    /** 0 to 1; null where it cannot be told. */
    done: z.number().min(0).max(1).nullable(),
  })
  .readonly();
export type TaskProgress = z.infer<typeof taskProgress>;

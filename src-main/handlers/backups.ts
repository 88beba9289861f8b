// Backups in the console's folder: list, make, look into, restore. Whoever can name a file here can name no other.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConsoleError } from '../contract/errors.ts';
import type { BackupFacts, BackupFile } from '../contract/models.ts';
import type { StorageDesk } from '../storage-desk.ts';
import type { CheckedDatabase } from '../store/check.ts';
import type { By, Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import type { Maintenance } from '../threads/maintenance.ts';
import { by, DONE, type HandlersOf } from './handler.ts';

export interface BackupParts {
  readonly reads: Pick<Remote<StoreReads>, 'lastDone'>;
  readonly writes: Pick<Remote<StoreWrites>, 'addAudit'>;
  readonly maintenance: Maintenance;
  readonly desk: StorageDesk;
  readonly databasePath: string;
  readonly backupDir: string;
  readonly now: () => number;
  /** Takes effect when the command that asked for it has been answered. */
  readonly restoreWhenAnswered: (path: string, who: By) => void;
}

export const BACKUP_MADE = 'backup.make';
export const BACKUP_RESTORED = 'backup.restore';

export function backupHandlers(parts: BackupParts): HandlersOf<'backup'> {
  const { reads, writes, maintenance, desk, databasePath, backupDir, now } = parts;

  async function file(fileName: string): Promise<BackupFile> {
    try {
      const { size, mtimeMs } = await stat(join(backupDir, fileName));
      return { fileName, bytes: size, madeAtMs: Math.round(mtimeMs) };
    } catch {
      throw new ConsoleError('not_found', `There is no backup ${fileName}.`, { field: 'fileName', value: fileName });
    }
  }

  async function inspected(fileName: string, onProgress: (step: string, done: number | null) => void): Promise<BackupFacts> {
    const known = await file(fileName);
    return facts(known, await maintenance.run({ kind: 'check', path: join(backupDir, fileName) }, onProgress));
  }

  return {
    'backup.list': async () => {
      await mkdir(backupDir, { recursive: true, mode: 0o700 });
      const names = (await readdir(backupDir)).filter((name) => name.endsWith('.db'));
      const backups = await Promise.all(names.map(file));
      backups.sort((a, b) => b.madeAtMs - a.madeAtMs);
      const [own, other] = await Promise.all([stat(dirname(databasePath)), stat(backupDir)]);
      const lastMadeAtMs = await reads.lastDone({ action: BACKUP_MADE });
      return { folder: backupDir, sameDisk: own.dev === other.dev, backups, lastMadeAtMs };
    },
    'backup.make': (_, caller) =>
      desk.run('backup', async (onProgress) => {
        await mkdir(backupDir, { recursive: true, mode: 0o700 });
        const atMs = now();
        const fileName = `healthsense-${new Date(atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.db`;
        const made = await maintenance.run({ kind: 'backup', databasePath, target: join(backupDir, fileName) }, onProgress);
        const result = facts(await file(fileName), made);
        await writes.addAudit({ ...by(caller, atMs), action: BACKUP_MADE, subject: fileName, detail: backupWords(result) });
        return result;
      }),
    'backup.inspect': ({ fileName }) => desk.run('inspect', (onProgress) => inspected(fileName, onProgress)),
    'backup.restore': ({ fileName }, caller) =>
      desk.run('restore', async (onProgress) => {
        const { problem } = await inspected(fileName, onProgress);
        if (problem !== null) throw new ConsoleError('conflict', `This backup cannot be restored: ${problem}.`);
        const who = by(caller, now());
        await writes.addAudit({ ...who, action: BACKUP_RESTORED, subject: fileName, detail: 'replaced by this backup' });
        parts.restoreWhenAnswered(join(backupDir, fileName), who);
        return DONE;
      }),
  };
}

/** `1234 readings of 6 patients`. */
export function backupWords({ readings, patients }: Pick<CheckedDatabase, 'readings' | 'patients'>): string {
  return `${readings} reading${readings === 1 ? '' : 's'} of ${patients} patient${patients === 1 ? '' : 's'}`;
}

function facts(file: BackupFile, checked: CheckedDatabase): BackupFacts {
  const { problem, schema, readings, patients, newestReadingAtMs } = checked;
  return { ...file, problem, schema, readings, patients, newestReadingAtMs };
}

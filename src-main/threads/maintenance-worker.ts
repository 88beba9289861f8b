// A thread for one long look at what is stored: a backup, a check of every page, a count of what retention would remove.
import { parentPort, workerData } from 'node:worker_threads';
import type { RetentionKind, RetentionPreview } from '../contract/models.ts';
import { backupDatabase, type OnProgress } from '../store/backup.ts';
import { type CheckedDatabase, checkDatabase } from '../store/check.ts';
import { openReadable } from '../store/database.ts';
import { previewRetention } from '../store/retention.ts';
import { toWire, type WireError } from './wire.ts';

export type MaintenanceJob =
  | { readonly kind: 'backup'; readonly databasePath: string; readonly target: string }
  | { readonly kind: 'check'; readonly path: string }
  | {
      readonly kind: 'preview';
      readonly databasePath: string;
      readonly asks: readonly { readonly kind: RetentionKind; readonly beforeMs: number }[];
    };

export interface MaintenanceResults {
  readonly backup: CheckedDatabase;
  readonly check: CheckedDatabase;
  readonly preview: readonly RetentionPreview[];
}

export type FromMaintenance =
  | { readonly type: 'progress'; readonly step: string; readonly done: number | null }
  | { readonly type: 'done'; readonly result: MaintenanceResults[keyof MaintenanceResults] }
  | { readonly type: 'failed'; readonly error: WireError };

async function run(job: MaintenanceJob, onProgress: OnProgress): Promise<MaintenanceResults[keyof MaintenanceResults]> {
  switch (job.kind) {
    case 'backup':
      return backupDatabase(job.databasePath, job.target, onProgress);
    case 'check':
      return checkDatabase(job.path, onProgress);
    case 'preview': {
      const db = openReadable(job.databasePath);
      try {
        return job.asks.map(({ kind, beforeMs }, index) => {
          onProgress('Counting', index / job.asks.length);
          return previewRetention(db, kind, beforeMs);
        });
      } finally {
        db.close();
      }
    }
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const send = (message: FromMaintenance): void => port.postMessage(message);
  run(workerData as MaintenanceJob, (step, done) => send({ type: 'progress', step, done })).then(
    (result) => send({ type: 'done', result }),
    (error: unknown) => send({ type: 'failed', error: toWire(error) }),
  );
}

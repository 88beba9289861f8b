// Long work on what is stored, as the main thread sees it: each job gets a thread of its own, which ends with it.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConsoleError } from '../contract/errors.ts';
import type { OnProgress } from '../store/backup.ts';
import type { FromMaintenance, MaintenanceJob, MaintenanceResults } from './maintenance-worker.ts';
import { fromWire } from './wire.ts';

/** Progress reaches the screens at most this often. */
const TELL_EVERY_MS = 200;

export class Maintenance {
  readonly #workers = new Set<Worker>();
  #closed = false;

  /** @throws what the job throws; ConsoleError `unavailable` where the console closes before it is done */
  run<K extends MaintenanceJob['kind']>(
    job: Extract<MaintenanceJob, { readonly kind: K }>,
    onProgress: OnProgress,
  ): Promise<MaintenanceResults[K]> {
    if (this.#closed) return Promise.reject(new ConsoleError('unavailable', 'The console is closing.'));
    const tell = seldom(onProgress);
    return new Promise((resolve, reject) => {
      const url = new URL(`./maintenance-worker${extname(import.meta.url)}`, import.meta.url);
      const worker = new Worker(url, { workerData: job });
      this.#workers.add(worker);
      worker.on('message', (message: FromMaintenance) => {
        if (message.type === 'progress') tell(message.step, message.done);
        else if (message.type === 'done') resolve(message.result as MaintenanceResults[K]);
        else reject(fromWire(message.error));
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        this.#workers.delete(worker);
        reject(new ConsoleError('unavailable', 'The work ended before it was done.'));
      });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }
}

/** A new step at once, more of the same one now and then. */
function seldom(onProgress: OnProgress): OnProgress {
  let [lastStep, lastMs] = ['', Number.NEGATIVE_INFINITY];
  return (step, done) => {
    const nowMs = performance.now();
    if (step === lastStep && nowMs - lastMs < TELL_EVERY_MS) return;
    [lastStep, lastMs] = [step, nowMs];
    onProgress(step, done);
  };
}

// Long work on what is stored, one at a time, with its progress on every screen: two at once would only slow each other down.
import { ConsoleError } from './contract/errors.ts';
import type { ConsoleEvent } from './contract/events.ts';
import type { StorageTask } from './contract/models.ts';
import type { OnProgress } from './store/backup.ts';

const TASK_WORDS: { readonly [T in StorageTask]: string } = {
  backup: 'A backup is being made',
  inspect: 'A backup is being checked',
  restore: 'A backup is being restored',
  retention: 'Old readings are being removed',
  'self-test': 'A self-test is running',
};

export class StorageDesk {
  readonly #emit: (event: ConsoleEvent) => void;
  #running: StorageTask | null = null;

  constructor(emit: (event: ConsoleEvent) => void) {
    this.#emit = emit;
  }

  get running(): StorageTask | null {
    return this.#running;
  }

  /** @throws ConsoleError `conflict` while another task runs */
  async run<R>(task: StorageTask, work: (onProgress: OnProgress) => Promise<R>): Promise<R> {
    if (this.#running !== null) {
      throw new ConsoleError('conflict', `${TASK_WORDS[this.#running]}. Try again when that is done.`);
    }
    this.#running = task;
    try {
      return await work((step, done) => this.#emit({ name: 'task.progress', payload: { task, step, done } }));
    } finally {
      this.#running = null;
    }
  }
}

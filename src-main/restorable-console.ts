// A console whose database can be replaced while its host runs: one is closed, the backup takes the place, and the next is opened.
// Screens keep their connection; everybody has to sign in again, as sessions are not restored.
import type { Logger } from 'pino';
import type { Caller, ConsolePort } from './console-port.ts';
import type { CommandName, CommandResult } from './contract/commands.ts';
import { ConsoleError } from './contract/errors.ts';
import type { ConsoleEvent } from './contract/events.ts';
import type { LinkSink } from './links/link.ts';
import type { DoorWatch } from './links/payload/token-gate.ts';
import type { By } from './store/ports.ts';
import { restoreDatabase, undoRestore } from './store/restore.ts';

export type RestoreRequest = (path: string, who: By) => void;

/** Opens a console that hands restores to `request`. */
export type ConsoleOpener = (request: RestoreRequest) => Promise<ConsolePort>;

export interface RestorableOptions {
  readonly databasePath: string;
  readonly log: Logger;
  readonly onClosed: () => void;
}

export class RestorableConsole implements ConsolePort {
  readonly #open: ConsoleOpener;
  readonly #options: RestorableOptions;
  readonly #listeners = new Set<(event: ConsoleEvent) => void>();
  #inner: ConsolePort;
  #asked: { readonly path: string; readonly who: By } | null = null;
  /** Resolves when the restore under way has ended, well or not. */
  #restoring: Promise<void> | null = null;
  #closed = false;
  #reach = '';

  static async open(open: ConsoleOpener, options: RestorableOptions): Promise<RestorableConsole> {
    let restorable: RestorableConsole | null = null;
    const request: RestoreRequest = (path, who) => restorable?.request(path, who);
    restorable = new RestorableConsole(open, options, await open(request));
    return restorable;
  }

  private constructor(open: ConsoleOpener, options: RestorableOptions, inner: ConsolePort) {
    this.#open = open;
    this.#options = options;
    this.#inner = inner;
    this.#follow();
  }

  /** Taken up when the command that asks for it has been answered by the console. */
  request(path: string, who: By): void {
    this.#asked = { path, who };
  }

  async handle(command: string, params: unknown, caller: Caller): Promise<CommandResult<CommandName>> {
    const result = await this.#here().handle(command, params, caller);
    const asked = this.#asked;
    this.#asked = null;
    if (asked !== null) {
      this.#restoring = this.#restore(asked.path, asked.who);
      await this.#restoring.finally(() => {
        this.#restoring = null;
      });
    }
    return result;
  }

  async isSignedIn(caller: Caller): Promise<boolean> {
    return this.#here().isSignedIn(caller);
  }

  mayHear(caller: Caller, event: ConsoleEvent): boolean {
    return this.#inner.mayHear(caller, event);
  }

  awake(): void {
    this.#inner.awake();
  }

  reachedBy(words: string): void {
    this.#reach = words;
    this.#inner.reachedBy(words);
  }

  readonly subscribe = (listener: (event: ConsoleEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly sink: LinkSink = {
    accept: async (batch) => this.#here().sink.accept(batch),
    deviceStatus: (status) => this.#inner.sink.deviceStatus(status),
    frameRejected: (deviceId, reason) => this.#inner.sink.frameRejected(deviceId, reason),
  };

  readonly door: DoorWatch = {
    used: (deviceId, address) => this.#inner.door.used(deviceId, address),
    refused: (refusal) => this.#inner.door.refused(refusal),
  };

  async deviceByToken(token: string): Promise<{ readonly deviceId: string } | null> {
    return this.#here().deviceByToken(token);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#restoring?.catch(() => undefined);
    await this.#inner.close();
    this.#options.onClosed();
  }

  /** @throws ConsoleError `unavailable` while a backup takes the place: devices are told to send again. */
  #here(): ConsolePort {
    if (this.#restoring === null) return this.#inner;
    throw new ConsoleError('unavailable', 'A backup is being restored. Wait a moment and sign in again.');
  }

  async #restore(path: string, who: By): Promise<void> {
    const { databasePath, log } = this.#options;
    await this.#inner.close();
    const before = this.#inner;
    let replaced: string | null = null;
    try {
      replaced = restoreDatabase(databasePath, path, who, (step) => log.info({ step }, 'restoring a backup')).replaced;
      this.#inner = await this.#open((next, by) => this.request(next, by));
    } catch (error) {
      log.error({ err: error }, 'a backup could not be restored; the database of before is used again');
      if (replaced !== null) undoRestore(databasePath, replaced);
      this.#inner = await this.#open((next, by) => this.request(next, by)).catch(() => before);
      throw error;
    } finally {
      this.#inner.reachedBy(this.#reach);
      this.#follow();
    }
  }

  #follow(): void {
    this.#inner.subscribe((event) => {
      for (const listener of this.#listeners) listener(event);
    });
  }
}

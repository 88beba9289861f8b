// The query worker as the main thread sees it: the store's questions as promises.
import { extname } from 'node:path';
import type { LevelReplay, RuleReplays } from '../alarms/rehearsal.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { ReportFile } from '../reports/reports.ts';
import type { Remote, StoreReads } from '../store/ports.ts';
import type { FromQuery, QueryWorkerData, ToQuery } from './query-worker.ts';
import type { LevelAsk, RuleAsk } from './rehearse.ts';
import { RepeatableCalls } from './repeatable-calls.ts';
import { SupervisedWorker } from './supervised-worker.ts';
import { type Call, type RehearseRequest, type ReportRequest, remoteOf } from './wire.ts';

export interface QueryOptions {
  /** The file must exist: start the engine first. */
  readonly databasePath: string;
}

const METHODS: { readonly [K in keyof StoreReads]: true } = {
  settings: true,
  patients: true,
  patient: true,
  patientByMrn: true,
  devices: true,
  bindings: true,
  worn: true,
  users: true,
  userByName: true,
  userBySession: true,
  deviceByToken: true,
  history: true,
  latest: true,
  readings: true,
  stored: true,
  statistics: true,
  observations: true,
  photos: true,
  photoPictures: true,
  photoPart: true,
  photoResults: true,
  skinLevels: true,
  predictions: true,
  latestPredictions: true,
  alarms: true,
  thresholds: true,
  audit: true,
  retention: true,
  lastDone: true,
  size: true,
  unclaimed: true,
  claims: true,
  deviceMemory: true,
  bluetoothSettings: true,
};

type Question = Call<StoreReads> | ReportRequest | RehearseRequest;

export class Query {
  readonly #worker: SupervisedWorker<ToQuery, FromQuery>;
  readonly #calls: RepeatableCalls<Question>;

  /** Every question of the store's port. */
  readonly store: Remote<StoreReads>;

  constructor(options: QueryOptions) {
    const workerData: QueryWorkerData = { databasePath: options.databasePath };
    this.#worker = new SupervisedWorker<ToQuery, FromQuery>({
      title: 'The query worker',
      url: new URL(`./query-worker${extname(import.meta.url)}`, import.meta.url),
      workerData,
      onMessage: (message) => {
        if (message.type === 'answer') this.#calls.answered(message);
      },
      onDown: () => this.#down(),
      onState: (state) => {
        if (state === 'running') this.#calls.postAll();
      },
    });
    this.#calls = new RepeatableCalls({ title: 'the query worker', post: (request) => this.#worker.post(request) });
    this.store = remoteOf<StoreReads>(METHODS, (method, ask) =>
      this.#send((seq) => ({ type: 'call', seq, method, ask }) as Call<StoreReads>),
    );
  }

  /** @throws when the database cannot be opened. */
  start(): Promise<void> {
    return this.#worker.start();
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
    this.#rejectAll('The console is closing.');
  }

  /** Kills the worker thread as a crash would; for tests of recovery. */
  kill(): Promise<void> {
    return this.#worker.kill();
  }

  /**
   * A report or export of one patient and period, all of it from one state of the database.
   * @throws ConsoleError as `createReport` does; `unavailable` when the worker has failed.
   */
  async report(ask: ReportRequest['ask']): Promise<ReportFile> {
    return (await this.#send((seq) => ({ type: 'report', seq, ask }))) as ReportFile;
  }

  /** One patient's stored results judged by other levels. */
  async rehearseLevels(ask: LevelAsk): Promise<LevelReplay> {
    return (await this.#send((seq) => ({ type: 'rehearse', seq, ask: { about: 'levels', ...ask } }))) as LevelReplay;
  }

  /** One patient's stored values judged by another rule. */
  async rehearseRule(ask: RuleAsk): Promise<RuleReplays> {
    return (await this.#send((seq) => ({ type: 'rehearse', seq, ask: { about: 'rule', ...ask } }))) as RuleReplays;
  }

  #send(request: (seq: number) => Question): Promise<unknown> {
    const { state } = this.#worker;
    if (state === 'failed' || state === 'stopped') {
      return Promise.reject(new ConsoleError('unavailable', 'Stored data cannot be read now.'));
    }
    return this.#calls.ask(request, state === 'running');
  }

  /** Questions change nothing: each is asked once more of the next worker. */
  #down(): void {
    this.#calls.interrupted();
    if (this.#worker.state === 'failed') this.#rejectAll('Stored data cannot be read now.');
  }

  #rejectAll(reason: string): void {
    this.#calls.rejectAll(new ConsoleError('unavailable', reason));
  }
}

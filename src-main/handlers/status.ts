// How the console itself is: engine, disk, Bluetooth, and what is wrong in plain words.
import { statfs } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Alarms } from '../alarms/alarms.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { Alarm, BluetoothState, ConsoleStatus } from '../contract/models.ts';
import type { Remote, StoreReads } from '../store/ports.ts';
import { type EngineStatus, PREDICTIONS_BEHIND_MS } from '../threads/engine.ts';

export interface StatusParts {
  readonly reads: Remote<StoreReads>;
  readonly engine: () => EngineStatus;
  readonly bluetooth: () => BluetoothState;
  readonly alarms: Alarms;
  readonly dataDir: string;
  readonly now: () => number;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

/** Below this a clinic should act: at 30 bytes a reading it is months of readings, but other programs fill disks too. */
export const LITTLE_DISK_BYTES = 1024 ** 3;
/** The engine tells when it is so far behind. */
const STORING_BEHIND_MS = 5_000;

export class StatusDesk {
  readonly #parts: StatusParts;
  #size = { readings: 0, bytes: 0 };
  #freeDiskBytes: number | null = null;
  #isStoring = true;
  #reach = '';

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  status(): ConsoleStatus {
    const engine = this.#parts.engine();
    const open = this.#parts.alarms.open().filter(({ category, endedAtMs }) => category === 'technical' && endedAtMs === null);
    return {
      nowMs: this.#parts.now(),
      engine: engine.state,
      engineLagMs: engine.lagMs,
      predictionsPending: engine.predictionsPending,
      predictionsLagMs: engine.predictionsLagMs,
      predictionsGivenUp: engine.predictionsGivenUp,
      storedReadings: this.#size.readings,
      databaseBytes: this.#size.bytes,
      freeDiskBytes: this.#freeDiskBytes,
      bluetooth: this.#parts.bluetooth(),
      reach: this.#reach,
      // What is wrong with the engine's models is an alarm of its own.
      problems: open.filter(({ deviceId }) => deviceId === null).map((alarm) => `${alarm.message}: ${this.#asItIsNow(alarm)}`),
    };
  }

  /** An alarm says what raised it, for as long as it is open; here its numbers are those of now. */
  #asItIsNow({ rule, detail }: Alarm): string {
    const { pending, lagMs, predictionsPending, predictionsLagMs } = this.#parts.engine();
    if (rule === 'disk-nearly-full' && this.#freeDiskBytes !== null)
      return diskWords(`${Math.floor(this.#freeDiskBytes / 1024 ** 2)} MiB are`);
    if (rule === 'engine-behind' && pending > 0) return behindWords(waiting(pending, 'to be stored', lagMs));
    if (rule !== 'predictions-behind' || predictionsPending === 0) return detail;
    return predictionsWords(waiting(predictionsPending, 'for their risk results', predictionsLagMs));
  }

  reachedBy(words: string): void {
    this.#reach = words;
  }

  /** Looks at what costs a question: disk and database. */
  async refresh(): Promise<void> {
    this.#size = await this.#parts.reads.size();
    await this.#lookAtDisk();
  }

  async #lookAtDisk(): Promise<void> {
    const free = await freeBytes(this.#parts.dataDir);
    this.#freeDiskBytes = free;
    this.#parts.alarms.technical('disk-nearly-full', {
      active: free !== null && free < LITTLE_DISK_BYTES,
      message: 'The disk is nearly full',
      detail: diskWords(`Less than ${LITTLE_DISK_BYTES / 1024 ** 3} GiB is`),
    });
  }

  engineChanged(): void {
    const { state, lagMs, predictionsLagMs, problems } = this.#parts.engine();
    const { alarms } = this.#parts;
    alarms.technical('engine-down', {
      active: state !== 'running',
      message: 'Readings cannot be stored',
      detail:
        state === 'failed' ? 'The storage engine has failed: restart HealthSense.' : 'The storage engine is starting again.',
      priority: 'high',
    });
    alarms.technical('engine-behind', {
      active: state === 'running' && lagMs >= STORING_BEHIND_MS,
      message: 'Storing has fallen behind',
      detail: behindWords(`Readings have waited for more than ${STORING_BEHIND_MS / 1000} s to be stored`),
    });
    alarms.technical('predictions-behind', {
      active: predictionsLagMs >= PREDICTIONS_BEHIND_MS,
      message: 'Risk predictions are behind',
      detail: predictionsWords(`Readings have waited for more than ${PREDICTIONS_BEHIND_MS / 1000} s for their risk results`),
    });
    alarms.technical('models-unusable', {
      active: problems.length > 0,
      message: 'A risk model cannot be used',
      detail: problems.join(' '),
    });
  }

  /** The vision worker is down, its model cannot be used (plain words), or all is well again (empty). */
  visionChanged(problem: string): void {
    this.#parts.alarms.technical('vision-down', {
      active: problem !== '',
      message: 'Skin photos cannot be assessed',
      detail: problem,
      priority: 'low',
    });
  }

  /** Storing has begun to fail, or works again. */
  storing(problem: Error | null): void {
    // Said in the log too, once each: where no screen is open, whoever runs the server looks there.
    if (problem !== null && this.#isStoring) this.#parts.log.error({ err: problem }, 'readings cannot be stored');
    if (problem === null && !this.#isStoring) this.#parts.log.warn({}, 'readings are stored again');
    // Beside a full disk nobody should read how much was left half a minute ago.
    if (this.#isStoring !== (problem === null)) void this.#lookAtDisk();
    this.#isStoring = problem === null;
    const whatToDo = problem instanceof ConsoleError && problem.detail.code === 'disk_full' ? ' Free some space.' : '';
    this.#parts.alarms.technical('storing-failed', {
      active: problem !== null,
      message: 'Readings cannot be stored',
      detail: `${problem?.message ?? ''}${whatToDo} Devices are told to send again; nothing that was acknowledged is lost.`,
      priority: 'high',
    });
  }
}

/** `8 readings wait to be stored, the oldest for 31 s`. */
function waiting(count: number, forWhat: string, longestMs: number): string {
  const longest = longestMs < 120_000 ? `${Math.round(longestMs / 1000)} s` : `${Math.round(longestMs / 60_000)} min`;
  const readings = count === 1 ? '1 reading waits' : `${count.toLocaleString('en-GB')} readings wait`;
  return `${readings} ${forWhat}, the oldest for ${longest}`;
}

function diskWords(left: string): string {
  return `${left} left where readings are stored. Free some space.`;
}

function behindWords(what: string): string {
  return `${what}: the disk is slow or this computer is busy. Devices wait for their answers, so look at the age of each value. Close other programs here.`;
}

function predictionsWords(what: string): string {
  return `${what}. They are stored and limits are checked as ever. Until the results follow, go by the values.`;
}

/** Null where it cannot be told. */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

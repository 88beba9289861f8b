// How the console itself is: engine, disk, Bluetooth, and what is wrong in plain words.
import { statfs } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Alarms } from '../alarms/alarms.ts';
import type { BluetoothState, ConsoleStatus } from '../contract/models.ts';
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

export class StatusDesk {
  readonly #parts: StatusParts;
  #size = { readings: 0, bytes: 0 };
  #freeDiskBytes: number | null = null;
  #isStoring = true;

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
      // What is wrong with the engine's models is an alarm of its own.
      problems: [...open.filter(({ deviceId }) => deviceId === null).map(({ message, detail }) => `${message}: ${detail}`)],
    };
  }

  /** Looks at what costs a question: disk and database. */
  async refresh(): Promise<void> {
    this.#size = await this.#parts.reads.size();
    this.#freeDiskBytes = await freeBytes(this.#parts.dataDir);
    const free = this.#freeDiskBytes;
    this.#parts.alarms.technical('disk-nearly-full', {
      active: free !== null && free < LITTLE_DISK_BYTES,
      message: 'The disk is nearly full',
      detail: free === null ? '' : `${Math.floor(free / 1024 ** 2)} MiB are left where readings are stored. Free some space.`,
    });
  }

  engineChanged(): void {
    const { state, lagMs, pending, predictionsLagMs, problems } = this.#parts.engine();
    const { alarms } = this.#parts;
    alarms.technical('engine-down', {
      active: state !== 'running',
      message: 'Readings cannot be stored',
      detail:
        state === 'failed' ? 'The storage engine has failed: restart HealthSense.' : 'The storage engine is starting again.',
      priority: 'high',
    });
    alarms.technical('engine-behind', {
      active: state === 'running' && lagMs >= 5000,
      message: 'Storing has fallen behind',
      detail: `${pending} readings wait; the oldest for ${Math.round(lagMs / 1000)} s. Threshold alarms are not affected.`,
    });
    alarms.technical('predictions-behind', {
      active: predictionsLagMs >= PREDICTIONS_BEHIND_MS,
      message: 'Risk predictions are behind',
      detail: `Readings have waited for theirs for more than ${PREDICTIONS_BEHIND_MS / 1000} s. They are stored and predictions follow; threshold alarms are not affected.`,
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
    this.#isStoring = problem === null;
    this.#parts.alarms.technical('storing-failed', {
      active: problem !== null,
      message: 'Readings cannot be stored',
      detail: `${problem?.message ?? ''} Devices are told to send again; nothing that was acknowledged is lost.`,
      priority: 'high',
    });
  }
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

// A bench with a real database behind the link: what is counted is what SQLite holds, and what the link remembers is in it too.
import Database from 'better-sqlite3';
import type { LinkMemory } from '../../../src-main/links/bluetooth/memory.ts';
import type { DeviceStatus, IntakeOutcome, LinkSink, Measurement } from '../../../src-main/links/link.ts';
import { openReadable, openWritable } from '../../../src-main/store/database.ts';
import { storeReader } from '../../../src-main/store/reader.ts';
import { storeWriter } from '../../../src-main/store/writer.ts';

export interface StoredRow {
  readonly takenAtMs: number;
  readonly sequence: number;
  readonly backfilled: number;
}

export class StoredSink implements LinkSink {
  readonly memory: LinkMemory;
  readonly rejections = new Map<string, number>();
  readonly statuses = new Map<string, DeviceStatus>();
  /** Times that a batch was refused. */
  failed = 0;
  readonly #path: string;
  readonly #writer: ReturnType<typeof storeWriter>;
  readonly #fails: () => boolean;

  /** @param fails decides for each batch whether the disk is full just then. */
  constructor(path: string, tokenHashes: { readonly [deviceId: string]: string }, fails: () => boolean) {
    this.#path = path;
    this.#fails = fails;
    this.#writer = storeWriter(openWritable(path));
    const { plain } = this.#writer;
    for (const [deviceId, tokenHash] of Object.entries(tokenHashes))
      plain.putDevice({ actor: 'test', atMs: 0, deviceId, transport: 'bluetooth', tokenHash });
    const reads = storeReader(openReadable(path));
    this.memory = {
      of: async (deviceId) => reads.deviceMemory({ deviceId }),
      savePosition: async (deviceId, stream, position) => plain.savePosition({ deviceId, stream, ...position }),
      saveClockEpoch: async (deviceId, epoch) => plain.saveClockEpoch({ deviceId, ...epoch }),
    };
  }

  async accept(batch: readonly Measurement[]): Promise<readonly IntakeOutcome[]> {
    if (this.#fails()) {
      this.failed += 1;
      throw new Error('disk full');
    }
    const planned = this.#writer.plan(batch);
    this.#writer.store(planned, []);
    return planned.map(({ plan }) => ({
      status: plan.action === 'duplicate' ? 'duplicate' : 'stored',
      readingId: '',
      predictions: [],
      alerts: [],
    }));
  }

  deviceStatus(status: DeviceStatus): void {
    this.statuses.set(status.deviceId, status);
  }

  frameRejected(deviceId: string): void {
    this.rejections.set(deviceId, (this.rejections.get(deviceId) ?? 0) + 1);
  }

  rows(deviceId: string): readonly StoredRow[] {
    const db = new Database(this.#path, { readonly: true });
    try {
      return db
        .prepare<[string], StoredRow>(
          `SELECT taken_at_ms AS takenAtMs, sequence, backfilled FROM reading JOIN source USING (source_id) WHERE device_id = ?`,
        )
        .all(deviceId);
    } finally {
      db.close();
    }
  }
}

// The wearable's memory: numbered records in SQLite, each kept until every way that must deliver it has had it acknowledged.
import { randomInt } from 'node:crypto';
import Database from 'better-sqlite3';
import type { HealthRecord, NewRecord } from './healthsense-frames.ts';

export interface RecordStoreOptions {
  /** `:memory:` for one that forgets. */
  readonly path: string;
  /** Records held at most; beyond it the oldest is overwritten, acknowledged or not. */
  readonly capacity: number;
  /** Names of the ways that deliver records, each with its own acknowledgement. */
  readonly ways: readonly string[];
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS store (id INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS record (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    taken_at_ms INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    reading TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS way (name TEXT PRIMARY KEY, acknowledged INTEGER NOT NULL) STRICT;
`;

interface Row {
  readonly sequence: number;
  readonly takenAtMs: number;
  readonly quality: number;
  readonly reading: string;
}

export class RecordStore {
  /** Chosen when the store was made; never 0. */
  readonly id: number;
  readonly #db: Database.Database;
  readonly #capacity: number;
  readonly #ways: readonly string[];
  readonly #insert: Database.Statement;
  readonly #select: Database.Statement<[number, number], Row>;
  #oldest: number;
  #newest: number;
  #overwritten = 0;

  /** @throws where the file cannot be opened. */
  constructor({ path, capacity, ways }: RecordStoreOptions) {
    this.#db = new Database(path);
    this.#capacity = capacity;
    this.#ways = ways;
    this.#db.pragma('journal_mode = WAL');
    // A record may be heard and stored elsewhere before power fails: were it forgotten here, its number would be given twice.
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(SCHEMA);
    this.#insert = this.#db.prepare('INSERT INTO record (taken_at_ms, quality, reading) VALUES (?, ?, ?)');
    this.#select = this.#db.prepare(
      'SELECT sequence, taken_at_ms AS takenAtMs, quality, reading FROM record WHERE sequence >= ? ORDER BY sequence LIMIT ?',
    );
    this.id = this.#number('SELECT id AS value FROM store') ?? this.#begin();
    this.#newest = this.#number("SELECT seq AS value FROM sqlite_sequence WHERE name = 'record'") ?? 0;
    this.#oldest = this.#number('SELECT min(sequence) AS value FROM record') ?? this.#newest + 1;
    this.#settleWays();
  }

  /** Sequence of the oldest record held; of the next one where none is. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Sequence of the newest record ever made; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Records that a full memory cost since this program started. */
  get overwritten(): number {
    return this.#overwritten;
  }

  /** On disk when it returns. @returns the same records, numbered. */
  append(records: readonly NewRecord[]): readonly HealthRecord[] {
    if (records.length === 0) return [];
    const numbered = this.#db.transaction(() =>
      records.map((record) => {
        const { lastInsertRowid } = this.#insert.run(record.takenAtMs, record.quality, JSON.stringify(record.values));
        return { ...record, sequence: Number(lastInsertRowid) };
      }),
    )();
    this.#newest = numbered.at(-1)?.sequence ?? this.#newest;
    const excess = this.#newest - this.#oldest + 1 - this.#capacity;
    if (excess > 0) {
      this.#overwritten += excess;
      this.#freeUpTo(this.#oldest + excess - 1);
    }
    return numbered;
  }

  /** Up to `limit` records from this sequence on, oldest first. */
  from(sequence: number, limit: number): readonly HealthRecord[] {
    return this.#select.all(sequence, limit).map(({ reading, ...row }) => ({ ...row, values: JSON.parse(reading) }));
  }

  /** The first sequence that this way has not had acknowledged. */
  next(way: string): number {
    return Math.max(this.#oldest, this.#acknowledged(way) + 1);
  }

  /** Everything up to and including `sequence` has arrived by this way. */
  acknowledge(way: string, sequence: number): void {
    if (sequence <= this.#acknowledged(way)) return;
    this.#db.prepare('UPDATE way SET acknowledged = ? WHERE name = ?').run(Math.min(sequence, this.#newest), way);
    this.#freeUpTo(Math.min(...this.#ways.map((name) => this.#acknowledged(name))));
  }

  close(): void {
    this.#db.close();
  }

  #acknowledged(way: string): number {
    return this.#number('SELECT acknowledged AS value FROM way WHERE name = ?', way) ?? 0;
  }

  #freeUpTo(sequence: number): void {
    if (sequence < this.#oldest) return;
    this.#db.prepare('DELETE FROM record WHERE sequence <= ?').run(sequence);
    this.#oldest = sequence + 1;
  }

  #begin(): number {
    const id = randomInt(1, 2 ** 32);
    this.#db.prepare('INSERT INTO store (id) VALUES (?)').run(id);
    return id;
  }

  /** A way that is new begins with what is held; one that is no longer configured holds nothing back. */
  #settleWays(): void {
    const add = this.#db.prepare('INSERT OR IGNORE INTO way (name, acknowledged) VALUES (?, ?)');
    for (const way of this.#ways) add.run(way, this.#oldest - 1);
    const names = this.#ways.map(() => '?').join(', ');
    this.#db.prepare(`DELETE FROM way WHERE name NOT IN (${names})`).run(...this.#ways);
  }

  #number(sql: string, ...parameters: readonly string[]): number | undefined {
    const row = this.#db.prepare<string[], { value: number | null }>(sql).get(...parameters);
    return row?.value ?? undefined;
  }
}

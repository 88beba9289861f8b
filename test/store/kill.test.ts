// Killing the process at any instant loses nothing acknowledged and stores nothing twice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { auditReads } from '../../src-main/store/audit.ts';
import { openReadable, openWritable } from '../../src-main/store/database.ts';
import { MINUTE_MS } from '../../src-main/store/rollups.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { tempDir } from './fixtures.ts';

const KILLS = 6;
const child = fileURLToPath(new URL('./storing-child.ts', import.meta.url));

/** Lets a child store for a moment, kills it with SIGKILL, and returns what it had been told is stored. */
async function storeAndKill(databasePath: string, first: number, afterMs: number): Promise<string[]> {
  const running = spawn(process.execPath, [child, databasePath, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: running.stdout });
  const ready = new Promise<void>((resolve) => {
    reader.on('line', (line) => {
      if (line === 'ready') resolve();
      else lines.push(line);
    });
  });
  const [closed, exited] = [once(reader, 'close'), once(running, 'exit')];
  await Promise.race([ready, exited]);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  running.kill('SIGKILL');
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  await closed;
  return lines;
}

test(`after ${KILLS} kills every acknowledged reading is there exactly once, roll-ups included`, {
  timeout: 90_000,
}, async () => {
  const databasePath = join(tempDir(), 'healthsense.db');
  const acknowledged = new Map<number, string>();
  for (let round = 0; round < KILLS; round++) {
    // A line cut off by the kill was acknowledged too, but cannot be read whole.
    const whole = (await storeAndKill(databasePath, round * 1_000_000, 40 + Math.random() * 400)).filter((line) =>
      /^\d+ r\w+-\w+-\w+$/.test(line),
    );
    expect(whole.length).toBeGreaterThan(0);
    for (const line of whole) {
      const [sequence = '', id = ''] = line.split(' ');
      acknowledged.set(Number(sequence), id);
    }
    const db = openWritable(databasePath);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    // However slow the machine: the next kills meet filed readings too.
    if (round === 2) storeWriter(db).fileArrivals();
    db.close();
  }
  const db = openReadable(databasePath);
  const stored = db
    .prepare<[], { sequence: number; n: number }>('SELECT sequence, count(*) AS n FROM reading GROUP BY sequence')
    .all();
  expect(stored.every(({ n }) => n === 1)).toBe(true);
  const sequences = new Set(stored.map(({ sequence }) => sequence));
  expect([...acknowledged.keys()].filter((sequence) => !sequences.has(sequence))).toEqual([]);
  const [filed, waiting] = ['filed_reading', 'arrival'].map((table) =>
    db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get(),
  );
  expect((filed ?? 0) + (waiting ?? 0)).toBe(stored.length);
  expect(filed).toBeGreaterThan(0);
  expect(db.prepare('SELECT sum(count) AS n FROM minute_rollup').get()).toEqual({ n: filed });
  expect(db.prepare('SELECT sum(reading_count) AS n FROM source').get()).toEqual({ n: filed });
  const wrong = db
    .prepare(
      `SELECT r.bucket FROM minute_rollup r WHERE r.sum <> (SELECT sum(heart_rate) FROM filed_reading
         WHERE source_id = r.source_id AND taken_at_ms >= r.bucket * ${MINUTE_MS} AND taken_at_ms < (r.bucket + 1) * ${MINUTE_MS})`,
    )
    .all();
  expect(wrong).toEqual([]);
  expect(auditReads(db).firstBrokenAuditId()).toBeNull();
  db.close();
});

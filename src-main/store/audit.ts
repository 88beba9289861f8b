// Who changed what: rows chained by hash, appended in the same transaction as the change they tell of.
import { createHash } from 'node:crypto';
import type { AuditEntry } from '../contract/models.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { By } from './ports.ts';

interface Row extends AuditEntry {
  readonly hash: Buffer;
}

const COLUMNS = 'audit_id AS auditId, at_ms AS atMs, actor, action, subject, detail';
const NO_HASH = Buffer.alloc(32);

/** SHA-256 over the 32 bytes of the hash before and the row as a JSON array of its fields. */
function chained(before: Buffer, entry: AuditEntry): Buffer {
  const row = JSON.stringify([entry.auditId, entry.atMs, entry.actor, entry.action, entry.subject, entry.detail]);
  return createHash('sha256').update(before).update(row, 'utf8').digest();
}

export interface AuditWrites {
  append(by: By, action: string, subject: string, detail: string): void;
}

export function auditWrites(db: WritableDatabase): AuditWrites {
  const last = db.prepare<[], { readonly auditId: number; readonly hash: Buffer }>(
    'SELECT audit_id AS auditId, hash FROM audit ORDER BY audit_id DESC LIMIT 1',
  );
  const insert = db.prepare<[number, number, string, string, string, string, Buffer]>(
    'INSERT INTO audit (audit_id, at_ms, actor, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    append(by, action, subject, detail) {
      const before = last.get();
      const entry = { auditId: (before?.auditId ?? 0) + 1, atMs: by.atMs, actor: by.actor, action, subject, detail };
      const hash = chained(before?.hash ?? NO_HASH, entry);
      insert.run(entry.auditId, entry.atMs, entry.actor, action, subject, detail, hash);
    },
  };
}

export function auditReads(db: ReadableDatabase) {
  const newest = db.prepare<[number], AuditEntry>(`SELECT ${COLUMNS} FROM audit ORDER BY audit_id DESC LIMIT ?`);
  const last = db.prepare<[string], number>('SELECT at_ms FROM audit WHERE action = ? ORDER BY audit_id DESC LIMIT 1').pluck();
  const all = db.prepare<[], Row>(`SELECT ${COLUMNS}, hash FROM audit ORDER BY audit_id`);
  return {
    /** Newest first. */
    audit: (ask: { limit: number }): readonly AuditEntry[] => newest.all(ask.limit),
    lastDone: (ask: { action: string }): number | null => last.get(ask.action) ?? null,
    /** Number of the first row that does not follow from those before it; null when the chain is whole. */
    firstBrokenAuditId(): number | null {
      let before: Buffer = NO_HASH;
      let expected = 1;
      for (const row of all.iterate()) {
        const hash = chained(before, row);
        if (row.auditId !== expected || !hash.equals(row.hash)) return row.auditId;
        before = hash;
        expected++;
      }
      return null;
    },
  };
}

// People who sign in, and their sessions. Only hashes of passwords and tokens are here.
import { ConsoleError } from '../contract/errors.ts';
import type { Role, User } from '../contract/models.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import { isAlreadyThere } from './errors.ts';
import type { By, StoreWrites, UserRecord } from './ports.ts';

const COLUMNS = 'u.user_id AS userId, u.user_name AS userName, u.display_name AS displayName, u.role, u.disabled';

type Row = Omit<User, 'disabled'> & { readonly disabled: number };

const asUser = (row: Row): User => ({ ...row, disabled: row.disabled !== 0 });

/** Whoever comes first is the administrator: nobody is so twice. */
export function hasUsersAlready(): ConsoleError {
  return new ConsoleError('conflict', 'This console has users already: sign in, or ask an administrator for an account.');
}

export function userReads(db: ReadableDatabase) {
  const all = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM app_user u ORDER BY u.user_name`);
  const byId = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM app_user u WHERE u.user_id = ?`);
  const byName = db.prepare<[string], Row & { readonly passwordHash: string }>(
    `SELECT ${COLUMNS}, u.password_hash AS passwordHash FROM app_user u WHERE u.user_name = ?`,
  );
  const bySession = db.prepare<[string, number], Row>(
    `SELECT ${COLUMNS} FROM session s JOIN app_user u USING (user_id) WHERE s.token_hash = ? AND s.expires_at_ms > ? AND u.disabled = 0`,
  );
  return {
    users: (): readonly User[] => all.all().map(asUser),
    user(userId: number): User | null {
      const row = byId.get(userId);
      return row === undefined ? null : asUser(row);
    },
    /** Upper and lower case are the same name. */
    userByName(ask: { userName: string }): UserRecord | null {
      const row = byName.get(ask.userName);
      return row === undefined ? null : { ...row, disabled: row.disabled !== 0 };
    },
    userBySession(ask: { tokenHash: string; nowMs: number }): User | null {
      const row = bySession.get(ask.tokenHash, ask.nowMs);
      return row === undefined ? null : asUser(row);
    },
  };
}

export function userWrites(db: WritableDatabase, audit: AuditWrites) {
  const reads = userReads(db);
  const insert = db.prepare<[string, string, string, Role]>(
    'INSERT INTO app_user (user_name, display_name, password_hash, role) VALUES (?, ?, ?, ?)',
  );
  const disable = db.prepare<[number, number]>('UPDATE app_user SET disabled = ? WHERE user_id = ?');
  const insertSession = db.prepare<[string, number, number]>(
    'INSERT INTO session (token_hash, user_id, expires_at_ms) VALUES (?, ?, ?)',
  );
  const endSession = db.prepare<[string]>('DELETE FROM session WHERE token_hash = ?');
  const endSessionsOf = db.prepare<[number]>('DELETE FROM session WHERE user_id = ?');
  const endExpired = db.prepare<[number]>('DELETE FROM session WHERE expires_at_ms <= ?');

  function known(userId: number): User {
    const found = reads.user(userId);
    if (found === null) throw new ConsoleError('not_found', 'There is no such user.', { field: 'userId', value: String(userId) });
    return found;
  }

  return {
    addUser(ask: Parameters<StoreWrites['addUser']>[0]): User {
      if (ask.isFirst && reads.users().length > 0) throw hasUsersAlready();
      try {
        const { lastInsertRowid } = insert.run(ask.userName, ask.displayName, ask.passwordHash, ask.role);
        audit.append(ask, 'user.add', `user ${ask.userName}`, `role ${ask.role}`);
        return known(Number(lastInsertRowid));
      } catch (error) {
        if (!isAlreadyThere(error)) throw error;
        throw new ConsoleError('already_exists', `The user name ${ask.userName} is taken.`, {
          field: 'userName',
          value: ask.userName,
        });
      }
    },
    /** Disabling ends the user's sessions. */
    setUserDisabled(ask: By & { userId: number; disabled: boolean }): User {
      const before = known(ask.userId);
      disable.run(ask.disabled ? 1 : 0, ask.userId);
      if (ask.disabled) endSessionsOf.run(ask.userId);
      audit.append(ask, ask.disabled ? 'user.disable' : 'user.enable', `user ${before.userName}`, '');
      return known(ask.userId);
    },
    addSession(ask: By & { userId: number; tokenHash: string; expiresAtMs: number }): void {
      const user = known(ask.userId);
      endExpired.run(ask.atMs);
      insertSession.run(ask.tokenHash, ask.userId, ask.expiresAtMs);
      audit.append(ask, 'session.start', `user ${user.userName}`, '');
    },
    endSession(ask: { tokenHash: string }): void {
      endSession.run(ask.tokenHash);
    },
  };
}

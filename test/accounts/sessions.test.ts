// Rules of sessions: who gets in, for how long, and how often somebody may guess.
import { beforeEach, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src-main/accounts/passwords.ts';
import { SESSION_LIFE_MS, Sessions } from '../../src-main/accounts/sessions.ts';
import { hashToken } from '../../src-main/accounts/tokens.ts';
import type { User } from '../../src-main/contract/models.ts';
import type { UserRecord } from '../../src-main/store/ports.ts';

const passwordHash = await hashPassword('tulips and rain');

/** A store of users and sessions in memory, with the answers the real one gives. */
function memoryStore(clock: { wallMs: number }) {
  const users: UserRecord[] = [
    { userId: 1, userName: 'nora', displayName: 'Nora Nurse', role: 'nurse', disabled: false, passwordHash },
    { userId: 2, userName: 'dora', displayName: 'Dora Doctor', role: 'doctor', disabled: true, passwordHash },
  ];
  const sessions = new Map<string, { userId: number; expiresAtMs: number }>();
  const audit: { actor: string; action: string; subject: string; detail: string }[] = [];
  let questions = 0;
  return {
    users,
    sessions,
    audit,
    questions: () => questions,
    reads: {
      userByName: async ({ userName }: { userName: string }) =>
        users.find((user) => user.userName.toLowerCase() === userName.toLowerCase()) ?? null,
      userBySession: async ({ tokenHash, nowMs }: { tokenHash: string; nowMs: number }): Promise<User | null> => {
        questions += 1;
        const session = sessions.get(tokenHash);
        if (session === undefined || session.expiresAtMs <= nowMs) return null;
        return users.find((user) => user.userId === session.userId) ?? null;
      },
    },
    writes: {
      addSession: async (ask: { userId: number; tokenHash: string; expiresAtMs: number; actor: string; atMs: number }) => {
        expect(ask.atMs).toBe(clock.wallMs);
        sessions.set(ask.tokenHash, { userId: ask.userId, expiresAtMs: ask.expiresAtMs });
      },
      endSession: async ({ tokenHash }: { tokenHash: string }) => {
        sessions.delete(tokenHash);
      },
      addAudit: async (entry: { actor: string; atMs: number; action: string; subject: string; detail: string }) => {
        audit.push(entry);
      },
    },
  };
}

const clock = { wallMs: 0, monotonicMs: 0 };
let store: ReturnType<typeof memoryStore>;
let sessions: Sessions;
const right = { userName: 'nora', password: 'tulips and rain', origin: '10.0.0.1' };
const wrong = { ...right, password: 'tulips and sun' };

beforeEach(() => {
  clock.wallMs = Date.UTC(2026, 0, 1);
  clock.monotonicMs = 0;
  store = memoryStore(clock);
  sessions = new Sessions({ ...store, nowMs: () => clock.wallMs, monotonicMs: () => clock.monotonicMs });
});

const refusedWith = (code: string) => expect.objectContaining({ detail: expect.objectContaining({ code }) });

describe('sign-in', () => {
  it('gives a token whose hash alone is stored, and a user without the password hash', async () => {
    const { user, token, sessionHash } = await sessions.signIn(right);
    expect(user).toEqual({ userId: 1, userName: 'nora', displayName: 'Nora Nurse', role: 'nurse', disabled: false });
    expect(sessionHash).toBe(hashToken(token));
    expect([...store.sessions.keys()]).toEqual([sessionHash]);
    expect(store.sessions.get(sessionHash)?.expiresAtMs).toBe(clock.wallMs + SESSION_LIFE_MS);
  });

  it('refuses a wrong password, an unknown user and a disabled user with the same code, and audits each', async () => {
    await expect(sessions.signIn(wrong)).rejects.toEqual(refusedWith('wrong_password'));
    await expect(sessions.signIn({ ...right, userName: 'nobody' })).rejects.toEqual(refusedWith('wrong_password'));
    await expect(sessions.signIn({ ...right, userName: 'dora' })).rejects.toEqual(refusedWith('wrong_password'));
    expect(store.audit.map(({ actor, action, subject, detail }) => [actor, action, subject, detail])).toEqual([
      ['nora', 'session.refused', 'from 10.0.0.1', 'wrong user name or password'],
      ['nobody', 'session.refused', 'from 10.0.0.1', 'wrong user name or password'],
      ['dora', 'session.refused', 'from 10.0.0.1', 'user is disabled'],
    ]);
    expect(store.sessions.size).toBe(0);
  });

  it('after five failures even the right password has to wait, and twelve seconds buy one more attempt', async () => {
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(sessions.signIn(wrong)).rejects.toEqual(refusedWith('wrong_password'));
    await expect(sessions.signIn(right)).rejects.toEqual(refusedWith('too_many_attempts'));
    expect(store.audit.at(-1)?.detail).toContain('further attempts are refused');
    expect(store.audit).toHaveLength(5);
    clock.monotonicMs += 12_000;
    expect((await sessions.signIn(right)).user.userName).toBe('nora');
  });

  it('guesses made at the same moment count before they are checked', async () => {
    const codes = await Promise.all(
      Array.from({ length: 12 }, () => sessions.signIn(wrong).catch((error: { detail: { code: string } }) => error.detail.code)),
    );
    expect(codes.filter((code) => code === 'wrong_password')).toHaveLength(5);
    expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(7);
  });

  it('failures of one user from one place lock out neither another user nor another place', async () => {
    for (let attempt = 0; attempt < 6; attempt++) await sessions.signIn(wrong).catch(() => undefined);
    expect((await sessions.signIn({ ...right, origin: '10.0.0.2' })).user.userId).toBe(1);
    await expect(sessions.signIn({ ...wrong, userName: 'dora' })).rejects.toEqual(refusedWith('wrong_password'));
  });

  it('setting the wall clock forward buys no attempts', async () => {
    for (let attempt = 0; attempt < 5; attempt++) await sessions.signIn(wrong).catch(() => undefined);
    clock.wallMs += 86_400_000;
    await expect(sessions.signIn(right)).rejects.toEqual(refusedWith('too_many_attempts'));
  });

  it('signing in correctly many times is not throttled', async () => {
    for (let attempt = 0; attempt < 7; attempt++) await sessions.signIn(right);
    expect(store.sessions.size).toBe(7);
  });
});

describe('a session', () => {
  it('is resumed by its token until twelve hours after sign-in, however often it is resumed', async () => {
    const { token } = await sessions.signIn(right);
    clock.wallMs += SESSION_LIFE_MS - 1;
    expect((await sessions.resume({ token, origin: 'desktop' })).user.userName).toBe('nora');
    clock.wallMs += 1;
    await expect(sessions.resume({ token, origin: 'desktop' })).rejects.toEqual(refusedWith('not_signed_in'));
  });

  it('is over for good after sign-out', async () => {
    const { token, sessionHash } = await sessions.signIn(right);
    await sessions.signOut({ sessionHash, userName: 'nora', origin: '10.0.0.1' });
    expect(await sessions.isOpen(sessionHash)).toBe(false);
    await expect(sessions.resume({ token, origin: '10.0.0.1' })).rejects.toEqual(refusedWith('not_signed_in'));
    expect(store.audit.at(-1)).toMatchObject({ actor: 'nora', action: 'session.ended' });
  });

  it('is asked of the store at most once a minute, and an end made elsewhere is noticed then', async () => {
    const { sessionHash } = await sessions.signIn(right);
    for (let ask = 0; ask < 10; ask++) expect(await sessions.isOpen(sessionHash)).toBe(true);
    expect(store.questions()).toBe(0);
    store.sessions.clear();
    clock.monotonicMs += 60_000;
    expect(await sessions.isOpen(sessionHash)).toBe(false);
  });

  it('of a user who is disabled ends at once', async () => {
    const { sessionHash } = await sessions.signIn(right);
    store.users[0] = { ...(store.users[0] as UserRecord), disabled: true };
    sessions.forgetUser(1);
    expect(await sessions.isOpen(sessionHash)).toBe(false);
  });

  it('cannot be guessed at without end: wrong tokens from one place are throttled', async () => {
    const codes = [];
    for (let guess = 0; guess < 31; guess++) {
      codes.push(
        await sessions
          .resume({ token: `guess ${guess}`, origin: 'x' })
          .catch((error: { detail: { code: string } }) => error.detail.code),
      );
    }
    expect(codes.slice(0, 30).every((code) => code === 'not_signed_in')).toBe(true);
    expect(codes[30]).toBe('too_many_attempts');
  });
});

// Signing in, resuming and signing out: who is at the screen, for how long, and how often somebody may guess.
import { ConsoleError } from '../contract/errors.ts';
import type { User } from '../contract/models.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { verifyAgainstNobody, verifyPassword } from './passwords.ts';
import { monotonicMs, TokenBuckets } from './throttle.ts';
import { hashToken, newToken } from './tokens.ts';

/** A session ends this long after sign-in: a working shift. */
export const SESSION_LIFE_MS = 12 * 3_600_000;

/** Five guesses at one user from one place, then one every twelve seconds. */
const PER_USER_AND_ORIGIN = { burst: 5, perSecond: 1 / 12 };
/** Thirty guesses from one place whatever the user, then one every two seconds. */
const PER_ORIGIN = { burst: 30, perSecond: 1 / 2 };

export interface SessionsOptions {
  readonly reads: Pick<Remote<StoreReads>, 'userByName' | 'userBySession'>;
  readonly writes: Pick<Remote<StoreWrites>, 'addSession' | 'endSession' | 'addAudit'>;
  /** Wall clock, UTC ms; sessions expire by it, as they are stored with it. */
  readonly nowMs?: () => number;
  /** For throttling; never runs backwards. */
  readonly monotonicMs?: () => number;
}

export interface OpenSession {
  readonly user: User;
  /** Given to the screen once; stored only as its hash. */
  readonly token: string;
  readonly sessionHash: string;
}

/** How long a session is believed open without asking the store: bounds how late an end made by another process is noticed. */
const BELIEVED_FOR_MS = 60_000;

interface Known {
  readonly userId: number;
  readonly believedUntilMs: number;
}

export class Sessions {
  readonly #reads: SessionsOptions['reads'];
  readonly #writes: SessionsOptions['writes'];
  readonly #nowMs: () => number;
  readonly #clock: () => number;
  readonly #guessesAtUser: TokenBuckets;
  readonly #guessesFromOrigin: TokenBuckets;
  /** Sessions lately seen to be open, by hash; saves a question to the store for every command. */
  readonly #known = new Map<string, Known>();

  constructor(options: SessionsOptions) {
    this.#reads = options.reads;
    this.#writes = options.writes;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#clock = options.monotonicMs ?? monotonicMs;
    this.#guessesAtUser = new TokenBuckets(PER_USER_AND_ORIGIN, this.#clock);
    this.#guessesFromOrigin = new TokenBuckets(PER_ORIGIN, this.#clock);
  }

  /**
   * @throws ConsoleError `wrong_password` (also for unknown and disabled users, after the same time),
   *   `too_many_attempts` once the guesses are used up, before the password is looked at.
   */
  async signIn(ask: { readonly userName: string; readonly password: string; readonly origin: string }): Promise<OpenSession> {
    const userName = ask.userName.trim();
    const keys = { user: JSON.stringify([userName.toLowerCase(), ask.origin]), origin: ask.origin };
    // Taken before the password is checked, so that guesses made at the same moment do not get past it; given back on success.
    if (this.#guessesAtUser.waitMs(keys.user) > 0 || this.#guessesFromOrigin.take(keys.origin) > 0) {
      throw new ConsoleError('too_many_attempts');
    }
    this.#guessesAtUser.take(keys.user);
    const record = await this.#reads.userByName({ userName });
    const matches =
      record === null ? await verifyAgainstNobody(ask.password) : await verifyPassword(ask.password, record.passwordHash);
    if (!matches || record === null || record.disabled) {
      // Refusals for too many attempts are not audited one by one, or guessing would fill the disk; the last guess says so.
      const why = record?.disabled && matches ? 'user is disabled' : 'wrong user name or password';
      const last = this.#guessesAtUser.waitMs(keys.user) > 0 ? '; further attempts are refused for a while' : '';
      await this.#audit(userName, 'session.refused', ask.origin, why + last);
      throw new ConsoleError('wrong_password');
    }
    this.#guessesAtUser.giveBack(keys.user);
    this.#guessesFromOrigin.giveBack(keys.origin);
    const { passwordHash: _, ...user } = record;
    return this.open(user);
  }

  /** Opens a session without a password: for the first user, who has just chosen one. */
  async open(user: User): Promise<OpenSession> {
    const token = newToken();
    const sessionHash = hashToken(token);
    const atMs = this.#nowMs();
    const expiresAtMs = atMs + SESSION_LIFE_MS;
    await this.#writes.addSession({ userId: user.userId, tokenHash: sessionHash, expiresAtMs, actor: user.userName, atMs });
    this.#remember(sessionHash, user.userId);
    return { user, token, sessionHash };
  }

  /**
   * The session this token opened, which keeps its end.
   * @throws ConsoleError `not_signed_in` when it has ended or never was; `too_many_attempts` after too many wrong ones.
   */
  async resume(ask: { readonly token: string; readonly origin: string }): Promise<OpenSession> {
    if (this.#guessesFromOrigin.take(ask.origin) > 0) throw new ConsoleError('too_many_attempts');
    const sessionHash = hashToken(ask.token);
    const nowMs = this.#nowMs();
    const user = await this.#reads.userBySession({ tokenHash: sessionHash, nowMs });
    if (user === null || user.disabled) throw new ConsoleError('not_signed_in', 'The session has ended. Sign in again.');
    this.#guessesFromOrigin.giveBack(ask.origin);
    this.#remember(sessionHash, user.userId);
    return { user, token: ask.token, sessionHash };
  }

  async signOut(ask: { readonly sessionHash: string; readonly userName: string; readonly origin: string }): Promise<void> {
    this.#known.delete(ask.sessionHash);
    await this.#writes.endSession({ tokenHash: ask.sessionHash });
    await this.#audit(ask.userName, 'session.ended', ask.origin, 'signed out');
  }

  /** False once the session ran out or was signed out, or its user was disabled; asks the store at most once a minute per session. */
  async isOpen(sessionHash: string): Promise<boolean> {
    const known = this.#known.get(sessionHash);
    if (known !== undefined && known.believedUntilMs > this.#clock()) return true;
    const user = await this.#reads.userBySession({ tokenHash: sessionHash, nowMs: this.#nowMs() });
    if (user === null || user.disabled) {
      this.#known.delete(sessionHash);
      return false;
    }
    this.#remember(sessionHash, user.userId);
    return true;
  }

  /** Call when a user is disabled: `isOpen` then asks the store again before the user's next command. */
  forgetUser(userId: number): void {
    for (const [hash, known] of this.#known) if (known.userId === userId) this.#known.delete(hash);
  }

  #remember(sessionHash: string, userId: number): void {
    const nowMs = this.#clock();
    for (const [hash, { believedUntilMs }] of this.#known) if (believedUntilMs <= nowMs) this.#known.delete(hash);
    this.#known.set(sessionHash, { userId, believedUntilMs: nowMs + BELIEVED_FOR_MS });
  }

  async #audit(actor: string, action: string, origin: string, detail: string): Promise<void> {
    await this.#writes.addAudit({ actor, atMs: this.#nowMs(), action, subject: `from ${origin}`, detail });
  }
}

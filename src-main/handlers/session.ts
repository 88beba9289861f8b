// Signing in and out, and the first user of a new console.
import { hashPassword } from '../accounts/passwords.ts';
import type { OpenSession, Sessions } from '../accounts/sessions.ts';
import type { Caller } from '../console-port.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleInfo, Settings } from '../contract/models.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { hasUsersAlready } from '../store/users.ts';
import { checkTimeZone } from './administration.ts';
import { DONE, type HandlersOf, signedInUser } from './handler.ts';

export interface SessionParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly sessions: Sessions;
  readonly now: () => number;
  readonly info: Pick<ConsoleInfo, 'version' | 'host' | 'demo'>;
  readonly settingsChanged: (settings: Settings) => void;
}

type Commands = HandlersOf<'session' | 'setup'> & Pick<HandlersOf<'console'>, 'console.info'>;

/** Whoever claims a new console becomes its administrator: that must not be the first stranger on the network. */
function isThisComputer(origin: string): boolean {
  return ['desktop', 'demo', '::1'].includes(origin) || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(origin);
}

export function sessionHandlers({ reads, writes, sessions, now, info, settingsChanged }: SessionParts): Commands {
  function enter(caller: Caller, session: OpenSession): { user: OpenSession['user']; token: string } {
    caller.user = session.user;
    caller.sessionHash = session.sessionHash;
    return { user: session.user, token: session.token };
  }

  return {
    'console.info': async () => {
      const { clinicName, timeZone } = await reads.settings();
      return { ...info, needsFirstUser: (await reads.users()).length === 0, clinicName, timeZone };
    },
    'session.signIn': async (params, caller) => enter(caller, await sessions.signIn({ ...params, origin: caller.origin })),
    'session.resume': async ({ token }, caller) => enter(caller, await sessions.resume({ token, origin: caller.origin })),
    'session.signOut': async (_, caller) => {
      const user = signedInUser(caller);
      if (caller.sessionHash !== null) {
        await sessions.signOut({ sessionHash: caller.sessionHash, userName: user.userName, origin: caller.origin });
      }
      caller.user = null;
      caller.sessionHash = null;
      return DONE;
    },
    'setup.firstUser': async ({ userName, displayName, password, clinicName, timeZone }, caller) => {
      if (!isThisComputer(caller.origin)) {
        throw new ConsoleError(
          'not_allowed',
          'The first user is set up on the computer that HealthSense runs on, in its own browser or with “healthsense user add”.',
        );
      }
      if ((await reads.users()).length > 0) throw hasUsersAlready();
      checkTimeZone(timeZone);
      const who = { actor: displayName, atMs: now() };
      const user = await writes.addUser({
        ...who,
        userName,
        displayName,
        passwordHash: await hashPassword(password),
        role: 'admin',
        isFirst: true,
      });
      settingsChanged(await writes.saveSettings({ ...who, settings: { ...(await reads.settings()), clinicName, timeZone } }));
      return enter(caller, await sessions.open(user));
    },
  };
}

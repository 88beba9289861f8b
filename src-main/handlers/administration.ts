// Settings, users and the audit trail.
import { hashPassword } from '../accounts/passwords.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleEvent } from '../contract/events.ts';
import type { Settings } from '../contract/models.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { by, type HandlersOf, signedInUser } from './handler.ts';

export interface AdministrationParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly now: () => number;
  readonly emit: (event: ConsoleEvent) => void;
  readonly settingsChanged: (settings: Settings) => void;
  /** What is remembered of this user's sessions is asked for again. */
  readonly userChanged: (userId: number) => void;
}

/** @throws ConsoleError `out_of_range` where the zone is not one this computer knows. */
export function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new ConsoleError('out_of_range', `“${timeZone}” is not a time zone. Use a name such as Europe/Berlin.`, {
      field: 'timeZone',
      value: timeZone,
    });
  }
}

export function administrationHandlers(parts: AdministrationParts): HandlersOf<'settings' | 'user' | 'audit'> {
  const { reads, writes, now } = parts;
  return {
    'settings.get': () => reads.settings(),
    'settings.set': async (settings, caller) => {
      checkTimeZone(settings.timeZone);
      const saved = await writes.saveSettings({ ...by(caller, now()), settings });
      parts.settingsChanged(saved);
      parts.emit({ name: 'settings.changed', payload: saved });
      return saved;
    },
    'user.list': async () => [...(await reads.users())],
    'user.add': async ({ userName, displayName, password, role }, caller) => {
      if ((await reads.userByName({ userName })) !== null) {
        throw new ConsoleError('already_exists', `There is a user “${userName}” already.`, {
          field: 'userName',
          value: userName,
        });
      }
      const passwordHash = await hashPassword(password);
      return writes.addUser({ ...by(caller, now()), userName, displayName, passwordHash, role });
    },
    'user.setDisabled': async ({ userId, disabled }, caller) => {
      if (disabled && signedInUser(caller).userId === userId) {
        throw new ConsoleError('conflict', 'You cannot disable yourself.', { field: 'userId' });
      }
      const user = await writes.setUserDisabled({ ...by(caller, now()), userId, disabled });
      parts.userChanged(userId);
      return user;
    },
    'audit.list': async (params) => [...(await reads.audit(params))],
  };
}

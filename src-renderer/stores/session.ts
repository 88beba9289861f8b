// Who is signed in here, and how that starts and ends.
import { create } from 'zustand';
import type { CommandInput } from '../../src-main/contract/commands.ts';
import type { ConsoleInfo, User } from '../../src-main/contract/models.ts';
import type { ConsoleClient } from '../../src-main/contract/wire.ts';
import { ClientError, type ClientErrorCode, errorWords } from '../client/client-error.ts';

interface SessionState {
  readonly phase: 'starting' | 'unreachable' | 'set-up' | 'signed-out' | 'signed-in';
  readonly info: ConsoleInfo | null;
  readonly user: User | null;
  /** Why nobody is signed in, where that needs a word: the session ended, the console cannot be reached. */
  readonly notice: string;
}

export interface TokenKeeper {
  readonly read: () => string | null;
  readonly keep: (token: string | null) => void;
}

export const SESSION_OVER = 'Your session has ended. Sign in again.';

/** Answers that mean the kept token is of no use any more. */
const REFUSED: ReadonlySet<ClientErrorCode> = new Set([
  'not_signed_in',
  'not_allowed',
  'wrong_password',
  'not_found',
  'invalid_params',
]);

export const useSession = create<SessionState>(() => ({ phase: 'starting', info: null, user: null, notice: '' }));

/** Asks what console this is and goes on with a kept session where there is one. */
export async function startSession(client: ConsoleClient, tokens: TokenKeeper): Promise<void> {
  try {
    const info = await client.send('console.info', {});
    useSession.setState({ info });
    const token = tokens.read();
    if (info.needsFirstUser) useSession.setState({ phase: 'set-up', user: null, notice: '' });
    else if (token === null) useSession.setState({ phase: 'signed-out', user: null, notice: '' });
    else signedIn(await client.send('session.resume', { token }), tokens);
  } catch (error) {
    if (error instanceof ClientError && REFUSED.has(error.code)) endSession(tokens, SESSION_OVER);
    else useSession.setState({ phase: 'unreachable', notice: errorWords(error) });
  }
}

/** While nobody is signed in: another clinic's console, or one that is to be set up, may have come back in its place. */
export async function refreshInfo(client: ConsoleClient): Promise<void> {
  const info = await client.send('console.info', {}).catch(() => null);
  if (info === null || useSession.getState().phase === 'signed-in') return;
  useSession.setState({ info, ...(info.needsFirstUser && { phase: 'set-up' as const, notice: '' }) });
}

export async function signIn(client: ConsoleClient, tokens: TokenKeeper, userName: string, password: string): Promise<void> {
  signedIn(await client.send('session.signIn', { userName, password }), tokens);
}

export async function createFirstUser(
  client: ConsoleClient,
  tokens: TokenKeeper,
  params: CommandInput<'setup.firstUser'>,
): Promise<void> {
  signedIn(await client.send('setup.firstUser', params), tokens);
  useSession.setState(({ info }) => ({ info: info && { ...info, clinicName: params.clinicName } }));
}

/** Signs out here even where the console cannot be told: whoever walks away must be gone from this screen. */
export async function signOut(client: ConsoleClient, tokens: TokenKeeper): Promise<void> {
  const told = client.send('session.signOut', {}).catch(() => undefined);
  endSession(tokens, '');
  await told;
}

export function endSession(tokens: TokenKeeper, notice: string): void {
  tokens.keep(null);
  useSession.setState({ phase: 'signed-out', user: null, notice });
}

function signedIn({ user, token }: { readonly user: User; readonly token: string }, tokens: TokenKeeper): void {
  tokens.keep(token);
  useSession.setState((state) => ({
    phase: 'signed-in',
    user,
    notice: '',
    info: state.info && { ...state.info, needsFirstUser: false },
  }));
}

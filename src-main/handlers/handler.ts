// What a command handler is: checked parameters and the caller in, a contract result out.
import type { Caller } from '../console-port.ts';
import type { CommandName, CommandParams, CommandResult } from '../contract/commands.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { User } from '../contract/models.ts';
import type { By } from '../store/ports.ts';

export type Handler<N extends CommandName> = (params: CommandParams<N>, caller: Caller) => Promise<CommandResult<N>>;
export type Handlers = { readonly [N in CommandName]: Handler<N> };
/** The handlers of the commands whose names begin with one of these words. */
export type HandlersOf<Group extends string> = Pick<Handlers, Extract<CommandName, `${Group}.${string}`>>;

export const DONE = { ok: true } as const;

/** @throws ConsoleError `not_signed_in` */
export function signedInUser(caller: Caller): User {
  if (caller.user === null) throw new ConsoleError('not_signed_in');
  return caller.user;
}

/** The audit's "who and when" of a command. */
export function by(caller: Caller, atMs: number): By {
  return { actor: signedInUser(caller).displayName, atMs };
}

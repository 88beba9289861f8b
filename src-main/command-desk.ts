// Every command of every screen passes here: known, allowed, checked, run, and every failure coded.
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Sessions } from './accounts/sessions.ts';
import type { Caller } from './console-port.ts';
import { type Access, COMMANDS, type CommandName, type CommandParams, type CommandResult } from './contract/commands.ts';
import { ConsoleError } from './contract/errors.ts';
import type { Handlers } from './handlers/handler.ts';

export interface CommandDeskOptions {
  readonly handlers: Handlers;
  readonly sessions: Pick<Sessions, 'isOpen'>;
  readonly log: Logger;
  readonly checkResults: boolean;
}

export class CommandDesk {
  readonly #options: CommandDeskOptions;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** @throws ConsoleError always with a code; what was not foreseen is logged and becomes `internal`. */
  async handle(command: string, params: unknown, caller: Caller): Promise<CommandResult<CommandName>> {
    if (!isCommand(command)) throw new ConsoleError('unknown_command', undefined, { value: command.slice(0, 60) });
    await this.#admit(COMMANDS[command].access, caller);
    try {
      return await this.#run(command, params, caller);
    } catch (error) {
      if (error instanceof ConsoleError) throw error;
      this.#options.log.error({ err: error, command }, 'a command failed');
      throw new ConsoleError('internal');
    }
  }

  /** Signs the caller out where the session has ended. */
  async isSignedIn(caller: Caller): Promise<boolean> {
    const { sessionHash } = caller;
    // Meanwhile the caller may have signed in anew: that is another session.
    if (sessionHash !== null && !(await this.#options.sessions.isOpen(sessionHash)) && caller.sessionHash === sessionHash) {
      caller.user = null;
      caller.sessionHash = null;
    }
    return caller.user !== null;
  }

  async #admit(access: Access, caller: Caller): Promise<void> {
    if (access === 'open') return;
    await this.isSignedIn(caller);
    if (caller.user === null) throw new ConsoleError('not_signed_in');
    if (access === 'admin' && caller.user.role !== 'admin')
      throw new ConsoleError('not_allowed', 'Only an administrator may do this.');
  }

  async #run<N extends CommandName>(command: N, params: unknown, caller: Caller): Promise<CommandResult<N>> {
    const parsed = COMMANDS[command].params.safeParse(params);
    if (!parsed.success) throw invalidParams(parsed.error);
    const handler = this.#options.handlers[command];
    const result = await handler(parsed.data as CommandParams<N>, caller);
    if (!this.#options.checkResults) return result;
    return COMMANDS[command].result.parse(result) as CommandResult<N>;
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

function invalidParams(error: z.ZodError): ConsoleError {
  const first = error.issues[0];
  const field = first?.path.join('.') ?? '';
  if (first === undefined) return new ConsoleError('invalid_params', undefined, { field });
  const limit = sizeLimit(first);
  const message = `${field === '' ? 'Request' : field}: ${limit ?? first.message}`;
  return new ConsoleError('invalid_params', message, limit === null ? { field } : { field, limit });
}

/** A bound of length, number or size as a person says it; null where something else is wrong. */
function sizeLimit(issue: z.ZodError['issues'][number]): string | null {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return null;
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const unit = issue.origin === 'string' ? ` character${bound === 1 ? '' : 's'}` : '';
  return `${issue.code === 'too_small' ? 'at least' : 'at most'} ${bound}${unit}`;
}

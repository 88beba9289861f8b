// What both bridges do alike: one request of a screen in, one coded answer out.
import { z } from 'zod';
import type { Caller, ConsolePort } from '../console-port.ts';
import { ConsoleError, ERROR_CODES, type ErrorDetail } from '../contract/errors.ts';

/** The envelope of a request; `params` are checked by the console against the command's own schema. */
export const requestEnvelope = z
  .object({
    id: z.number().int().nonnegative(),
    command: z.string().min(1).max(80),
    params: z.unknown(),
  })
  .strict();

export type Reply = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: ErrorDetail };

/** Runs a command for a caller. Never rejects: whatever is not a ConsoleError is reported to `onError` and becomes `internal`. */
export async function reply(
  port: ConsolePort,
  command: string,
  params: unknown,
  caller: Caller,
  onError: (error: unknown) => void,
): Promise<Reply> {
  try {
    return { ok: true, result: await port.handle(command, params, caller) };
  } catch (error) {
    if (error instanceof ConsoleError) return { ok: false, error: error.detail };
    onError(error);
    return refusal('internal');
  }
}

export function refusal(code: ErrorDetail['code'], message: string = ERROR_CODES[code]): Reply {
  return { ok: false, error: { code, message } };
}

// Coded errors that cross the contract: a stable code, plain words, and where it applies the field, limit and value.

export const ERROR_CODES = {
  not_signed_in: 'Sign in first.',
  not_allowed: 'Your role may not do this.',
  wrong_password: 'User name or password is wrong.',
  too_many_attempts: 'Too many attempts. Wait a minute and try again.',
  unknown_command: 'This console does not know that command.',
  invalid_params: 'Something in the request is not valid.',
  not_found: 'It is not there (any more).',
  already_exists: 'It exists already.',
  conflict: 'It has changed in the meantime.',
  out_of_range: 'The value is outside what is possible.',
  needs_confirmation: 'The value is unusual: confirm it or correct it.',
  bluetooth_unavailable: 'Bluetooth cannot be used now.',
  disk_full: 'The disk is full: nothing can be stored.',
  unavailable: 'The console cannot do this at the moment.',
  internal: 'Something went wrong inside the console. It has been logged.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetail {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
  readonly limit?: string;
  readonly value?: string;
}

/** Thrown by handlers; crosses either bridge as its `detail`. Anything else thrown becomes `internal`. */
export class ConsoleError extends Error {
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string = ERROR_CODES[code], where: Omit<ErrorDetail, 'code' | 'message'> = {}) {
    super(message);
    this.name = 'ConsoleError';
    this.detail = { code, message, ...where };
  }
}

// The one error a screen sees from the console: a stable code, plain words and, where it applies, the field.
import type { ErrorCode, ErrorDetail } from '../../src-main/contract/errors.ts';

/** Codes of the contract, and the two that only a client can know. */
export type ClientErrorCode = ErrorCode | 'unreachable' | 'timeout';

export class ClientError extends Error {
  readonly code: ClientErrorCode;
  readonly field: string | undefined;
  readonly limit: string | undefined;
  readonly value: string | undefined;

  constructor(code: ClientErrorCode, message: string, where: Omit<ErrorDetail, 'code' | 'message'> = {}) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
    this.field = where.field;
    this.limit = where.limit;
    this.value = where.value;
  }

  static fromDetail({ code, message, ...where }: ErrorDetail): ClientError {
    return new ClientError(code, message, where);
  }
}

/** Any thrown thing as one sentence for a person. */
export function errorWords(error: unknown): string {
  if (!(error instanceof ClientError)) return error instanceof Error ? error.message : String(error);
  const limit = error.limit === undefined || error.message.includes(error.limit) ? '' : ` (limit: ${error.limit})`;
  return `${error.message}${limit}`;
}

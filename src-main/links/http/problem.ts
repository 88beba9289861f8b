// RFC 9457 problem documents with a stable code: every refusal of the HTTP device API is made here.
import type { FastifyReply } from 'fastify';

/** Stable codes → status and title. Part of the API: published in its OpenAPI document. */
export const PROBLEMS = {
  invalid_json: [400, 'The body is not valid JSON'],
  empty_batch: [400, 'The list of readings is empty'],
  token_missing: [401, 'A device token is required'],
  token_invalid: [401, 'The device token is not valid'],
  device_mismatch: [403, 'The token belongs to another device'],
  not_found: [404, 'There is nothing here'],
  method_not_allowed: [405, 'This method is not offered here'],
  reading_conflict: [409, 'A different reading with the same identity is already stored'],
  body_too_large: [413, 'The body is too large'],
  batch_too_large: [413, 'Too many readings in one request'],
  unsupported_media_type: [415, 'The body must be application/json without content encoding'],
  reading_invalid: [422, 'Not every reading could be accepted'],
  too_many_readings: [429, 'The device sends faster than it may'],
  too_many_failures: [429, 'Too many wrong tokens from this address'],
  internal: [500, 'Something went wrong inside the console'],
  disk_full: [503, 'The disk is full: nothing can be stored'],
  engine_unavailable: [503, 'The console cannot store readings at the moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with one reading of a request. */
export interface ItemError {
  readonly index: number;
  readonly field: string;
  readonly code: string;
  readonly limit?: string;
  readonly value?: unknown;
  readonly message: string;
}

export interface ProblemExtras {
  readonly detail?: string;
  readonly errors?: readonly ItemError[];
  readonly accepted?: number;
  readonly results?: readonly unknown[];
}

/** Thrown to end a request with this problem; the link's error handler sends it. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;
  readonly retryAfterSeconds: number | null;

  constructor(code: ProblemCode, extras: ProblemExtras = {}, retryAfterSeconds: number | null = null) {
    super(extras.detail ?? PROBLEMS[code][1]);
    this.name = 'HttpProblem';
    this.code = code;
    this.extras = extras;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function sendProblem(reply: FastifyReply, { code, extras, retryAfterSeconds }: HttpProblem): FastifyReply {
  const [status, title] = PROBLEMS[code];
  if (status === 401)
    reply.header('www-authenticate', `Bearer realm="healthsense"${code === 'token_invalid' ? ', error="invalid_token"' : ''}`);
  if (status === 405) reply.header('allow', 'POST');
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ type: 'about:blank', title, status, code, ...extras }));
}

/** Fastify's own refusals and the sink's failures, in this API's codes. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { name, code, statusCode, detail } = error as {
    readonly name?: string;
    readonly code?: string;
    readonly statusCode?: number;
    readonly detail?: { readonly code?: string };
  };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) return new HttpProblem('body_too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415) return new HttpProblem('unsupported_media_type');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new HttpProblem('invalid_json');
  if (name === 'DiskFullError' || detail?.code === 'disk_full') return new HttpProblem('disk_full', {}, 30);
  if (name?.includes('Unavailable') || detail?.code === 'unavailable') return new HttpProblem('engine_unavailable', {}, 5);
  return new HttpProblem('internal');
}

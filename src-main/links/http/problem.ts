// RFC 9457 problem documents with a stable code: every refusal of the HTTP device API is made here.
import type { FastifyReply } from 'fastify';
import { FAILURES, failureOf, PAYLOAD_PROBLEMS, PayloadProblem, type ProblemExtras, problemJson } from '../payload/problems.ts';
import { MAX_BODY_BYTES } from '../payload/schema.ts';

/** Stable codes → status and title. Part of the API: published in its OpenAPI document. */
export const PROBLEMS = {
  ...PAYLOAD_PROBLEMS,
  not_http: [400, 'This is no HTTP'],
  token_missing: [401, 'A device token is required'],
  token_invalid: [401, 'The device token is not valid'],
  not_found: [404, 'There is nothing here'],
  method_not_allowed: [405, 'This method is not offered here'],
  too_slow: [408, 'The request did not come in time'],
  unsupported_media_type: [415, 'The body must be application/json without content encoding'],
  too_many_readings: [429, 'The device sends faster than it may'],
  too_many_failures: [429, 'Too many wrong tokens from this address'],
  too_many_refused: [429, 'The device sends too much that is no reading'],
  head_too_large: [431, 'The head of the request is too large'],
  ...FAILURES,
} as const satisfies Record<string, readonly [number, string]>;

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export type ProblemCode = keyof typeof PROBLEMS;

const TOO_LARGE = `At most ${MAX_BODY_BYTES} bytes fit one request.`;
const RETRY_AFTER_SECONDS = { disk_full: 30, engine_unavailable: 5, internal: null } as const;

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
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(status)
    .header('content-type', PROBLEM_TYPE)
    .header('cache-control', 'no-store')
    .send(problemJson(status, title, code, extras));
}

/** Fastify's own refusals and the sink's failures, in this API's codes. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof PayloadProblem) return new HttpProblem(error.code, error.extras);
  const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413)
    return new HttpProblem('body_too_large', { detail: TOO_LARGE });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415) return new HttpProblem('unsupported_media_type');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new HttpProblem('invalid_json');
  const failure = failureOf(error);
  return new HttpProblem(failure, {}, RETRY_AFTER_SECONDS[failure]);
}

// RFC 9457 problem documents with a stable code: what is wrong with readings themselves, whichever link brought them.

/** Stable codes → status and title. */
export const PAYLOAD_PROBLEMS = {
  invalid_json: [400, 'The body is not valid JSON'],
  empty_batch: [400, 'The list of readings is empty'],
  device_mismatch: [403, 'The token belongs to another device'],
  reading_conflict: [409, 'A different reading with the same identity is already stored'],
  body_too_large: [413, 'The body is too large'],
  batch_too_large: [413, 'Too many readings in one request'],
  reading_invalid: [422, 'Not every reading could be accepted'],
} as const satisfies ProblemTable;

/** What keeps the console from storing a reading that may be good. */
export const FAILURES = {
  internal: [500, 'Something went wrong inside the console'],
  disk_full: [503, 'The disk is full: nothing can be stored'],
  engine_unavailable: [503, 'The console cannot store readings at the moment'],
} as const satisfies ProblemTable;

export type ProblemTable = Readonly<Record<string, readonly [status: number, title: string]>>;
export type PayloadProblemCode = keyof typeof PAYLOAD_PROBLEMS;
export type FailureCode = keyof typeof FAILURES;

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

/** Thrown where what was sent is refused, wholly or in part. */
export class PayloadProblem extends Error {
  readonly code: PayloadProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: PayloadProblemCode, extras: ProblemExtras = {}) {
    super(extras.detail ?? PAYLOAD_PROBLEMS[code][1]);
    this.name = 'PayloadProblem';
    this.code = code;
    this.extras = extras;
  }
}

/** The problem document as JSON. */
export function problemJson(status: number, title: string, code: string, extras: ProblemExtras): string {
  return JSON.stringify({ type: 'about:blank', title, status, code, ...extras });
}

/** Which of the console's own failures a sink's error is. */
export function failureOf(error: unknown): FailureCode {
  const { name, detail } = error as { readonly name?: string; readonly detail?: { readonly code?: string } };
  if (name === 'DiskFullError' || detail?.code === 'disk_full') return 'disk_full';
  if (name?.includes('Unavailable') || detail?.code === 'unavailable') return 'engine_unavailable';
  return 'internal';
}

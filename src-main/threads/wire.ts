// What travels between threads: calls, answers and errors as discriminated unions with sequence numbers.
import { ConsoleError, type ErrorDetail } from '../contract/errors.ts';
import type { ReportAsk } from '../reports/report-data.ts';
import { DiskFullError } from '../store/errors.ts';
import type { Remote } from '../store/ports.ts';
import type { EncodedBatch, EncodedOutcomes } from './batch-codec.ts';
import type { RehearsalAsk } from './rehearse.ts';

/** One call of one method of T, parameters checked against the method. */
export type Call<T> = {
  [K in keyof T & string]: T[K] extends (...ask: infer A) => unknown
    ? { readonly type: 'call'; readonly seq: number; readonly method: K; readonly ask: A }
    : never;
}[keyof T & string];

export interface WireError {
  readonly message: string;
  /** Of a ConsoleError; anything else is unexpected. */
  readonly detail: ErrorDetail | null;
  readonly stack: string;
}

export type Answer =
  | { readonly type: 'answer'; readonly seq: number; readonly ok: true; readonly result: unknown }
  | { readonly type: 'answer'; readonly seq: number; readonly ok: false; readonly error: WireError };

/** The first things a worker says: its database is open and of this version's schema; it is ready, or it cannot be and why. */
export type Hello =
  | { readonly type: 'opened' }
  | { readonly type: 'ready'; readonly problems: readonly string[] }
  | { readonly type: 'unready'; readonly error: WireError };

export interface StopRequest {
  readonly type: 'stop';
}

/** A report or export, made whole in the query worker. */
export interface ReportRequest {
  readonly type: 'report';
  readonly seq: number;
  readonly ask: ReportAsk & { readonly format: 'pdf' | 'csv' };
}

/** Stored values of one patient judged again. */
export interface RehearseRequest {
  readonly type: 'rehearse';
  readonly seq: number;
  readonly ask: RehearsalAsk;
}

export interface StoreRequest {
  readonly type: 'store';
  readonly seq: number;
  readonly batch: EncodedBatch;
}

export type StoreAnswer =
  | {
      readonly type: 'stored';
      readonly seq: number;
      readonly ok: true;
      readonly outcomes: EncodedOutcomes;
      /** Models that failed on this batch, in plain words; the readings are stored all the same. */
      readonly problems: readonly string[];
    }
  | { readonly type: 'stored'; readonly seq: number; readonly ok: false; readonly error: WireError };

export function toWire(error: unknown): WireError {
  if (error instanceof ConsoleError) return { message: error.message, detail: error.detail, stack: error.stack ?? '' };
  if (error instanceof Error) return { message: error.message, detail: null, stack: error.stack ?? '' };
  return { message: String(error), detail: null, stack: '' };
}

/** The error as it was thrown in the worker: coded ones keep their class and detail, others their message and stack. */
export function fromWire(wire: WireError): Error {
  if (wire.detail?.code === 'disk_full') return new DiskFullError();
  if (wire.detail !== null) {
    const { code, message, ...where } = wire.detail;
    return new ConsoleError(code, message, where);
  }
  const error = new Error(wire.message);
  error.stack = wire.stack;
  return error;
}

/** One function per method of T, each handing its call to `send`. `methods` names every one: the compiler sees to it. */
export function remoteOf<T>(
  methods: { readonly [K in keyof T]: true },
  send: (method: keyof T & string, ask: readonly unknown[]) => Promise<unknown>,
): Remote<T> {
  const names = Object.keys(methods) as (keyof T & string)[];
  const entries = names.map((name) => [name, (...ask: readonly unknown[]) => send(name, ask)] as const);
  return Object.fromEntries(entries) as Remote<T>;
}

/** Runs a call on the object that implements T. @throws ConsoleError `unknown_command` for a method it does not have. */
export async function dispatch<T extends object>(target: T | Remote<T>, call: Call<T>): Promise<unknown> {
  const method: unknown = Object.hasOwn(target, call.method) ? target[call.method] : undefined;
  if (typeof method !== 'function') throw new ConsoleError('unknown_command');
  return Reflect.apply(method, target, call.ask);
}

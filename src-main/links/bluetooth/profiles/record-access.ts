// Record Access Control Point 2A52 of the glucose services 1808 and 181F: what is asked for, and what is answered.
import { always, type Decoded, decoded, parse, rejected } from './parser.ts';

export const RECORD_ACCESS = '2a52';

export const RACP_OP = { report: 0x01, abort: 0x03, count: 0x04, countAnswer: 0x05, answer: 0x06 } as const;
const RACP_OPERATOR = { none: 0x00, all: 0x01, from: 0x03, last: 0x06 } as const;
export const RACP_RESULT = {
  success: 1,
  opNotSupported: 2,
  badOperator: 3,
  operatorNotSupported: 4,
  badOperand: 5,
  noRecords: 6,
  abortFailed: 7,
  notCompleted: 8,
  operandNotSupported: 9,
} as const;

/** By sequence number (glucose meters) or time offset in minutes (glucose sensors): both are filter 1. */
const FILTER = 0x01;

export type RacpAnswer =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'result'; readonly op: number; readonly result: number };

export function encodeReport(which: 'all' | 'last' | { readonly from: number }): Uint8Array {
  if (which === 'all') return Uint8Array.of(RACP_OP.report, RACP_OPERATOR.all);
  if (which === 'last') return Uint8Array.of(RACP_OP.report, RACP_OPERATOR.last);
  return Uint8Array.of(RACP_OP.report, RACP_OPERATOR.from, FILTER, which.from & 0xff, which.from >>> 8);
}

export function encodeAbort(): Uint8Array {
  return Uint8Array.of(RACP_OP.abort, RACP_OPERATOR.none);
}

export function decodeRecordAccess(bytes: Uint8Array): Decoded<RacpAnswer> {
  const op = bytes[0] ?? 0;
  if (bytes[1] !== RACP_OPERATOR.none) return rejected('range', 'its operator is not that of an answer');
  if (op === RACP_OP.countAnswer) {
    const parsed = parse([always('op', 'u8'), always('operator', 'u8'), always('count', 'u16')], bytes);
    return parsed.ok ? decoded({ kind: 'count', count: parsed.value.count }) : parsed;
  }
  if (op === RACP_OP.answer) {
    const parsed = parse([always('op', 'u8'), always('operator', 'u8'), always('asked', 'u8'), always('result', 'u8')], bytes);
    return parsed.ok ? decoded({ kind: 'result', op: parsed.value.asked, result: parsed.value.result }) : parsed;
  }
  return rejected('range', `there is no answer of kind ${op}`);
}

// CGM Specific Ops Control Point 2AAC: starts a sensor's session. Frames carry a checksum where the sensor's features say so.
import { crc16 } from '../ieee11073/crc16.ts';
import { type Decoded, decoded, rejected } from './parser.ts';

export const CGM_OPERATIONS = '2aac';

const CGM_OP = { startSession: 0x1a, stopSession: 0x1b, answer: 0x1c } as const;
export const CGM_RESULT_SUCCESS = 1;

export interface CgmAnswer {
  readonly op: number;
  /** 1 success, 2 not supported, 3 invalid operand, 4 not completed, 5 out of range. */
  readonly result: number;
}

export function encodeStartSession(hasCrc: boolean): Uint8Array {
  const bare = Uint8Array.of(CGM_OP.startSession);
  if (!hasCrc) return bare;
  const crc = crc16(bare);
  return Uint8Array.of(CGM_OP.startSession, crc & 0xff, crc >>> 8);
}

export function decodeCgmAnswer(bytes: Uint8Array, hasCrc: boolean): Decoded<CgmAnswer> {
  const [code, op, result, low, high] = bytes;
  if (bytes.length !== (hasCrc ? 5 : 3)) return rejected('length', `an answer of ${bytes.length} bytes is none`);
  if (code !== CGM_OP.answer || op === undefined || result === undefined) return rejected('range', 'it is no answer');
  if (hasCrc && crc16(bytes.subarray(0, 3)) !== ((low ?? 0) | ((high ?? 0) << 8)))
    return rejected('crc', 'the checksum is wrong');
  return decoded({ op, result });
}

// HealthSense's own service: respiratory rate, for which GATT has no standard characteristic (firmware/protocol/PROTOCOL.md).
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import { always, type Decoded, decoded, parse, when } from './parser.ts';

export const HEALTHSENSE_SERVICE = '5c4d0001b8a3472c9f5d61e0a8d7c3f2';
export const RESPIRATORY_RATE_CHARACTERISTIC = '5c4d0002b8a3472c9f5d61e0a8d7c3f2';

export interface RespiratoryRateFrame {
  readonly kind: 'respiratoryRate';
  readonly respiratoryRatePerMin: MedicalFloat;
  readonly takenAt: DeviceDateTime | null;
  /** Bits of RESPIRATION_STATUS; null where not sent. */
  readonly status: number | null;
}

export const RESPIRATION_STATUS = { sensorOff: 0, movement: 1, questionable: 2 } as const;

const TABLE = [always('flags', 'u8'), always('rate', 'sfloat'), when(0, 'takenAt', 'dateTime'), when(1, 'status', 'u8')] as const;

export function decodeRespiratoryRate(bytes: Uint8Array): Decoded<RespiratoryRateFrame> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { rate, takenAt, status } = parsed.value;
  return decoded({ kind: 'respiratoryRate', respiratoryRatePerMin: rate, takenAt, status });
}

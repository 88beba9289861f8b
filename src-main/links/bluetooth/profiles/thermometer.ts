// Health Thermometer service 1809: Temperature Measurement 2A1C.
import type { DeviceDateTime } from '../ieee11073/date-time.ts';
import type { MedicalFloat } from '../ieee11073/medical-float.ts';
import { always, type Decoded, decoded, hasBit, parse, when } from './parser.ts';

export interface TemperatureFrame {
  readonly kind: 'temperature';
  readonly temperature: MedicalFloat;
  readonly unit: 'Cel' | '[degF]';
  readonly takenAt: DeviceDateTime | null;
  /** Temperature Type: 1 armpit … 9 tympanum; null where not sent. */
  readonly site: number | null;
}

const FAHRENHEIT = 0;

const TABLE = [
  always('flags', 'u8'),
  always('temperature', 'float32'),
  when(1, 'takenAt', 'dateTime'),
  when(2, 'site', 'u8'),
] as const;

export function decodeTemperature(bytes: Uint8Array): Decoded<TemperatureFrame> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { flags, temperature, takenAt, site } = parsed.value;
  return decoded({ kind: 'temperature', temperature, unit: hasBit(flags, FAHRENHEIT) ? '[degF]' : 'Cel', takenAt, site });
}

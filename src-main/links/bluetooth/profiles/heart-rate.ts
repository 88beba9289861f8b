// Heart Rate service 180D: Heart Rate Measurement 2A37.
import { always, type Decoded, decoded, hasBit, parse, unless, when } from './parser.ts';

export interface HeartRateFrame {
  readonly kind: 'heartRate';
  readonly heartRatePerMin: number;
  /** Null where the sensor cannot tell. */
  readonly skinContact: boolean | null;
  readonly energyExpendedKj: number | null;
  /** Intervals between beats in 1/1024 s, oldest first; empty where none were sent. */
  readonly rrIntervals1024: readonly number[];
}

const FLAG = { wideRate: 0, contactDetected: 1, contactSupported: 2, energy: 3, rrIntervals: 4 } as const;

const TABLE = [
  always('flags', 'u8'),
  unless(FLAG.wideRate, 'rate8', 'u8'),
  when(FLAG.wideRate, 'rate16', 'u16'),
  when(FLAG.energy, 'energyKj', 'u16'),
  when(FLAG.rrIntervals, 'rrIntervals', 'u16List'),
] as const;

export function decodeHeartRate(bytes: Uint8Array): Decoded<HeartRateFrame> {
  const parsed = parse(TABLE, bytes);
  if (!parsed.ok) return parsed;
  const { flags, rate8, rate16, energyKj, rrIntervals } = parsed.value;
  return decoded({
    kind: 'heartRate',
    heartRatePerMin: rate16 ?? rate8 ?? 0,
    skinContact: hasBit(flags, FLAG.contactSupported) ? hasBit(flags, FLAG.contactDetected) : null,
    energyExpendedKj: energyKj,
    rrIntervals1024: rrIntervals ?? [],
  });
}

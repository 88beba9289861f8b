// HealthSense ECG service: Samples (packed 12-bit counts) and Feature (firmware/protocol/PROTOCOL.md).
import { always, type Decoded, decoded, hasBit, parse, rejected } from './parser.ts';

export const ECG_SERVICE = '5c4d0020b8a3472c9f5d61e0a8d7c3f2';
export const ECG_SAMPLES = '5c4d0021b8a3472c9f5d61e0a8d7c3f2';
export const ECG_FEATURE = '5c4d0022b8a3472c9f5d61e0a8d7c3f2';

export interface EcgSamples {
  /** Position of the first sample since the wearable began; 32 bits. */
  readonly sampleIndex: number;
  readonly leadOff: boolean;
  readonly saturated: boolean;
  /** Signed counts of 12 bits. */
  readonly samples: readonly number[];
}

export interface EcgFeature {
  readonly sampleRateHz: number;
  readonly nanovoltPerCount: number;
  readonly lead: 'I' | 'II';
}

const HEAD_BYTES = 5;
const FLAG = { leadOff: 0, saturated: 1 } as const;
const BITS = 12;
const LEADS = [null, 'I', 'II'] as const;
/** What a strip can be drawn and beats be found from. */
const SLOWEST_HZ = 50;
const FASTEST_HZ = 1_000;

/** Two samples in three bytes, low nibble first; an odd last sample takes two bytes. */
export function decodeEcgSamples(bytes: Uint8Array): Decoded<EcgSamples> {
  if (bytes.length < HEAD_BYTES + 2) return rejected('short', `a frame of ${bytes.length} bytes holds no sample`);
  if ((bytes.length - HEAD_BYTES) % 3 === 1) return rejected('length', 'the last sample is cut in half');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(4);
  if (flags >>> 2 !== 0) return rejected('range', 'it sets flags that are not defined');
  const samples: number[] = [];
  for (let at = HEAD_BYTES; at + 1 < bytes.length; at += 3) {
    const middle = view.getUint8(at + 1);
    samples.push(signed12(view.getUint8(at) | ((middle & 0x0f) << 8)));
    if (at + 2 < bytes.length) samples.push(signed12((middle >>> 4) | (view.getUint8(at + 2) << 4)));
  }
  return decoded({
    sampleIndex: view.getUint32(0, true),
    leadOff: hasBit(flags, FLAG.leadOff),
    saturated: hasBit(flags, FLAG.saturated),
    samples,
  });
}

export function decodeEcgFeature(bytes: Uint8Array): Decoded<EcgFeature> {
  const parsed = parse(
    [always('sampleRateHz', 'u16'), always('nanovoltPerCount', 'u32'), always('bits', 'u8'), always('lead', 'u8')],
    bytes,
  );
  if (!parsed.ok) return parsed;
  const { sampleRateHz, nanovoltPerCount, bits, lead: code } = parsed.value;
  const lead = LEADS[code] ?? null;
  if (sampleRateHz < SLOWEST_HZ || sampleRateHz > FASTEST_HZ)
    return rejected('range', `${sampleRateHz} samples a second is no ECG`);
  if (nanovoltPerCount === 0 || nanovoltPerCount > 1_000_000) return rejected('range', 'its counts have no sensible voltage');
  if (bits !== BITS) return rejected('range', `its samples have ${bits} bits, not ${BITS}`);
  if (lead === null) return rejected('range', `there is no lead number ${code}`);
  return decoded({ sampleRateHz, nanovoltPerCount, lead });
}

function signed12(value: number): number {
  return value >= 0x800 ? value - 0x1000 : value;
}

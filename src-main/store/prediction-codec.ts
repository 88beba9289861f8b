// The inputs of a score as one small blob: sources, ages and numbers, with nothing spent on what was missing.
//
// Layout: version u8 = 1, count u8, then per input: head u8 (source in the low 4 bits, 0x80 set where the number is NaN),
// age as LEB128 of (age + 1), and, where the number is not NaN, float32 little-endian.

const VERSION = 1;
const IS_NAN = 0x80;
const SOURCE_MASK = 0x0f;

export interface ScoredInputs {
  readonly features: Float32Array;
  readonly agesSeconds: Int32Array;
  readonly sources: Uint8Array;
}

/** @throws when the three arrays differ in length or are longer than 255. */
export function encodeInputs({ features, agesSeconds, sources }: ScoredInputs): Buffer {
  const count = features.length;
  if (count > 255 || agesSeconds.length !== count || sources.length !== count) throw new Error(`inputs do not match: ${count}`);
  const bytes = Buffer.alloc(2 + count * 10);
  let at = bytes.writeUInt8(VERSION, 0);
  at = bytes.writeUInt8(count, at);
  for (let index = 0; index < count; index++) {
    const value = features[index] ?? Number.NaN;
    const missing = Number.isNaN(value);
    at = bytes.writeUInt8(((sources[index] ?? 0) & SOURCE_MASK) | (missing ? IS_NAN : 0), at);
    let age = Math.max(agesSeconds[index] ?? -1, -1) + 1;
    while (age >= 0x80) {
      at = bytes.writeUInt8((age % 0x80) | 0x80, at);
      age = Math.floor(age / 0x80);
    }
    at = bytes.writeUInt8(age, at);
    if (!missing) at = bytes.writeFloatLE(value, at);
  }
  return bytes.subarray(0, at);
}

/** @throws RangeError for a blob that is cut off; Error for one of another version. */
export function decodeInputs(bytes: Buffer): ScoredInputs {
  if (bytes.readUInt8(0) !== VERSION) throw new Error(`inputs of an unknown version: ${bytes[0]}`);
  const count = bytes.readUInt8(1);
  const inputs = { features: new Float32Array(count), agesSeconds: new Int32Array(count), sources: new Uint8Array(count) };
  let at = 2;
  for (let index = 0; index < count; index++) {
    const head = bytes.readUInt8(at++);
    let age = 0;
    let unit = 1;
    for (;;) {
      const part = bytes.readUInt8(at++);
      age += (part & 0x7f) * unit;
      unit *= 0x80;
      if (part < 0x80) break;
    }
    inputs.sources[index] = head & SOURCE_MASK;
    inputs.agesSeconds[index] = age - 1;
    if ((head & IS_NAN) !== 0) {
      inputs.features[index] = Number.NaN;
    } else {
      inputs.features[index] = bytes.readFloatLE(at);
      at += 4;
    }
  }
  return inputs;
}

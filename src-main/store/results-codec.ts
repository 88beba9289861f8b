// The scores of one reading as one small blob: a probability each, and of the inputs only what the shared input set does not say.
//
// Results, one after another: head u8 (model in the low 4 bits; 0x10: probability as float32, 0x20: as float64, neither: abstained),
// verdict id LEB128, the probability, then the inputs. Inputs: input set id LEB128 (0: none), count u8, then per input: index u8,
// head u8 (source in the low 4 bits, 0x80: the number is NaN), LEB128 of (ms before the scoring + 1; 0: it has no time), and the
// number as float32 unless NaN. What is not listed is as in the input set, whose own blob is such a list of all inputs, its times being
// ms since 1970. Little-endian throughout.

/** A model's inputs, in the manifest's order. */
export interface Inputs {
  /** NaN: missing. */
  readonly features: Float32Array;
  /** NaN: it has no time. */
  readonly takenAtMs: Float64Array;
  /** Index into INPUT_SOURCES. */
  readonly sources: Uint8Array;
}

export interface ResultToEncode {
  /** Stored number of the model, below 16. */
  readonly model: number;
  readonly verdictId: number;
  readonly probability: number | null;
  readonly inputs: Inputs;
  /** The set that `baseId` names, of the same length; null: every input is written out. */
  readonly base: Inputs | null;
  readonly baseId: number;
}

export interface DecodedResult {
  readonly model: number;
  readonly verdictId: number;
  readonly probability: number | null;
  readonly baseId: number;
  /** Where its inputs lie in the blob. */
  readonly inputsAt: number;
  /** Where it begins and ends in the blob. */
  readonly from: number;
  readonly to: number;
}

const FLOAT32 = 0x10;
const FLOAT64 = 0x20;
const IS_NAN = 0x80;
const LOW = 0x0f;
/** Most bytes of one input: index, head, time, number. */
const MOST_PER_INPUT = 16;

/** Where blobs are put together; what is handed out is a copy. */
let scratch = Buffer.alloc(1024);

/** @throws Error for more than 255 inputs, or arrays that differ in length. */
export function encodeResults(results: readonly ResultToEncode[], scoredAtMs: number): Buffer {
  let at = 0;
  for (const { model, verdictId, probability, inputs, base, baseId } of results) {
    reserve(at + 32 + checkedCount(inputs) * MOST_PER_INPUT);
    const kind = probability === null ? 0 : Math.fround(probability) === probability ? FLOAT32 : FLOAT64;
    scratch[at++] = model | kind;
    at = writeLeb(verdictId, at);
    if (kind === FLOAT32) at = scratch.writeFloatLE(probability ?? 0, at);
    else if (kind === FLOAT64) at = scratch.writeDoubleLE(probability ?? 0, at);
    at = writeLeb(baseId, at);
    at = writeInputs(inputs, base, scoredAtMs, at);
  }
  return Buffer.from(scratch.subarray(0, at));
}

export function encodeInputSet(inputs: Inputs): Buffer {
  reserve(1 + checkedCount(inputs) * MOST_PER_INPUT);
  return Buffer.from(scratch.subarray(0, writeInputs(inputs, null, null, 0)));
}

/** @throws RangeError for a blob that is cut off. */
export function decodeResults(bytes: Buffer): readonly DecodedResult[] {
  const results: DecodedResult[] = [];
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const from = reader.at;
    const head = reader.byte();
    const verdictId = reader.leb();
    const probability = (head & FLOAT32) !== 0 ? reader.float32() : (head & FLOAT64) !== 0 ? reader.float64() : null;
    const baseId = reader.leb();
    const inputsAt = reader.at;
    for (let left = reader.byte(); left > 0; left--) {
      reader.byte();
      const inputHead = reader.byte();
      reader.leb();
      if ((inputHead & IS_NAN) === 0) reader.float32();
    }
    results.push({ model: head & LOW, verdictId, probability, baseId, inputsAt, from, to: reader.at });
  }
  return results;
}

/** The inputs of one result. `base`: the set its `baseId` names; null where that is 0. @throws RangeError for a blob that is cut off. */
export function decodeInputs(bytes: Buffer, inputsAt: number, scoredAtMs: number, base: Inputs | null): Inputs {
  return readInputs(new Reader(bytes, inputsAt), scoredAtMs, base);
}

/** @throws RangeError for a blob that is cut off. */
export function decodeInputSet(bytes: Buffer): Inputs {
  return readInputs(new Reader(bytes), null, null);
}

/** `later` in the place of what `earlier` says of the same models. */
export function mergeResults(earlier: Buffer, later: Buffer): Buffer {
  const models = new Set(decodeResults(later).map(({ model }) => model));
  const kept = decodeResults(earlier).filter(({ model }) => !models.has(model));
  return Buffer.concat([...kept.map(({ from, to }) => earlier.subarray(from, to)), later]);
}

/** Whether an input is what the set says it is. */
export function isSameInput(inputs: Inputs, base: Inputs, index: number): boolean {
  return (
    Object.is(inputs.features[index], base.features[index]) &&
    Object.is(inputs.takenAtMs[index], base.takenAtMs[index]) &&
    inputs.sources[index] === base.sources[index]
  );
}

function checkedCount({ features, takenAtMs, sources }: Inputs): number {
  const count = features.length;
  if (count > 255 || takenAtMs.length !== count || sources.length !== count) throw new Error(`inputs do not match: ${count}`);
  return count;
}

function reserve(size: number): void {
  if (scratch.length < size) scratch = Buffer.concat([scratch, Buffer.alloc(size)]);
}

function writeLeb(value: number, start: number): number {
  let [rest, at] = [value, start];
  while (rest >= 0x80) {
    scratch[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  scratch[at++] = rest;
  return at;
}

/** `scoredAtMs` null: times are written as they are. */
function writeInputs(inputs: Inputs, base: Inputs | null, scoredAtMs: number | null, start: number): number {
  const { features, takenAtMs, sources } = inputs;
  let at = start + 1;
  let count = 0;
  for (let index = 0; index < features.length; index++) {
    if (base !== null && isSameInput(inputs, base, index)) continue;
    const [value, time] = [features[index] ?? Number.NaN, takenAtMs[index] ?? Number.NaN];
    const isMissing = Number.isNaN(value);
    scratch[at++] = index;
    scratch[at++] = ((sources[index] ?? 0) & LOW) | (isMissing ? IS_NAN : 0);
    at = writeLeb(Number.isNaN(time) ? 0 : Math.max(scoredAtMs === null ? time : scoredAtMs - time, 0) + 1, at);
    if (!isMissing) at = scratch.writeFloatLE(value, at);
    count++;
  }
  scratch[start] = count;
  return at;
}

function readInputs(reader: Reader, scoredAtMs: number | null, base: Inputs | null): Inputs {
  const listed = reader.byte();
  const count = base?.features.length ?? listed;
  const inputs: Inputs = {
    features: base?.features.slice() ?? new Float32Array(count),
    takenAtMs: base?.takenAtMs.slice() ?? new Float64Array(count),
    sources: base?.sources.slice() ?? new Uint8Array(count),
  };
  for (let left = listed; left > 0; left--) {
    const index = reader.byte();
    const head = reader.byte();
    const time = reader.leb();
    inputs.sources[index] = head & LOW;
    inputs.takenAtMs[index] = time === 0 ? Number.NaN : scoredAtMs === null ? time - 1 : scoredAtMs - (time - 1);
    inputs.features[index] = (head & IS_NAN) !== 0 ? Number.NaN : reader.float32();
  }
  return inputs;
}

class Reader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.at++);
  }

  leb(): number {
    let [value, unit] = [0, 1];
    for (;;) {
      const part = this.byte();
      value += (part & 0x7f) * unit;
      unit *= 0x80;
      if (part < 0x80) return value;
    }
  }

  float32(): number {
    this.at += 4;
    return this.#bytes.readFloatLE(this.at - 4);
  }

  float64(): number {
    this.at += 8;
    return this.#bytes.readDoubleLE(this.at - 8);
  }
}

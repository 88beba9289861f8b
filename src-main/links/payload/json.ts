// JSON as it comes from a device: UTF-8 or nothing, and a reading that names a field twice is found, for JSON.parse would keep the last.
import { PayloadProblem } from './problems.ts';

/** A list of readings nests two deep. Deeper than this it is no mistake, and not worth parsing. */
const MAX_DEPTH = 8;

export interface DecodedBody {
  readonly body: unknown;
  /** Position of an item → a field it names more than once. Empty where all is well. */
  readonly repeated: ReadonlyMap<number, string>;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NONE: ReadonlyMap<number, string> = new Map();
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws PayloadProblem `invalid_json` */
export function decodeJson(bytes: Uint8Array): DecodedBody {
  const named = colons(bytes);
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw new PayloadProblem('invalid_json', { detail: 'The text is not UTF-8.' });
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new PayloadProblem('invalid_json', { detail: whereItBreaks(error as SyntaxError, text) });
  }
  // Counting is cheap: a colon that has no field to show for it was dropped, and only then is the text looked through.
  const itemDepth = Array.isArray(body) ? 2 : 1;
  return { body, repeated: named[itemDepth] === fields(body) ? NONE : repeatedFields(bytes, itemDepth) };
}

/** The parser's own words quote what was sent, at a length of their choice; the place is enough. */
function whereItBreaks({ message }: SyntaxError, text: string): string {
  if (text.trim() === '') return 'There is nothing in it.';
  if (message.startsWith('Unexpected end')) return 'It ends too early.';
  const position = / at position (\d+)/.exec(message)?.[1];
  return position === undefined ? 'It is no JSON.' : `It is no JSON from character ${Number(position) + 1} on.`;
}

/**
 * Colons outside strings by depth: at that of the items one for every field of every item. `bytes` may be anything.
 * @throws PayloadProblem `invalid_json` where it is nested too deep
 */
function colons(bytes: Uint8Array): readonly number[] {
  const count = new Array<number>(MAX_DEPTH + 1).fill(0);
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COLON) {
      count[depth] = (count[depth] ?? 0) + 1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new PayloadProblem('invalid_json', { detail: `Nested more than ${MAX_DEPTH} deep.` });
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth < 0) throw new PayloadProblem('invalid_json');
    }
  }
  return count;
}

/** Where the string that begins at `start` ends: the place of its closing quote. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function fields(body: unknown): number {
  if (!Array.isArray(body)) return ownFields(body);
  let count = 0;
  for (const item of body) count += ownFields(item);
  return count;
}

function ownFields(item: unknown): number {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.keys(item).length : 0;
}

/** `bytes` are valid JSON: an object, or a list of items. What is nested deeper is no reading and is refused as such. */
function repeatedFields(bytes: Uint8Array, itemDepth: number): ReadonlyMap<number, string> {
  const repeated = new Map<number, string>();
  let seen = new Set<string>();
  let [depth, index, nameFrom, nameTo] = [0, 0, 0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      nameFrom = at;
      at = endOfString(bytes, at);
      nameTo = at + 1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth === itemDepth) seen = new Set();
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
    else if (byte === COMMA && depth === itemDepth - 1) index += 1;
    else if (byte === COLON && depth === itemDepth && !repeated.has(index)) {
      // Parsed, as a name may be written in more than one way.
      const field: string = JSON.parse(UTF8.decode(bytes.subarray(nameFrom, nameTo)));
      if (seen.has(field)) repeated.set(index, field);
      seen.add(field);
    }
  }
  return repeated;
}

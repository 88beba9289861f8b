// JSON as it comes from a device: UTF-8 or nothing, and a reading that names a field twice is found, for JSON.parse would keep the last.
import { PayloadProblem } from './problems.ts';

export interface DecodedBody {
  readonly body: unknown;
  /** Position of an item → a field it names more than once. Empty where all is well. */
  readonly repeated: ReadonlyMap<number, string>;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const NONE: ReadonlyMap<number, string> = new Map();
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws PayloadProblem `invalid_json` */
export function decodeJson(bytes: Uint8Array): DecodedBody {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw new PayloadProblem('invalid_json', { detail: 'The text is not UTF-8.' });
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new PayloadProblem('invalid_json');
  }
  // Counting is cheap; where a colon has no field to show for it, something was dropped or nested, and the text is looked through.
  return { body, repeated: colons(bytes) === fields(body) ? NONE : repeatedFields(text) };
}

/** Colons outside strings: one for every member of every object. */
function colons(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === COLON) count += 1;
    else if (byte === QUOTE) {
      at += 1;
      while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    }
  }
  return count;
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

/** `text` is valid JSON: an object, or a list of items. What is nested deeper is no reading and is refused as such. */
function repeatedFields(text: string): ReadonlyMap<number, string> {
  const repeated = new Map<number, string>();
  const itemDepth = text.trimStart().startsWith('[') ? 2 : 1;
  let seen = new Set<string>();
  let [depth, index] = [0, 0];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[[\]{},]/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      if (depth === itemDepth) seen = new Set();
    } else if (token === '}' || token === ']') depth -= 1;
    else if (token === ',') {
      if (depth === itemDepth - 1) index += 1;
    } else if (depth === itemDepth && token.endsWith(':')) {
      const field: string = JSON.parse(token.slice(0, -1));
      if (seen.has(field) && !repeated.has(index)) repeated.set(index, field);
      seen.add(field);
    }
  }
  return repeated;
}

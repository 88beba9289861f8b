// Finds what a TypeScript file imports: statements, types, dynamic imports, require and worker addresses.

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** What comes right before a module's name. */
const BEFORE_SPECIFIER =
  /(?:\bfrom\s*|\bimport\s*|\bimport\s*\(\s*|\brequire\s*\(\s*|\bnew\s+URL\s*\(\s*|\bmock\s*\(\s*|\bimport\.meta\.resolve\s*\(\s*)$/;
const IDENTIFIER_END = /[\w$)\]]\s*$/;

/** Reads the file once, skipping comments; text in strings and templates is never taken for code. */
export function importsOf(source: string): readonly Import[] {
  const found: Import[] = [];
  /** The code since the last string, comments left out: enough to see what comes before the next one. */
  let code = '';
  let line = 1;
  let at = 0;
  /** Depth of braces at which each open template expression ends. */
  const templates: number[] = [];
  let depth = 0;

  const skipTemplate = (): void => {
    while (at < source.length) {
      const character = source[at];
      if (character === '\n') line += 1;
      if (character === '\\') at += 1;
      else if (character === '`') {
        at += 1;
        return;
      } else if (character === '$' && source[at + 1] === '{') {
        templates.push(depth);
        depth += 1;
        at += 2;
        return;
      }
      at += 1;
    }
  };

  while (at < source.length) {
    const character = source[at] ?? '';
    const next = source[at + 1];
    if (character === '\n') line += 1;
    if (character === '/' && next === '/') {
      while (at < source.length && source[at] !== '\n') at += 1;
    } else if (character === '/' && next === '*') {
      const end = source.indexOf('*/', at + 2);
      const stop = end === -1 ? source.length : end + 2;
      line += source.slice(at, stop).split('\n').length - 1;
      at = stop;
    } else if (character === '/' && !IDENTIFIER_END.test(code)) {
      at = endOfRegExp(source, at);
      code = '0';
    } else if (character === "'" || character === '"') {
      const end = endOfString(source, at);
      if (BEFORE_SPECIFIER.test(code)) found.push({ specifier: source.slice(at + 1, end - 1), line });
      // A string is a value: a slash after it divides.
      code = '0';
      at = end;
    } else if (character === '`') {
      at += 1;
      code = '0';
      skipTemplate();
    } else if (character === '}' && templates.at(-1) === depth - 1) {
      templates.pop();
      depth -= 1;
      at += 1;
      code = '0';
      skipTemplate();
    } else {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      code = `${code}${character}`.slice(-60);
      at += 1;
    }
  }
  return found;
}

/** Where a string ends; at the end of the line at the latest, as an apostrophe in JSX text opens none. */
function endOfString(source: string, start: number): number {
  const quote = source[start];
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === quote) return at + 1;
    else if (source[at] === '\n') return start + 1;
  }
  return start + 1;
}

function endOfRegExp(source: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '\n') return start + 1;
    else if (character === '/' && !inClass) return at + 1;
  }
  return start + 1;
}

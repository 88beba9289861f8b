// What the report's font can print: text with other characters is marked, so that a mangled name is never taken for the name.

/** Characters of the Roboto that pdfmake carries, as ranges; everything outside is drawn by it as an empty box. */
const PRINTABLE =
  /[\u0020-\u007e\u00a0-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u02c6\u02c7\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u0482\u048a-\u0513\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9\u2000-\u200b\u2010\u2011\u2013-\u2015\u2017-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044\u2070\u2074-\u208e\u20ac\u2122\u2126\u2202\u2206\u2211\u2212\u221a\u221e\u2248\u2260\u2264\u2265\u25a0\u25ca\u25cf\n]/u;

/** Longest run without a break that fits the narrowest text column. */
const LONGEST_RUN = 16;

export interface Printable {
  readonly text: string;
  /** True when characters had to be replaced. */
  readonly replaced: boolean;
}

/** The text with each character the font lacks as `?`; letters with accents are put together first. */
export function printable(text: string): Printable {
  let replaced = false;
  let result = '';
  for (const character of text.normalize('NFC')) {
    if (character === '\t' || character === '\r') result += ' ';
    else if (PRINTABLE.test(character)) result += character;
    else {
      result += '?';
      replaced = true;
    }
  }
  return { text: result, replaced };
}

/** Printable, and with places to break inside words that are longer than a column. */
export function wrapped(text: string): string {
  return printable(text).text.replace(
    /[^\s-]{17,}/g,
    (word) => word.match(new RegExp(`.{1,${LONGEST_RUN}}`, 'gu'))?.join('\u200b') ?? word,
  );
}

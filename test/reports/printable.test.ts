// What the report's font can print, checked against the font files themselves.
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { printable, wrapped } from '../../src-main/reports/printable.ts';

interface FontFile {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

function fontFiles(): FontFile[] {
  const fromHere = createRequire(import.meta.url);
  const fromPdfmake = createRequire(fromHere.resolve('pdfmake/package.json'));
  const fontkit = createRequire(fromPdfmake.resolve('pdfkit'))('fontkit') as { openSync(path: string): FontFile };
  return ['Regular', 'Medium', 'Italic', 'MediumItalic'].map((style) =>
    fontkit.openSync(fromHere.resolve(`pdfmake/fonts/Roboto/Roboto-${style}.ttf`)),
  );
}

describe('characters', () => {
  it('every character called printable has a glyph in all four styles', () => {
    const fonts = fontFiles();
    const missing: string[] = [];
    for (let codePoint = 0x20; codePoint <= 0xffff; codePoint += 1) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      const character = String.fromCodePoint(codePoint);
      if (character.normalize('NFC') !== character || printable(character).replaced) continue;
      if (!fonts.every((font) => font.hasGlyphForCodePoint(codePoint))) missing.push(codePoint.toString(16));
    }
    expect(missing).toEqual([]);
  });

  it('the units and signs of vital signs and names of Europe are printable as they are', () => {
    const text = 'SpO₂ µU/mL °C °F ≥ ≤ − – — · … Łukasz Čeněk Øystein Ștefan Ελένη Жанна İpek Nguyễn';
    expect(printable(text)).toEqual({ text, replaced: false });
  });

  it('what cannot be printed is marked, never dropped or drawn as a box', () => {
    expect(printable('山田 Ada')).toEqual({ text: '?? Ada', replaced: true });
    expect(printable('e\u0301')).toEqual({ text: 'é', replaced: false });
  });

  it('words longer than a column may break, shorter ones may not', () => {
    expect(
      wrapped('a'.repeat(40))
        .split('\u200b')
        .map((part) => part.length),
    ).toEqual([16, 16, 8]);
    expect(wrapped('Wolfeschlegel von Hausen')).toBe('Wolfeschlegel von Hausen');
  });
});

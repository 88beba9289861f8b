// Document definition to PDF bytes with pdfmake, using only the fonts that lie in its package: no network, no other file.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pdfmake from 'pdfmake';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';

const FONT_DIRECTORY = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto');
const FONTS = {
  Roboto: {
    normal: join(FONT_DIRECTORY, 'Roboto-Regular.ttf'),
    bold: join(FONT_DIRECTORY, 'Roboto-Medium.ttf'),
    italics: join(FONT_DIRECTORY, 'Roboto-Italic.ttf'),
    bolditalics: join(FONT_DIRECTORY, 'Roboto-MediumItalic.ttf'),
  },
};

pdfmake.setFonts(FONTS);
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => Object.values(FONTS.Roboto).includes(path));

export function renderPdf(definition: TDocumentDefinitions): Promise<Buffer> {
  return pdfmake.createPdf(definition).getBuffer();
}

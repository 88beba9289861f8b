// What a file is, told by its first bytes and never by its name; and how large its picture says it is.
import type { PhotoType } from './photos.ts';

export type FileKind =
  | { readonly kind: 'photo'; readonly mediaType: PhotoType }
  /** Something else that was recognised: its name with an article. */
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'unknown' };

/** Bytes needed to tell. */
export const FILE_HEAD_BYTES = 32;

const OTHER: readonly { readonly what: string; readonly at: number; readonly text: string }[] = [
  { what: 'a HEIC picture', at: 4, text: 'ftyphei' },
  { what: 'a HEIC picture', at: 4, text: 'ftyphev' },
  { what: 'a HEIC picture', at: 4, text: 'ftypmif1' },
  { what: 'an AVIF picture', at: 4, text: 'ftypavif' },
  { what: 'a video', at: 4, text: 'ftyp' },
  { what: 'a PDF', at: 0, text: '%PDF-' },
  { what: 'a GIF', at: 0, text: 'GIF8' },
  { what: 'a TIFF picture', at: 0, text: 'II*\0' },
  { what: 'a TIFF picture', at: 0, text: 'MM\0*' },
  { what: 'a bitmap (BMP)', at: 0, text: 'BM' },
  { what: 'a ZIP archive or an office document', at: 0, text: 'PK\u0003\u0004' },
  { what: 'a DICOM file', at: 128, text: 'DICM' },
  { what: 'a drawing (SVG) or another text file', at: 0, text: '<' },
];

/** `head`: the beginning of the file, FILE_HEAD_BYTES or more of it. */
export function fileKind(head: Uint8Array): FileKind {
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return { kind: 'photo', mediaType: 'image/jpeg' };
  if (startsWith(head, 0, '\u0089PNG\r\n\u001a\n')) return { kind: 'photo', mediaType: 'image/png' };
  if (startsWith(head, 0, 'RIFF') && startsWith(head, 8, 'WEBP')) return { kind: 'photo', mediaType: 'image/webp' };
  const other = OTHER.find(({ at, text }) => startsWith(head, at, text));
  return other === undefined ? { kind: 'unknown' } : { kind: 'other', what: other.what };
}

/** What is wrong with the file, and what to do; empty for a photo that can be taken in. */
export function fileProblem(head: Uint8Array, byteLength: number, maxBytes: number): string {
  if (byteLength === 0) return 'This file is empty. Choose another one.';
  const found = fileKind(head);
  if (found.kind === 'other') {
    const how = found.what === 'a HEIC picture' ? ' (on an iPhone: Settings › Camera › Formats › Most Compatible)' : '';
    return `This file is ${found.what}, not a JPEG, PNG or WebP photo. Save or export it as JPEG${how} and choose it again.`;
  }
  if (found.kind === 'unknown') return 'This file is not a picture. Choose a JPEG, PNG or WebP photo.';
  if (byteLength <= maxBytes) return '';
  const [size, most] = [byteLength, maxBytes].map((bytes) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`);
  return `This photo is ${size}; at most ${most} can be kept. Take it with a lower resolution, or save it as JPEG.`;
}

/** `photo.jpg` that is a PNG → what it is, in words; empty where name and content agree or the name tells nothing. */
export function misnamed(fileName: string, mediaType: PhotoType): string {
  const ending = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase();
  if (ending === undefined) return '';
  const right = ENDINGS[mediaType];
  if (right.endings.includes(ending)) return '';
  return `The name ends in .${ending}, but the file is a ${right.name} and is taken in as one.`;
}

const ENDINGS: Readonly<Record<PhotoType, { readonly name: string; readonly endings: readonly string[] }>> = {
  'image/jpeg': { name: 'JPEG', endings: ['jpg', 'jpeg', 'jpe', 'jfif'] },
  'image/png': { name: 'PNG', endings: ['png'] },
  'image/webp': { name: 'WebP', endings: ['webp'] },
};

/** Width and height as the file's header tells them, before any orientation; null where it tells none. */
export function pictureSize(bytes: Uint8Array): { readonly widthPx: number; readonly heightPx: number } | null {
  const found = fileKind(bytes);
  if (found.kind !== 'photo') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (found.mediaType) {
    case 'image/png':
      return bytes.length < 24 ? null : { widthPx: view.getUint32(16), heightPx: view.getUint32(20) };
    case 'image/jpeg':
      return jpegSize(view);
    case 'image/webp':
      return webpSize(bytes, view);
  }
}

/** Goes from marker to marker to the first start of frame (ITU-T T.81, B.2.2); it stands before the picture itself. */
function jpegSize(view: DataView): { readonly widthPx: number; readonly heightPx: number } | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { widthPx: view.getUint16(at + 7), heightPx: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** RFC 9649: lossy, lossless and extended files write their size in three ways. */
function webpSize(bytes: Uint8Array, view: DataView): { readonly widthPx: number; readonly heightPx: number } | null {
  if (bytes.length < 30) return null;
  const uint24 = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (startsWith(bytes, 12, 'VP8X')) return { widthPx: uint24(24) + 1, heightPx: uint24(27) + 1 };
  if (startsWith(bytes, 12, 'VP8L')) {
    const packed = view.getUint32(21, true);
    return { widthPx: (packed & 0x3fff) + 1, heightPx: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (startsWith(bytes, 12, 'VP8 '))
    return { widthPx: view.getUint16(26, true) & 0x3fff, heightPx: view.getUint16(28, true) & 0x3fff };
  return null;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  if (bytes.length < at + text.length) return false;
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

// Files by their content: what they are, how large their picture says it is, what is said of those that are no photo; and no bytes that break it.
import { describe, expect, it } from 'vitest';
import { fileKind, fileProblem, misnamed, pictureSize } from '../../src-main/contract/photo-files.ts';
import { MAX_PHOTO_BYTES } from '../../src-main/contract/photos.ts';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { encodePng } from '../../src-main/risk/vision/png.ts';
import { chanceFromEnvironment } from '../crash/seeded-random.ts';

const png = encodePng(lesionLike(1, 120).rgb, 120, 3);
/** Start of image, application data of 16 bytes, then a start of frame (progressive) of 4000 × 3000 pixels. */
const jpeg = Buffer.from(`ffd8ffe00010${'4a46494600'.padEnd(28, '0')}ffc2001108${'0bb8'}${'0fa0'}03012200021101031101`, 'hex');
const webp = (chunk: string, body: string): Buffer =>
  Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP'), Buffer.from(chunk), Buffer.from(body, 'hex')]);
/** Tables of RFC 9649: 640 × 480 in each of the three forms. */
const WEBPS = {
  extended: webp('VP8X', '0a000000' + '10000000' + '7f0200' + 'df0100'),
  lossless: webp('VP8L', '0a000000' + '2f' + '7fc27700' + '00000000000000'),
  lossy: webp('VP8 ', '0a000000' + '000000' + '9d012a' + '8002' + 'e001' + '0000'),
};

describe('a file is what its first bytes say', () => {
  it.each([
    ['a JPEG', jpeg, 'image/jpeg', 4000, 3000],
    ['a PNG', png, 'image/png', 120, 120],
    ['an extended WebP', WEBPS.extended, 'image/webp', 640, 480],
    ['a lossless WebP', WEBPS.lossless, 'image/webp', 640, 480],
    ['a lossy WebP', WEBPS.lossy, 'image/webp', 640, 480],
  ] as const)('%s, and its size', (_, bytes, mediaType, widthPx, heightPx) => {
    expect(fileKind(bytes)).toEqual({ kind: 'photo', mediaType });
    expect(pictureSize(bytes)).toEqual({ widthPx, heightPx });
    expect(fileProblem(bytes, bytes.length, MAX_PHOTO_BYTES)).toBe('');
  });

  it.each([
    ['%PDF-1.4', 'a PDF'],
    ['GIF89a', 'a GIF'],
    ['PK\u0003\u0004', 'a ZIP archive or an office document'],
    ['<svg xmlns=', 'a drawing (SVG) or another text file'],
    ['\0\0\0\u0018ftypheic', 'a HEIC picture'],
    ['\0\0\0\u0018ftypmp42', 'a video'],
  ])('%j is named for what it is', (head, what) => {
    expect(fileProblem(Buffer.from(head, 'latin1'), 100, MAX_PHOTO_BYTES)).toContain(
      `This file is ${what}, not a JPEG, PNG or WebP photo.`,
    );
  });

  it('too large is said with both sizes, empty and unknown as such', () => {
    expect(fileProblem(png, 31 * 1024 ** 2, MAX_PHOTO_BYTES)).toMatch(
      /^This photo is 31\.0 MiB; at most 24\.0 MiB can be kept\. Take it/,
    );
    expect(fileProblem(new Uint8Array(), 0, MAX_PHOTO_BYTES)).toMatch(/empty/);
    expect(fileProblem(Buffer.from('hello'), 5, MAX_PHOTO_BYTES)).toMatch(/not a picture/);
  });

  it('a name that tells another kind is remarked on, one that tells none is not', () => {
    expect(misnamed('mole.jpg', 'image/png')).toMatch(/ends in \.jpg, but the file is a PNG/);
    expect([misnamed('mole.JPEG', 'image/jpeg'), misnamed('mole', 'image/png')]).toEqual(['', '']);
  });
});

it('no bytes break it, whole, cut short or changed', () => {
  const chance = chanceFromEnvironment();
  const whole = [png.subarray(0, 200), jpeg, ...Object.values(WEBPS)];
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = Uint8Array.from(whole[chance.whole(0, whole.length)] ?? []);
    for (let change = chance.whole(0, 4); change > 0; change -= 1) bytes[chance.whole(0, bytes.length)] = chance.whole(0, 256);
    const cut = bytes.subarray(0, chance.whole(0, bytes.length + 1));
    const size = pictureSize(cut);
    expect(size === null || (size.widthPx >= 0 && size.heightPx >= 0), `seed ${chance.seed}`).toBe(true);
    expect(typeof fileProblem(cut, cut.length, MAX_PHOTO_BYTES)).toBe('string');
  }
});

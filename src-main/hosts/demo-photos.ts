// Two skin photos of one demo patient, taken in as a screen does it. The pictures are generated, and say so in the record.
import type { CommandInput, CommandName, CommandResult } from '../contract/commands.ts';
import type { Photo, PhotoCrop } from '../contract/photos.ts';
import { encodePng } from '../risk/vision/png.ts';
import type { PixelSquare } from '../risk/vision/port.ts';
import { lesionLike } from './demo-pictures.ts';

type Send = <N extends CommandName>(command: N, params: CommandInput<N>) => Promise<CommandResult<N>>;

const DAY_MS = 86_400_000;
const PICTURE = { number: 25, side: 150 } as const;
const NOTE = 'Generated picture, not of a person.';
/** The same picture twice, the second time from nearer: the spot seems to have grown. */
const PHOTOS: readonly { readonly ageMs: number; readonly crop: PhotoCrop }[] = [
  { ageMs: 118 * DAY_MS, crop: { x: 0, y: 0, side: 150 } },
  { ageMs: 2 * 3_600_000, crop: { x: 15, y: 26, side: 122 } },
];

export async function giveDemoPhotos(send: Send, patientId: number, nowMs: number): Promise<void> {
  const picture = lesionLike(PICTURE.number, PICTURE.side);
  const file = encodePng(picture.rgb, picture.side, 3);
  let spot: CommandInput<'photo.add'>['spot'] = { region: 'forearm-left-back', detail: '3 cm above the wrist' };
  for (const { ageMs, crop } of PHOTOS) {
    const rgbBase64 = text(cut(picture, crop));
    const { assessmentId } = await send('photo.assess', { patientId, side: crop.side, rgbBase64 });
    const { uploadId } = await send('photo.begin', { patientId, byteLength: file.length });
    await send('photo.part', { uploadId, part: 0, base64: text(file) });
    const size = { widthPx: picture.side, heightPx: picture.side };
    const takenAtMs = nowMs - ageMs;
    const kept: Photo = await send('photo.add', {
      patientId,
      uploadId,
      assessmentId,
      spot,
      takenAtMs,
      note: NOTE,
      ...size,
      crop,
    });
    spot = { spotId: kept.spot.spotId };
  }
}

function cut({ side, rgb }: PixelSquare, crop: PhotoCrop): Uint8Array {
  const rows = Array.from({ length: crop.side }, (_, row) => {
    const from = ((crop.y + row) * side + crop.x) * 3;
    return rgb.subarray(from, from + crop.side * 3);
  });
  return Buffer.concat(rows);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

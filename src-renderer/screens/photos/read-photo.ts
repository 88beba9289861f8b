// A chosen file becomes a picture to crop: told by content, measured before it is decoded, decoded by the browser, upright.
import { FILE_HEAD_BYTES, fileKind, fileProblem, misnamed, pictureSize } from '../../../src-main/contract/photo-files.ts';
import { MAX_CROP_PX, MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, type PhotoCrop } from '../../../src-main/contract/photos.ts';

/** A photo that was read: the file as it is, and a small upright picture of it for the screen. */
export interface ReadPhoto {
  readonly blob: Blob;
  readonly name: string;
  /** When it was taken, as far as the file tells. */
  readonly takenAtMs: number;
  /** Upright. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Object address of the small picture; give it back with `forget`. */
  readonly previewUrl: string;
  /** What is worth knowing of the file, such as a name that tells another kind; empty where there is nothing. */
  readonly remark: string;
}

/** What is wrong with a file, in words for the person who chose it. */
class PhotoProblem extends Error {}

/** Enough for the screen at 200 % zoom. */
const PREVIEW_PX = 1600;
/** The frame of a JPEG comes after its embedded data: profiles and previews of cameras are rarely larger than this. */
const HEADER_BYTES = 1024 * 1024;

/** @throws PhotoProblem saying what the file is and what to do */
export async function readPhoto(file: File): Promise<ReadPhoto> {
  const header = new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer());
  const problem = fileProblem(header.subarray(0, Math.max(FILE_HEAD_BYTES, 256)), file.size, MAX_PHOTO_BYTES);
  if (problem !== '') throw new PhotoProblem(problem);
  const size = pictureSize(header);
  if (size !== null && size.widthPx * size.heightPx > MAX_PHOTO_PIXELS) {
    const megapixels = Math.round((size.widthPx * size.heightPx) / 1e6);
    throw new PhotoProblem(
      `This photo has ${megapixels} megapixels; at most ${MAX_PHOTO_PIXELS / 1e6} can be opened. Take it with a lower resolution.`,
    );
  }
  const found = fileKind(header);
  const mediaType = found.kind === 'photo' ? found.mediaType : '';
  const blob = new Blob([file], { type: mediaType });
  const whole = await decoded(blob);
  const { width, height } = whole;
  try {
    const scale = Math.min(1, PREVIEW_PX / Math.max(width, height));
    const preview = await drawn(
      whole,
      { x: 0, y: 0, width, height },
      Math.max(1, Math.round(width * scale)),
      Math.max(1, Math.round(height * scale)),
    );
    return {
      blob,
      name: file.name,
      takenAtMs: file.lastModified,
      widthPx: width,
      heightPx: height,
      previewUrl: URL.createObjectURL(await preview.convertToBlob({ type: 'image/png' })),
      remark: found.kind === 'photo' ? misnamed(file.name, found.mediaType) : '',
    };
  } finally {
    whole.close();
  }
}

export function forget({ previewUrl }: ReadPhoto): void {
  URL.revokeObjectURL(previewUrl);
}

/** The square as the console takes it: RGB bytes in Base64, scaled down where it is larger than what is assessed; and as a picture. */
export interface CroppedPicture {
  readonly side: number;
  readonly rgbBase64: string;
  /** `data:` address. */
  readonly url: string;
}

export async function croppedPicture({ blob }: ReadPhoto, crop: PhotoCrop): Promise<CroppedPicture> {
  const whole = await decoded(blob);
  try {
    const side = Math.min(MAX_CROP_PX, crop.side);
    const canvas = await drawn(whole, { x: crop.x, y: crop.y, width: crop.side, height: crop.side }, side, side);
    const pixels = context(canvas).getImageData(0, 0, side, side).data;
    const rgb = new Uint8Array(side * side * 3);
    for (let pixel = 0; pixel < side * side; pixel += 1) rgb.set(pixels.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
    const png = await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer();
    return { side, rgbBase64: base64Of(rgb), url: `data:image/png;base64,${base64Of(new Uint8Array(png))}` };
  } finally {
    whole.close();
  }
}

/** The largest centred square. */
export function centredCrop({ widthPx, heightPx }: Pick<ReadPhoto, 'widthPx' | 'heightPx'>): PhotoCrop {
  const side = Math.min(widthPx, heightPx);
  return { x: Math.floor((widthPx - side) / 2), y: Math.floor((heightPx - side) / 2), side };
}

/** Upright by the orientation the camera noted. @throws PhotoProblem */
async function decoded(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch {
    throw new PhotoProblem('This picture cannot be opened: its file is damaged or incomplete. Copy it again, or take it again.');
  }
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** On white where the picture is clear, as paper would be. */
async function drawn(whole: ImageBitmap, area: Area, width: number, height: number): Promise<OffscreenCanvas> {
  const part = await createImageBitmap(whole, area.x, area.y, area.width, area.height, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: 'high',
  });
  const canvas = new OffscreenCanvas(width, height);
  const target = context(canvas);
  target.fillStyle = '#ffffff';
  target.fillRect(0, 0, width, height);
  target.drawImage(part, 0, 0);
  part.close();
  return canvas;
}

function context(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const made = canvas.getContext('2d', { willReadFrequently: true });
  if (made === null) throw new PhotoProblem('This browser cannot draw pictures. Open the console in a current browser.');
  return made;
}

const PIECE_BYTES = 0x8000;

export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) text += String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES));
  return btoa(text);
}

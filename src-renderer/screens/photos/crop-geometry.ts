// Moves and sizes a square within a photo; whole pixels, never beyond its edge.
import type { PhotoCrop } from '../../../src-main/contract/photos.ts';

export interface PhotoSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** A twentieth of the short side: what is smaller cannot be grasped. */
export function smallestSide({ widthPx, heightPx }: PhotoSize): number {
  return Math.max(1, Math.ceil(Math.min(widthPx, heightPx) / 20));
}

export function moved(crop: PhotoCrop, dx: number, dy: number, { widthPx, heightPx }: PhotoSize): PhotoCrop {
  return {
    ...crop,
    x: Math.round(clamp(crop.x + dx, 0, widthPx - crop.side)),
    y: Math.round(clamp(crop.y + dy, 0, heightPx - crop.side)),
  };
}

/** About its own centre, as far as the edges allow. */
export function resized(crop: PhotoCrop, side: number, size: PhotoSize): PhotoCrop {
  const whole = Math.round(clamp(side, smallestSide(size), Math.min(size.widthPx, size.heightPx)));
  const shift = (crop.side - whole) / 2;
  return moved({ x: crop.x + Math.round(shift), y: crop.y + Math.round(shift), side: whole }, 0, 0, size);
}

/** The opposite corner stays where it is. */
export function sizedAtCorner(
  crop: PhotoCrop,
  corner: 'nw' | 'ne' | 'sw' | 'se',
  dx: number,
  dy: number,
  size: PhotoSize,
): PhotoCrop {
  const [west, north] = [corner.endsWith('w'), corner.startsWith('n')];
  const [fixedX, fixedY] = [west ? crop.x + crop.side : crop.x, north ? crop.y + crop.side : crop.y];
  const grown = Math.max(west ? -dx : dx, north ? -dy : dy);
  const room = Math.min(west ? fixedX : size.widthPx - fixedX, north ? fixedY : size.heightPx - fixedY);
  const side = Math.round(clamp(crop.side + grown, Math.min(room, smallestSide(size)), room));
  return { x: west ? fixedX - side : fixedX, y: north ? fixedY - side : fixedY, side };
}

// A class activation map as a picture to lay over the crop: most opaque where the model looked most.
import { encodePng } from './png.ts';

const SIDE_PX = 112;
const MOST_OPAQUE = 0.8;

/** Viridis in five steps: rises evenly in brightness, so it reads the same to who sees few colours. */
const RAMP: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** `map`: side² weights, row by row; what is not above zero is clear. A PNG with transparency; null where nothing is above zero. */
export function heatMapPng(map: ArrayLike<number>, side: number): Uint8Array | null {
  const most = Math.max(...Array.from(map), 0);
  if (most === 0) return null;
  const at = (x: number, y: number): number => Math.max(0, map[y * side + x] ?? 0);
  const pixels = new Uint8Array(SIDE_PX * SIDE_PX * 4);
  for (let row = 0; row < SIDE_PX; row += 1) {
    for (let column = 0; column < SIDE_PX; column += 1) {
      const [x, shareX] = between(column, side);
      const [y, shareY] = between(row, side);
      const [right, below] = [Math.min(side - 1, x + 1), Math.min(side - 1, y + 1)];
      const upper = at(x, y) * (1 - shareX) + at(right, y) * shareX;
      const lower = at(x, below) * (1 - shareX) + at(right, below) * shareX;
      const share = (upper * (1 - shareY) + lower * shareY) / most;
      pixels.set([...colour(share), Math.round(255 * MOST_OPAQUE * share)], (row * SIDE_PX + column) * 4);
    }
  }
  return encodePng(pixels, SIDE_PX, 4);
}

/** The cell whose centre lies before this pixel, and how far on the way to the next one the pixel is. */
function between(pixel: number, side: number): readonly [number, number] {
  const place = Math.min(side - 1, Math.max(0, ((pixel + 0.5) * side) / SIDE_PX - 0.5));
  const cell = Math.floor(place);
  return [cell, place - cell];
}

function colour(share: number): readonly [number, number, number] {
  const place = Math.min(RAMP.length - 1, Math.max(0, share * (RAMP.length - 1)));
  const step = Math.min(RAMP.length - 2, Math.floor(place));
  const [low, high] = [RAMP[step] ?? [0, 0, 0], RAMP[step + 1] ?? [0, 0, 0]];
  const mix = (index: 0 | 1 | 2): number => Math.round(low[index] + (high[index] - low[index]) * (place - step));
  return [mix(0), mix(1), mix(2)];
}

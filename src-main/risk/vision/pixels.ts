// Squares of pixels: scaled by area, and their brightness. Pure; the same pixels give the same numbers on every machine.
import type { PixelSquare } from './port.ts';

/** `side`² × 3 values, 0–255, row by row, channels last. */
export interface FloatSquare {
  readonly side: number;
  readonly values: Float32Array;
}

/** How much each source pixel counts for one target pixel: [first source, weights that sum to 1]. */
interface Share {
  readonly from: number;
  readonly weights: Float64Array;
}

/** Scales to `side` pixels a side: by area where it shrinks (every source pixel counts for what it covers), linearly where it grows. */
export function scaled(source: PixelSquare | FloatSquare, side: number): FloatSquare {
  const pixels = 'rgb' in source ? source.rgb : source.values;
  const shares = side <= source.side ? areaShares(source.side, side) : linearShares(source.side, side);
  const rows = new Float64Array(side * source.side * 3);
  for (let y = 0; y < side; y += 1) {
    const { from, weights } = shares[y] as Share;
    const target = y * source.side * 3;
    for (const [index, weight] of weights.entries()) {
      const start = (from + index) * source.side * 3;
      for (let at = 0; at < source.side * 3; at += 1)
        rows[target + at] = (rows[target + at] ?? 0) + weight * (pixels[start + at] ?? 0);
    }
  }
  const values = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const { from, weights } = shares[x] as Share;
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (const [index, weight] of weights.entries())
          sum += weight * (rows[(y * source.side + from + index) * 3 + channel] ?? 0);
        values[(y * side + x) * 3 + channel] = sum;
      }
    }
  }
  return { side, values };
}

function areaShares(from: number, to: number): readonly Share[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, index) => {
    const [start, end] = [index * ratio, (index + 1) * ratio];
    const first = Math.floor(start);
    const last = Math.min(from - 1, Math.ceil(end - 1e-9) - 1);
    const weights = Float64Array.from({ length: last - first + 1 }, (_each, offset) => {
      const pixel = first + offset;
      return (Math.min(end, pixel + 1) - Math.max(start, pixel)) / ratio;
    });
    return { from: first, weights };
  });
}

function linearShares(from: number, to: number): readonly Share[] {
  return Array.from({ length: to }, (_, index) => {
    const centre = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5));
    const first = Math.min(from - 1, Math.floor(centre));
    const share = centre - first;
    return { from: first, weights: first === from - 1 ? Float64Array.of(1) : Float64Array.of(1 - share, share) };
  });
}

/** Rounded to whole bytes, as a picture file holds them. */
export function toBytes({ values }: FloatSquare): Uint8Array {
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value))));
}

/** Luma of ITU-R BT.601, 0–255, row by row. */
export function luma({ side, values }: FloatSquare): Float32Array {
  return Float32Array.from({ length: side * side }, (_, index) => {
    const [red, green, blue] = [values[index * 3] ?? 0, values[index * 3 + 1] ?? 0, values[index * 3 + 2] ?? 0];
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
}

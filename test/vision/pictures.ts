// Pictures made here that no model must be asked about: black, white, a chart, a spot out of focus.
import type { PixelSquare } from '../../src-main/risk/vision/port.ts';

type Colour = readonly [number, number, number];

/** x and y from 0 to 1. */
function painted(side: number, paint: (x: number, y: number) => Colour): PixelSquare {
  const rgb = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1)
      rgb.set(paint((column + 0.5) / side, (row + 0.5) / side), (row * side + column) * 3);
  }
  return { side, rgb };
}

export const black = (side = 300): PixelSquare => painted(side, () => [2, 2, 2]);
export const dark = (side = 300): PixelSquare => painted(side, (x, y) => [18 + 10 * x, 14 + 8 * y, 14]);
export const white = (side = 300): PixelSquare => painted(side, () => [253, 253, 253]);

/** Lines and bars on paper. */
export const chart = (side = 300): PixelSquare =>
  painted(side, (x, y) => {
    if (Math.abs(x - 0.1) < 0.004 || Math.abs(y - 0.9) < 0.004) return [30, 30, 30];
    const isBar = y < 0.9 && x > 0.15 && (x * 10) % 1 < 0.5 && y > 0.9 - 0.7 * Math.abs(Math.sin(9 * Math.floor(x * 10)));
    if (isBar) return [38, 110, 180];
    return (y * 10) % 1 < 0.02 ? [220, 220, 220] : [255, 255, 255];
  });

/** A brown spot on skin whose rim is as wide as itself. */
export const blurred = (side = 300): PixelSquare =>
  painted(side, (x, y) => {
    const share = 1 / (1 + Math.exp((Math.hypot(x - 0.5, y - 0.5) - 0.25) * 9));
    return [206 - 86 * share, 158 - 78 * share, 142 - 82 * share];
  });

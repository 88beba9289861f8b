// Pictures made here, none of a person: what must be refused.
import { lesion, mix, painted } from '../../src-main/hosts/demo-pictures.ts';
import type { PixelSquare } from '../../src-main/risk/vision/port.ts';

export { lesion };

export const black = (side = 300): PixelSquare => painted(side, () => [2, 2, 2]);
export const white = (side = 300): PixelSquare => painted(side, () => [253, 253, 253]);

/** Dark lines and bars on paper. */
export const chart = (side = 300): PixelSquare =>
  painted(side, (x, y) => {
    if (Math.abs(x - 0.1) < 0.004 || Math.abs(y - 0.9) < 0.004) return [30, 30, 30];
    if (y < 0.9 && x > 0.15 && (x * 10) % 1 < 0.5 && y > 0.9 - 0.7 * Math.abs(Math.sin(9 * Math.floor(x * 10))))
      return [38, 110, 180];
    return (y * 10) % 1 < 0.02 ? [220, 220, 220] : [255, 255, 255];
  });

/** The lesion out of focus. */
export function blurred(side = 300): PixelSquare {
  return painted(side, (x, y) =>
    mix([206, 158, 142], [120, 80, 60], 1 / (1 + Math.exp((Math.hypot(x - 0.5, y - 0.5) - 0.25) * 9))),
  );
}

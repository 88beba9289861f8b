// Pictures the demo and the tests make themselves, none of a person: skin with a spot, by the formula of models/skin/PREPROCESSING.md.
import { Chance } from '../../firmware/raspberry-pi/random.ts';
import type { PixelSquare } from '../risk/vision/port.ts';

/** The same number and side give the same bytes in every language. */
export function lesionLike(number: number, side = 150): PixelSquare {
  const chance = new Chance(number);
  const draw = (): number => chance.next();
  const [centreX, centreY] = [side * (0.35 + 0.3 * draw()), side * (0.35 + 0.3 * draw())];
  const [radiusX, radiusY] = [side * (0.12 + 0.3 * draw()), side * (0.12 + 0.3 * draw())];
  const skin = [190 + 55 * draw(), 130 + 70 * draw(), 110 + 70 * draw()];
  const lesion = [40 + 140 * draw(), 25 + 90 * draw(), 20 + 90 * draw()];
  const [edge, grain] = [1 + 7 * draw(), 16 + 40 * draw()];
  const rgb = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const noise = draw();
      const [u, v] = [(x - centreX) / radiusX, (y - centreY) / radiusY];
      const inside = Math.min(1, Math.max(0, (1 - (u * u + v * v)) * edge));
      for (let channel = 0; channel < 3; channel += 1) {
        const [from = 0, to = 0] = [skin[channel], lesion[channel]];
        const value = Math.floor(from + (to - from) * inside + grain * (noise - 0.5) + 0.5);
        rgb[(y * side + x) * 3 + channel] = Math.min(255, Math.max(0, value));
      }
    }
  }
  return { side, rgb };
}

// Pictures the demo and the tests make themselves, none of a person: skin with a spot as a dermatoscope might show it.
import { Chance } from '../../firmware/raspberry-pi/random.ts';
import type { PixelSquare } from '../risk/vision/port.ts';

type Colour = readonly [number, number, number];
type Paint = (x: number, y: number) => Colour;

/** x and y from 0 to 1. */
export function painted(side: number, paint: Paint): PixelSquare {
  const rgb = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const colour = paint((column + 0.5) / side, (row + 0.5) / side);
      for (let channel = 0; channel < 3; channel += 1)
        rgb[(row * side + column) * 3 + channel] = Math.max(0, Math.min(255, Math.round(colour[channel] ?? 0)));
    }
  }
  return { side, rgb };
}

export const mix = (a: Colour, b: Colour, share: number): Colour =>
  [0, 1, 2].map((index) => (a[index] ?? 0) + ((b[index] ?? 0) - (a[index] ?? 0)) * share) as unknown as Colour;

/** Skin of even tone with fine texture, and in its middle a brown spot with a ragged rim. */
export function lesion(side = 300, seed = 1): PixelSquare {
  const chance = new Chance(seed);
  const random = (): number => chance.next();
  const waves = Array.from({ length: 24 }, () => ({ x: 60 * (random() - 0.5), y: 60 * (random() - 0.5), phase: 6.3 * random() }));
  const rim = Array.from({ length: 6 }, (_, index) => ({ times: index + 2, size: 0.05 * random(), phase: 6.3 * random() }));
  return painted(side, (x, y) => {
    const texture = waves.reduce((sum, wave) => sum + Math.sin(wave.x * x + wave.y * y + wave.phase), 0) / waves.length;
    const [dx, dy] = [x - 0.5, y - 0.5];
    const angle = Math.atan2(dy, dx);
    const radius = 0.26 + rim.reduce((sum, each) => sum + each.size * Math.sin(each.times * angle + each.phase), 0);
    const inside = 1 / (1 + Math.exp((Math.hypot(dx, dy) - radius) * 60));
    const grain = 14 * (random() - 0.5);
    const [red, green, blue] = mix([206, 158, 142], [104 + 60 * texture, 66 + 34 * texture, 52], inside);
    return [red + 22 * texture + grain, green + 20 * texture + grain, blue + 18 * texture + grain];
  });
}

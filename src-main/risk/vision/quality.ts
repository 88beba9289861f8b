// Pictures the model must not be asked about: too small, black, too dark, too bright, blurred, a drawing. Each with what to do.
import type { PhotoRefusal } from '../../contract/photos.ts';
import { luma, scaled } from './pixels.ts';
import type { PixelSquare } from './port.ts';
import type { RefusalLimits } from './skin-manifest.ts';

export interface Refusal {
  readonly reason: PhotoRefusal;
  readonly message: string;
}

/** Pixels a side below which a lesion's structures cannot be seen; the training photos had 150. */
const SMALLEST_SIDE_PX = 100;
/** All pictures are judged at this size, so that one limit holds for every camera. */
const JUDGED_SIDE_PX = 128;

/** What a picture is like, at JUDGED_SIDE_PX. */
export interface PictureStatistics {
  readonly side: number;
  /** Luma, 0–255. */
  readonly mean: number;
  readonly p5: number;
  readonly p95: number;
  /** Share of pixels with the most frequent luma (in steps of four): paper, walls and screens are flat. */
  readonly flatShare: number;
  /** Variance of the Laplacian of luma: edges. Skin photos that are in focus have some, drawings far too many. */
  readonly sharpness: number;
}

export function statistics(square: PixelSquare): PictureStatistics {
  const grey = luma(scaled(square, JUDGED_SIDE_PX));
  const sorted = grey.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const bins = new Map<number, number>();
  for (const value of grey) bins.set(value >> 2, (bins.get(value >> 2) ?? 0) + 1);
  return {
    side: square.side,
    mean: grey.reduce((sum, value) => sum + value, 0) / grey.length,
    p5: at(0.05),
    p95: at(0.95),
    flatShare: Math.max(...bins.values()) / grey.length,
    sharpness: laplacianVariance(grey, JUDGED_SIDE_PX),
  };
}

function laplacianVariance(grey: Float32Array, side: number): number {
  let [sum, squares, count] = [0, 0, 0];
  const at = (x: number, y: number): number => grey[y * side + x] ?? 0;
  for (let y = 1; y < side - 1; y += 1) {
    for (let x = 1; x < side - 1; x += 1) {
      const edge = 4 * at(x, y) - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1);
      sum += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  return squares / count - (sum / count) ** 2;
}

/** What keeps the picture from being shown to the network; null where nothing does. */
export function pictureRefusal(found: PictureStatistics, limits: RefusalLimits): Refusal | null {
  if (found.side < SMALLEST_SIDE_PX) {
    return refusal(
      'too-small',
      `The crop is ${found.side} × ${found.side} pixels; at least ${SMALLEST_SIDE_PX} × ${SMALLEST_SIDE_PX} are needed. Take the photo from nearer, or crop less tightly.`,
    );
  }
  if (found.p95 < limits.blackBelow)
    return refusal(
      'black',
      'The picture is black. Take the lens cap off or switch the dermatoscope light on, and take it again.',
    );
  if (found.mean < limits.tooDarkBelow)
    return refusal('too-dark', 'The picture is too dark to judge. Take it again with more light.');
  if (found.p5 > limits.tooBrightAbove)
    return refusal('too-bright', 'The picture is overexposed: its detail is lost in white. Take it again with less light.');
  if (found.flatShare > limits.flatAbove || found.sharpness > limits.busyAbove) {
    return refusal(
      'drawing',
      'This looks like a chart, a document or a screen, not like a photo of skin. Choose a dermatoscope photo of the lesion.',
    );
  }
  if (found.sharpness < limits.blurredBelow)
    return refusal('blurred', 'The picture is blurred. Hold the dermatoscope still on the skin, focus, and take it again.');
  return null;
}

/** What keeps the network's answer from being told; null where nothing does. */
export function distanceRefusal(distance: number, limits: RefusalLimits): Refusal | null {
  if (distance <= limits.unfamiliarAbove) return null;
  return refusal(
    'unfamiliar',
    'This picture is unlike any the model was trained on. It reads dermatoscope photos of a single lesion: frame the lesion more closely, wipe off gel bubbles and hair, or take it again through the dermatoscope.',
  );
}

function refusal(reason: PhotoRefusal, message: string): Refusal {
  return { reason, message };
}

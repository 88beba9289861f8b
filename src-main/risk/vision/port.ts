// What the vision worker is asked and what it answers: a square of pixels in, an outcome with its pictures out.
import type { PhotoModel, PhotoOutcome, PhotoRun } from '../../contract/photos.ts';

/** A square of RGB pixels, eight bits each, row by row: `rgb.length` is 3 × side². */
export interface PixelSquare {
  readonly side: number;
  readonly rgb: Uint8Array;
}

export interface VisionAnswer {
  readonly outcome: PhotoOutcome;
  readonly run: PhotoRun;
  /** The pixels as they were assessed. */
  readonly cropPng: Uint8Array;
  readonly thumbnailPng: Uint8Array;
  readonly heatMapPng: Uint8Array | null;
}

export interface VisionPort {
  info(): PhotoModel;
  assess(square: PixelSquare): VisionAnswer;
}

/** The model where it can be used; where it cannot, `info` says why and every answer is "not assessed". */
export interface VisionModel {
  readonly info: PhotoModel;
  assess(square: PixelSquare): Promise<VisionAnswer>;
}

// Draws an ECG on a canvas: the millimetre grid with its calibration mark once, and the trace piece by piece with an erase bar before it.
import { type EcgSweep, MM_PER_MILLIVOLT, MM_PER_SECOND, type StripGeometry, samplesAcross, yOf } from './ecg-sweep.ts';

export interface EcgColours {
  readonly minor: string;
  readonly major: string;
  readonly trace: string;
  readonly mark: string;
}

export const ECG_COLOURS = {
  light: { minor: '#f7e6e6', major: '#e9bcbc', trace: '#0b5c36', mark: '#18222c' },
  dark: { minor: '#222c33', major: '#3a4a55', trace: '#52d893', mark: '#e8edf1' },
} as const satisfies Record<'light' | 'dark', EcgColours>;

const TRACE_PX = 1.6;
const ERASE_PX = 14;
const MAJOR_EVERY_MM = 5;
/** The calibration mark is 1 mV for 0.2 s: 10 mm high and 5 mm wide. */
const MARK_WIDTH_MM = 0.2 * MM_PER_SECOND;

/** Fits the canvas' pixels to the screen's, whatever the zoom, and lets drawing count in CSS pixels. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  { widthPx, heightPx }: StripGeometry,
  devicePixelRatio: number,
): CanvasRenderingContext2D | null {
  canvas.width = Math.round(widthPx * devicePixelRatio);
  canvas.height = Math.round(heightPx * devicePixelRatio);
  const context = canvas.getContext('2d');
  context?.setTransform(canvas.width / widthPx, 0, 0, canvas.height / heightPx, 0, 0);
  return context;
}

/** Thin lines each millimetre, thick ones each five; at the left the mark of one millivolt. */
export function drawGrid(context: CanvasRenderingContext2D, geometry: StripGeometry, colours: EcgColours): void {
  const { widthPx, heightPx, pxPerMm } = geometry;
  context.clearRect(0, 0, widthPx, heightPx);
  for (const [everyMm, colour] of [
    [1, colours.minor],
    [MAJOR_EVERY_MM, colours.major],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.beginPath();
    for (let mm = 0; mm * pxPerMm <= widthPx; mm += everyMm) {
      const x = Math.round(mm * pxPerMm) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, heightPx);
    }
    // From the middle, so that zero lies on a thick line.
    for (let mm = 0; mm * pxPerMm <= heightPx / 2; mm += everyMm) {
      for (const way of [1, -1]) {
        const y = Math.round(heightPx / 2 + way * mm * pxPerMm) + 0.5;
        context.moveTo(0, y);
        context.lineTo(widthPx, y);
      }
    }
    context.stroke();
  }
}

/** A step of one millivolt at the left edge of `context`, on a baseline of its own. */
export function drawCalibrationMark(context: CanvasRenderingContext2D, geometry: StripGeometry, colours: EcgColours): void {
  const { heightPx, pxPerMm } = geometry;
  const [foot, top] = [yOf(0, geometry), yOf(1, geometry)];
  const width = MARK_WIDTH_MM * pxPerMm;
  const left = 1.5 * pxPerMm;
  context.strokeStyle = colours.mark;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(0, foot);
  context.lineTo(left, foot);
  context.lineTo(left, top);
  context.lineTo(left + width, top);
  context.lineTo(left + width, foot);
  context.lineTo(left + width + 1.5 * pxPerMm, foot);
  context.stroke();
  context.fillStyle = colours.mark;
  context.font = '11px sans-serif';
  context.fillText('1 mV', left - 2, Math.min(heightPx - 4, foot + 14));
}

/** Width that the mark needs, mm. */
export const MARK_SPACE_MM = MARK_WIDTH_MM + MM_PER_MILLIVOLT * 0.3 + 2;

/** Draws samples [from, to) of a sweep, the erase bar before them. `origin`: the sample at the left edge. Allocates nothing. */
export class TracePen {
  readonly #context: CanvasRenderingContext2D;
  readonly #geometry: StripGeometry;
  readonly #across: number;
  readonly #pxPerSample: number;

  constructor(context: CanvasRenderingContext2D, geometry: StripGeometry, sampleRateHz: number, colours: EcgColours) {
    this.#context = context;
    this.#geometry = geometry;
    this.#across = samplesAcross(geometry, sampleRateHz);
    this.#pxPerSample = (geometry.pxPerMm * MM_PER_SECOND) / sampleRateHz;
    context.strokeStyle = colours.trace;
    context.lineWidth = TRACE_PX;
    context.lineJoin = 'round';
  }

  get across(): number {
    return this.#across;
  }

  clear(): void {
    this.#context.clearRect(0, 0, this.#geometry.widthPx, this.#geometry.heightPx);
  }

  draw(sweep: EcgSweep, from: number, to: number, origin = 0): void {
    const start = Math.max(from, to - this.#across);
    if (start >= to) return;
    this.#erase(this.#column(start, origin), (to - start) * this.#pxPerSample + ERASE_PX);
    const context = this.#context;
    context.beginPath();
    let drawing = false;
    // One sample back, so that pieces join.
    for (let index = Math.max(0, start - 1); index < to; index++) {
      const millivolt = sweep.at(index);
      const x = this.#column(index, origin);
      if (Number.isNaN(millivolt)) {
        drawing = false;
        continue;
      }
      const y = yOf(millivolt, this.#geometry);
      if (drawing && x > 0) context.lineTo(x, y);
      else context.moveTo(x, y);
      drawing = true;
    }
    context.stroke();
  }

  #column(index: number, origin: number): number {
    return ((index - origin) % this.#across) * this.#pxPerSample;
  }

  /** Wraps round the right edge. */
  #erase(x: number, width: number): void {
    const { widthPx, heightPx } = this.#geometry;
    this.#context.clearRect(x, 0, Math.min(width, widthPx - x), heightPx);
    if (x + width > widthPx) this.#context.clearRect(0, 0, Math.min(x + width - widthPx, widthPx), heightPx);
  }
}

// The picture of a live ECG: grid and mark below, the sweeping trace above. Drawn by the screen's own rhythm, without React.
import { useReducedMotion } from '@mantine/hooks';
import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react';
import { drawCalibrationMark, drawGrid, type EcgColours, fitCanvas, MARK_SPACE_MM, TracePen } from '../../charts/ecg-canvas.ts';
import { EcgPen, type EcgSweep, type StripGeometry } from '../../charts/ecg-sweep.ts';
import classes from './ecg-strip.module.css';

interface EcgPictureProps {
  readonly sweep: RefObject<EcgSweep | null>;
  readonly paused: boolean;
  readonly pxPerMm: number;
  readonly colours: EcgColours;
  /** What the picture is and shows now, read aloud in its place. */
  readonly description: string;
}

/** ±2 mV. */
const HEIGHT_MM = 40;
/** A picture that stands still is drawn anew this often. */
const STILL_EVERY_MS = 3_000;

export function EcgPicture({ sweep, paused, pxPerMm, colours, description }: EcgPictureProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLCanvasElement>(null);
  const grid = useRef<HTMLCanvasElement>(null);
  const trace = useRef<HTMLCanvasElement>(null);
  const still = useReducedMotion();
  const { widthPx, devicePixelRatio } = useSize(box);
  const heightPx = HEIGHT_MM * pxPerMm;
  const markPx = MARK_SPACE_MM * pxPerMm;

  useEffect(() => {
    if (mark.current === null || grid.current === null || widthPx === 0) return;
    const side: StripGeometry = { widthPx: markPx, heightPx, pxPerMm };
    const strip: StripGeometry = { widthPx, heightPx, pxPerMm };
    const [left, right] = [fitCanvas(mark.current, side, devicePixelRatio), fitCanvas(grid.current, strip, devicePixelRatio)];
    if (left === null || right === null) return;
    drawGrid(left, side, colours);
    drawCalibrationMark(left, side, colours);
    drawGrid(right, strip, colours);
  }, [widthPx, heightPx, markPx, pxPerMm, devicePixelRatio, colours]);

  useEffect(() => {
    if (trace.current === null || widthPx === 0 || paused) return;
    const geometry: StripGeometry = { widthPx, heightPx, pxPerMm };
    const context = fitCanvas(trace.current, geometry, devicePixelRatio);
    if (context === null) return;
    const pen = new EcgPen();
    let drawn: EcgSweep | null = null;
    let tracePen: TracePen | null = null;
    let upTo = 0;
    /** Another wearable, or the first frame. */
    const begin = (of: EcgSweep): TracePen => {
      drawn = of;
      tracePen = new TracePen(context, geometry, of.sampleRateHz, colours);
      tracePen.clear();
      pen.leapTo(of);
      upTo = pen.advance(of, performance.now());
      tracePen.draw(of, upTo - tracePen.across, upTo);
      return tracePen;
    };
    if (still) {
      const redraw = (): void => {
        const of = sweep.current;
        if (of === null) return;
        const whole = begin(of);
        whole.clear();
        const from = Math.max(0, of.end - whole.across);
        whole.draw(of, from, of.end, from);
      };
      redraw();
      const timer = setInterval(redraw, STILL_EVERY_MS);
      return () => clearInterval(timer);
    }
    let request = 0;
    const step = (): void => {
      request = requestAnimationFrame(step);
      const of = sweep.current;
      if (of === null) return;
      const current = tracePen === null || of !== drawn ? begin(of) : tracePen;
      const next = pen.advance(of, performance.now());
      if (next > upTo) current.draw(of, upTo, next);
      upTo = next;
    };
    request = requestAnimationFrame(step);
    return () => cancelAnimationFrame(request);
  }, [sweep, paused, still, widthPx, heightPx, pxPerMm, devicePixelRatio, colours]);

  return (
    <div className={classes.picture} style={{ height: heightPx }} role="img" aria-label={description}>
      <canvas ref={mark} className={classes.mark} style={{ width: markPx, height: heightPx }} />
      <div ref={box} className={classes.paper}>
        <canvas ref={grid} className={classes.layer} />
        <canvas ref={trace} className={classes.layer} />
      </div>
    </div>
  );
}

/** Width of the box, and how many of the screen's pixels one of the page's has: zoom and another screen change it. */
function useSize(box: RefObject<HTMLDivElement | null>): { readonly widthPx: number; readonly devicePixelRatio: number } {
  const [size, setSize] = useState({ widthPx: 0, devicePixelRatio: 1 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void =>
      setSize((before) => {
        const now = { widthPx: Math.floor(element.clientWidth), devicePixelRatio: window.devicePixelRatio };
        return before.widthPx === now.widthPx && before.devicePixelRatio === now.devicePixelRatio ? before : now;
      });
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    window.addEventListener('resize', measure);
    measure();
    return () => {
      watcher.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [box]);
  return size;
}

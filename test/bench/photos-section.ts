// Skin photos as the console assesses them: one after the other through the vision worker, what it costs the main thread beside it.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { modelsDir } from '../../src-main/installation.ts';
import { Vision } from '../../src-main/threads/vision.ts';
import { median, quantile, type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

/** What a screen sends at most, and what a dermatoscope photo of the training set has. */
const SIDES = [448, 150] as const;
/** A drawn one that passes the checks at both sizes: what is refused never comes as far as the network. */
const PICTURE = 5;

export async function photos(place: Workplace): Promise<readonly Row[]> {
  const vision = new Vision({ modelsDir: modelsDir() });
  try {
    const startMs = performance.now();
    const { state, problem } = await vision.info();
    // A build without the model has nothing to measure.
    if (state === 'left-out') return [];
    if (state !== 'ready') throw new Error(problem);
    const rows = [row('photos', 'starting the worker with its network', performance.now() - startMs, 'ms')];
    for (const side of SIDES) {
      const square = lesionLike(PICTURE, side);
      const { outcome } = await vision.assess(square);
      if (outcome.kind !== 'assessed') throw new Error(`a photo of ${side} px was not assessed`);
      const held = monitorEventLoopDelay({ resolution: 1 });
      held.enable();
      const untilMs = performance.now() + (place.quick ? 500 : 3000);
      const [whole, inside]: [number[], number[]] = [[], []];
      while (performance.now() < untilMs || whole.length < 5) {
        const runMs = performance.now();
        const { run } = await vision.assess(square);
        whole.push(performance.now() - runMs);
        inside.push(run?.runMs ?? 0);
      }
      held.disable();
      const title = `photo of ${side} × ${side} px`;
      const times = { p50Ms: median(whole), p99Ms: quantile(whole, 0.99) };
      rows.push(row('photos', `${title}, worker hop, pictures and heat map included`, times.p50Ms, 'ms', times));
      rows.push(row('photos', `${title}, checks and network alone`, median(inside), 'ms'));
      rows.push(row('photos', `${title}, longest the main thread was held up`, held.max / 1e6, 'ms'));
    }
    return rows;
  } finally {
    await vision.stop();
  }
}

// The skin model as a whole: checked files, a backend, and for every picture a result, a refusal, or why there is neither.
import type { PhotoModel, PhotoOutcome, PhotoRun } from '../../contract/photos.ts';
import { heatMapPng } from './heat-map.ts';
import { levelOf } from './levels.ts';
import { type Network, type NetworkOutput, openNetwork } from './network.ts';
import { scaled, toBytes } from './pixels.ts';
import { encodePng } from './png.ts';
import type { PixelSquare, VisionAnswer, VisionModel } from './port.ts';
import { distanceRefusal, pictureRefusal, type Refusal, statistics } from './quality.ts';
import { inWords, type LoadedSkin, loadSkinFiles, type SkinEntry } from './skin-manifest.ts';
import { startTensorFlow } from './tensorflow.ts';

const THUMBNAIL_PX = 96;
const LEFT_OUT = 'This build of HealthSense has no skin model. Photos can be kept and compared, but they are not assessed.';

interface Running {
  readonly entry: SkinEntry;
  readonly network: Network;
  readonly backend: string;
}

/** Never rejects: a model that cannot be used says why in `info`, and photos can still be kept without a result. */
export async function loadVision(modelsDir: string): Promise<VisionModel> {
  const loaded = await loadSkinFiles(modelsDir);
  if (loaded.state !== 'ready') return without(loaded);
  const { entry } = loaded;
  try {
    const runtime = await startTensorFlow();
    const network = await openNetwork(runtime, entry, loaded.topology, loaded.weights);
    const running: Running = { entry, network, backend: runtime.backend };
    return {
      info: { ...described(entry), state: 'ready', problem: '', backend: runtime.backend },
      assess: (square) => Promise.resolve(assess(running, square)),
    };
  } catch (error) {
    return without({ state: 'unusable', entry, problem: `It cannot be run: ${inWords(error)}` });
  }
}

function without(loaded: Exclude<LoadedSkin, { readonly state: 'ready' }>): VisionModel {
  const problem = loaded.state === 'left-out' ? LEFT_OUT : `The skin model cannot be used. ${loaded.problem}`;
  const info: PhotoModel = {
    ...described(loaded.state === 'left-out' ? null : loaded.entry),
    state: loaded.state,
    problem,
    backend: '',
  };
  return {
    info,
    assess: (square) =>
      Promise.resolve({ ...pictures(square), outcome: { kind: 'not-assessed', message: problem }, run: null, heatMapPng: null }),
  };
}

function described(entry: SkinEntry | null): Omit<PhotoModel, 'state' | 'problem' | 'backend'> {
  return {
    title: entry?.title ?? 'Skin lesion',
    version: entry?.version ?? '',
    kind: entry?.kind.replaceAll('-', ' ') ?? '',
    sha256: entry?.sha256 ?? '',
    thresholds: entry?.thresholds ?? null,
    defaultThresholds: entry?.thresholds ?? null,
    performance: entry === null ? '' : performanceInWords(entry),
    population: entry?.population ?? '',
    licence: entry?.licence ?? '',
  };
}

function performanceInWords({ performance, outcome }: SkinEntry): string {
  const { auc, aucLow, aucHigh, brier, n, positives, evaluation } = performance;
  return (
    `AUC ${auc.toFixed(2)} (95% interval ${aucLow.toFixed(2)}–${aucHigh.toFixed(2)}), Brier score ${brier.toFixed(3)}; ` +
    `${n} photos, ${positives} with the outcome: ${outcome}. ${evaluation}.`
  );
}

function assess({ entry, network, backend }: Running, square: PixelSquare): VisionAnswer {
  const startMs = performance.now();
  const run = (): PhotoRun => ({ version: entry.version, sha256: entry.sha256, backend, runMs: performance.now() - startMs });
  const refused = (why: Refusal): VisionAnswer => ({
    outcome: { kind: 'refused', ...why },
    run: run(),
    ...pictures(square),
    heatMapPng: null,
  });
  const unusable = pictureRefusal(statistics(square), entry.refusal);
  if (unusable !== null) return refused(unusable);
  const output = network.run(scaled(square, entry.inputSide));
  const unfamiliar = distanceRefusal(output.distance, entry.refusal);
  if (unfamiliar !== null) return refused(unfamiliar);
  const shares = probabilities(entry, output.logits);
  return {
    outcome: outcomeOf(entry, shares, output.logits),
    run: run(),
    ...pictures(square),
    heatMapPng: heatMapPng(malignancyMap(entry, shares, output), output.mapSide),
  };
}

function pictures(square: PixelSquare): Pick<VisionAnswer, 'cropPng' | 'thumbnailPng'> {
  const thumbnail = scaled(square, Math.min(square.side, THUMBNAIL_PX));
  return {
    cropPng: encodePng(square.rgb, square.side, 3),
    thumbnailPng: encodePng(toBytes(thumbnail), thumbnail.side, 3),
  };
}

/** One per class; they sum to 1. */
export function probabilities({ logBias, temperature }: SkinEntry, logits: readonly number[]): readonly number[] {
  const scores = logits.map((logit, index) => (logit + (logBias[index] ?? 0)) / temperature);
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

export function outcomeOf(
  { classes, malignant, thresholds, namingBias }: SkinEntry,
  shares: readonly number[],
  logits: readonly number[],
): PhotoOutcome {
  const diagnoses = classes.map((code, index) => ({ code, probability: shares[index] ?? 0 }));
  const malignancy = diagnoses.reduce((sum, { code, probability }) => sum + (malignant.includes(code) ? probability : 0), 0);
  const evenly = logits.map((logit, index) => logit + (namingBias[index] ?? 0));
  const looksLike = classes[evenly.indexOf(Math.max(...evenly))] ?? 'nv';
  return {
    kind: 'assessed',
    malignancy: Math.min(1, malignancy),
    level: levelOf(malignancy, thresholds),
    thresholds,
    looksLike,
    diagnoses: diagnoses.toSorted((a, b) => b.probability - a.probability),
  };
}

/** What each place added to the log-odds of malignancy, to first order: classes count by their share of their side. */
function malignancyMap(
  { classes, malignant }: SkinEntry,
  shares: readonly number[],
  { evidence, mapSide }: NetworkOutput,
): Float32Array {
  const isMalignant = classes.map((code) => malignant.includes(code));
  const sides = [false, true].map((side) =>
    shares.reduce((sum, share, index) => sum + (isMalignant[index] === side ? share : 0), 0),
  );
  const weights = shares.map((share, index) =>
    isMalignant[index] === true ? share / (sides[1] || 1) : -share / (sides[0] || 1),
  );
  return Float32Array.from({ length: mapSide * mapSide }, (_, place) =>
    weights.reduce((sum, weight, index) => sum + weight * (evidence[place * classes.length + index] ?? 0), 0),
  );
}

// The skin network on TensorFlow.js: a square in; seven logits, evidence per place, and the distance from the training photos out. All as
// models/skin/PREPROCESSING.md says. The network is linear in its last feature map, so each place's share in a logit is exact
// (class activation map: Zhou et al., CVPR 2016).
import type { LayersModel, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { FloatSquare } from './pixels.ts';
import type { SkinEntry, View } from './skin-manifest.ts';
import type { Runtime } from './tensorflow.ts';

export interface NetworkOutput {
  /** In the manifest's order of classes; the mean over the views. */
  readonly logits: readonly number[];
  /** Of each place for each class: [mapSide, mapSide, classes]; the mean over the views, each turned back. */
  readonly evidence: Float32Array;
  readonly mapSide: number;
  /** How far from the training photos the picture lies; about 0.5 for those themselves. */
  readonly distance: number;
}

interface ModelFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: readonly object[] }[];
}

/** Axes of [n, y, x, channels] that a view mirrors; mirroring them once more turns a map back. */
const MIRRORED: Readonly<Record<View, readonly number[]>> = { identity: [], mirrored: [2], flipped: [1], turned: [1, 2] };

/** @throws Error in plain words where the files are no model of the shape the manifest tells */
export async function openNetwork({ tf }: Runtime, entry: SkinEntry, topology: Uint8Array, weights: Uint8Array) {
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(topology)) as ModelFile;
  const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer;
  const weightSpecs = weightsManifest.flatMap((group) => group.weights) as never;
  const model: LayersModel = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  const kernel = model.getLayer(entry.graph.logits).getWeights()[0] as Tensor2D | undefined;
  const classes = entry.classes.length;
  if (model.outputs.length !== 3 || kernel?.shape[1] !== classes)
    throw new Error(`it does not have the three outputs logits (of ${classes} classes), features and departure`);

  function run({ side, values }: FloatSquare): NetworkOutput {
    return tf.tidy(() => {
      const photo = tf.tensor4d(values, [1, side, side, 3]);
      const turned = entry.views.map((view) => (MIRRORED[view].length === 0 ? photo : photo.reverse([...MIRRORED[view]])));
      const [logits, features, departure] = model.predict(tf.concat(turned)) as [Tensor2D, Tensor4D, Tensor2D];
      const [views, mapSide, , channels] = features.shape;
      const evidence = features
        .reshape([views * mapSide * mapSide, channels])
        .matMul(kernel as Tensor)
        .reshape([views, mapSide, mapSide, classes]);
      const upright = entry.views.map((view, index) => evidence.slice([index], [1]).reverse([...MIRRORED[view]]));
      return {
        logits: Array.from(logits.mean(0).dataSync()),
        evidence: tf.concat(upright).mean(0).dataSync() as Float32Array,
        mapSide,
        distance: departure.slice([0], [1]).square().mean().sqrt().dataSync()[0] ?? Number.NaN,
      };
    });
  }

  // A graph of another shape would fail at the first photo; it is found here instead.
  const side = entry.inputSide;
  const proof = run({ side, values: new Float32Array(side * side * 3).fill(127) });
  if (proof.logits.length !== classes || ![...proof.logits, proof.distance].every((each) => Number.isFinite(each)))
    throw new Error('it does not answer with a number for each class');
  return { run };
}

export type Network = Awaited<ReturnType<typeof openNetwork>>;

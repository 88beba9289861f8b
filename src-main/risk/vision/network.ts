// The skin network on TensorFlow.js: pixels in, seven logits and the last feature map out. The network is linear in that map, so the
// share of every place in the result can be told exactly (class activation map: Zhou et al., CVPR 2016).
import type { LayersModel, Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { FloatSquare } from './pixels.ts';
import type { SkinEntry } from './skin-manifest.ts';
import type { Runtime } from './tensorflow.ts';

export interface NetworkOutput {
  /** In the manifest's order of classes. */
  readonly logits: Float32Array;
  /** Evidence of each place for each class: [mapSide, mapSide, classes]; the mean over places plus the bias is the logit. */
  readonly evidence: Float32Array;
  readonly mapSide: number;
  /** Mean of the feature map over places: what the network saw, as one vector. */
  readonly pooled: Float32Array;
}

interface ModelFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: readonly object[] }[];
}

/** @throws Error in plain words where the files are no model of the shape the manifest tells */
export async function openNetwork(runtime: Runtime, entry: SkinEntry, topology: Uint8Array, weights: Uint8Array) {
  const { tf } = runtime;
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(topology)) as ModelFile;
  const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer;
  const weightSpecs = weightsManifest.flatMap((group) => group.weights) as never;
  const model: LayersModel = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  const [logitsLayer, featuresLayer] = [model.getLayer(entry.graph.logits), model.getLayer(entry.graph.features)];
  const both = tf.model({ inputs: model.inputs, outputs: [logitsLayer.output as never, featuresLayer.output as never] });
  const kernel = logitsLayer.getWeights()[0];
  if (kernel === undefined || kernel.shape[1] !== entry.classes.length)
    throw new Error(`its layer "${entry.graph.logits}" does not answer ${entry.classes.length} classes`);

  function run({ side, values }: FloatSquare): NetworkOutput {
    return tf.tidy(() => {
      const photo = tf.tensor4d(values, [1, side, side, 3]);
      const [logits, features] = both.predict(photo) as [Tensor, Tensor4D];
      const [, mapSide = 0, , channels = 0] = features.shape;
      const places = features.reshape([mapSide * mapSide, channels]);
      return {
        logits: logits.dataSync() as Float32Array,
        evidence: places.matMul(kernel as never).dataSync() as Float32Array,
        mapSide,
        pooled: places.mean(0).dataSync() as Float32Array,
      };
    });
  }

  // A graph of another shape would fail at the first photo; it is found here instead.
  const side = entry.inputSide;
  const proof = run({ side, values: new Float32Array(side * side * 3).fill(127) });
  if (proof.logits.length !== entry.classes.length || proof.logits.some((each) => !Number.isFinite(each)))
    throw new Error('it does not answer with a number for each class');
  return { run };
}

export type Network = Awaited<ReturnType<typeof openNetwork>>;

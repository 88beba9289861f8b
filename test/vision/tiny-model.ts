// A models folder with a small untrained network of the skin model's shape, for tests of everything around the real one.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { LESION_CODES } from '../../src-main/contract/photos.ts';

// Otherwise it advises everybody who loads it to install something else.
tf.enableProdMode();

const SIDE = 32;
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Writes manifest.json, skin/model.json and skin/weights.bin. `change` may spoil the row before it is written. */
export async function writeTinyModel(
  modelsDir: string,
  change: (row: Record<string, unknown>) => object = (row) => row,
): Promise<void> {
  const init = (seed: number) => tf.initializers.glorotNormal({ seed });
  const photo = tf.input({ shape: [SIDE, SIDE, 3], name: 'photo' });
  const features = tf.layers
    .conv2d({ filters: 8, kernelSize: 3, strides: 8, activation: 'relu', kernelInitializer: init(1), name: 'features' })
    .apply(photo) as tf.SymbolicTensor;
  const pooled = tf.layers.globalAveragePooling2d({}).apply(features) as tf.SymbolicTensor;
  const logits = tf.layers.dense({ units: LESION_CODES.length, kernelInitializer: init(2), name: 'logits' }).apply(pooled);
  const model = tf.model({ inputs: photo, outputs: logits as tf.SymbolicTensor });
  mkdirSync(join(modelsDir, 'skin'), { recursive: true });
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const topology = Buffer.from(
        JSON.stringify({ modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }),
      );
      const weights = Buffer.from(weightData as ArrayBuffer);
      writeFileSync(join(modelsDir, 'skin/model.json'), topology);
      writeFileSync(join(modelsDir, 'skin/weights.bin'), weights);
      const row = {
        name: 'skin',
        title: 'Skin lesion',
        version: '0.0.1',
        kind: 'convolutional-network',
        outcome: 'melanoma, basal cell carcinoma or actinic keratosis',
        file: 'skin/model.json',
        sha256: digest(topology),
        weights: [{ file: 'skin/weights.bin', sha256: digest(weights) }],
        graph: { logits: 'logits', features: 'features' },
        inputSide: SIDE,
        classes: LESION_CODES,
        malignant: ['akiec', 'bcc', 'mel'],
        temperature: 100,
        thresholds: { moderate: 0.2, high: 0.5 },
        performance: { auc: 0.5, aucLow: 0.4, aucHigh: 0.6, brier: 0.25, n: 0, positives: 0, evaluation: 'Untrained' },
        population: 'Nobody',
        licence: 'None',
      };
      writeFileSync(join(modelsDir, 'manifest.json'), JSON.stringify({ models: [change(row)] }));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
}

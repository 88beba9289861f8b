// Answers squares of pixels in bulk, as the console would: what `python -m train.evaluate --model skin` judges. Run as a script:
// `score-photos.ts MODELS_DIR`; on standard input for each square its side (4 bytes, little endian) and its RGB bytes;
// on standard output one line of JSON for each.
import { once } from 'node:events';
import { openNetwork } from '../risk/vision/network.ts';
import { scaled } from '../risk/vision/pixels.ts';
import type { PixelSquare } from '../risk/vision/port.ts';
import { distanceRefusal, pictureRefusal, statistics } from '../risk/vision/quality.ts';
import { inWords, loadSkinFiles } from '../risk/vision/skin-manifest.ts';
import { startTensorFlow } from '../risk/vision/tensorflow.ts';
import { outcomeOf, probabilities } from '../risk/vision/vision.ts';

async function main(modelsDir: string): Promise<void> {
  const loaded = await loadSkinFiles(modelsDir);
  if (loaded.state !== 'ready') throw new Error(loaded.state === 'unusable' ? loaded.problem : 'There is no skin model here.');
  const { entry } = loaded;
  const runtime = await startTensorFlow();
  const network = await openNetwork(runtime, entry, loaded.topology, loaded.weights);
  for await (const square of squares(process.stdin)) {
    const output = network.run(scaled(square, entry.inputSide));
    const found = statistics(square);
    const refused = pictureRefusal(found, entry.refusal) ?? distanceRefusal(output.distance, entry.refusal);
    const answer = {
      backend: runtime.backend,
      logits: output.logits,
      distance: output.distance,
      statistics: found,
      refused: refused?.reason ?? null,
      outcome: refused === null ? outcomeOf(entry, probabilities(entry, output.logits), output.logits) : null,
    };
    if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, 'drain');
  }
}

/** @throws Error where the stream ends within a square */
async function* squares(stream: AsyncIterable<Buffer>): AsyncGenerator<PixelSquare> {
  let held: Buffer = Buffer.alloc(0);
  for await (const part of stream) {
    held = Buffer.concat([held, part]);
    while (held.length >= 4) {
      const side = held.readUInt32LE(0);
      const end = 4 + side * side * 3;
      if (held.length < end) break;
      yield { side, rgb: held.subarray(4, end) };
      held = held.subarray(end);
    }
  }
  if (held.length > 0) throw new Error('The last square is cut short.');
}

const [modelsDir] = process.argv.slice(2);
try {
  if (modelsDir === undefined) throw new Error('Which folder holds the models?');
  await main(modelsDir);
} catch (error) {
  process.stderr.write(`${inWords(error)}\n`);
  process.exitCode = 1;
}

// The risk models behind a worker's border, and nothing else: a batch comes in as it does to the engine, and its scores leave likewise.
import { parentPort } from 'node:worker_threads';
import { modelsDir } from '../../src-main/installation.ts';
import { loadRiskModels } from '../../src-main/risk/models.ts';
import { asPrediction } from '../../src-main/store/predictions.ts';
import { type BatchOutcome, decodeBatch, type EncodedBatch, encodeOutcomes } from '../../src-main/threads/batch-codec.ts';
import { facts } from '../risk/facts.ts';

const MOST = 256;
const models = await loadRiskModels(modelsDir());
/** In memory already, as the engine has them. */
const subjects = Array.from({ length: MOST }, (_, index) => ({ ...facts(), patientId: index + 1 }));

async function answer(encoded: EncodedBatch): Promise<void> {
  const batch = decodeBatch(encoded);
  const { scored } = await models.answer(subjects.slice(0, batch.length).map((subject) => models.ask(subject)));
  const items: BatchOutcome['items'][number][] = [];
  const predictions: BatchOutcome['predictions'][number][] = [];
  for (const [anchor, { takenAtMs, sequence }] of batch.entries()) {
    const sourceId = anchor + 1;
    const identity = { sourceId, takenAtMs, sequence };
    const positions = (scored[anchor] ?? []).map(
      (one) => predictions.push({ anchor, prediction: asPrediction(identity, one) }) - 1,
    );
    items.push({ status: 'stored', sourceId, patientId: sourceId, predictions: positions, follow: false });
  }
  const outcomes = encodeOutcomes({ items, predictions });
  parentPort?.postMessage(outcomes, [outcomes.numbers.buffer]);
}

parentPort?.on('message', (encoded: EncodedBatch) => void answer(encoded));
parentPort?.postMessage('ready');

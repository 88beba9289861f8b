// Predictions and their receipts.
import { ConsoleError } from '../contract/errors.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import type { HandlersOf } from './handler.ts';

export interface PredictionParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
}

export function predictionHandlers({ reads, writes }: PredictionParts): HandlersOf<'prediction'> {
  return {
    'prediction.list': async (params) => [...(await reads.predictions(params))],
    'prediction.receipt': async ({ predictionId }) => {
      const receipt = await writes.receipt({ predictionId });
      if (receipt === null) throw new ConsoleError('not_found', 'This prediction is not stored (any more).');
      return receipt;
    },
  };
}

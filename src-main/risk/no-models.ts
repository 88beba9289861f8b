// In the place of models that could not be loaded.
import { ConsoleError } from '../contract/errors.ts';
import type { RiskModels } from './port.ts';

/** Everything is stored, nothing is scored, and the reason is said. */
export function noModels(reason: string): RiskModels {
  return {
    info: [],
    inUse: [],
    setLevels: () => undefined,
    ask: ({ patientId, atMs }) => ({ patientId, atMs, rows: [] }),
    answer: (questions) => Promise.resolve({ scored: questions.map(() => []), problems: [reason] }),
    explain: () => Promise.reject(new ConsoleError('unavailable', reason)),
  };
}

// In the place of the risk models: scores nobody, so that what is left is the cost of everything else.
import type { RiskModels } from '../../src-main/risk/port.ts';

export async function loadRiskModels(): Promise<RiskModels> {
  return {
    info: [],
    inUse: [],
    setLevels: () => undefined,
    ask: ({ patientId, atMs }) => ({ patientId, atMs, rows: [] }),
    answer: async (questions) => ({ scored: questions.map(() => []), problems: [] }),
    explain: async () => {
      throw new Error('there are no models');
    },
  };
}

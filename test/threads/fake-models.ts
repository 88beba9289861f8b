// Stand-in for the risk models in tests of the engine: small, exact, and able to fail on demand.
import type { Prediction } from '../../src-main/contract/models.ts';
import type { PatientFacts, RiskModels, Scored } from '../../src-main/risk/port.ts';

/** What was asked for, in order; only of use in the same thread. */
export const asked: PatientFacts[][] = [];

function scored(facts: PatientFacts, model: Scored['model'], probability: number | null, missing: readonly string[]): Scored {
  const level = probability === null ? 'abstained' : probability >= 0.5 ? 'high' : 'low';
  return {
    patientId: facts.patientId,
    model,
    version: 'fake-1',
    probability,
    level,
    missing,
    features: Float32Array.from([probability ?? Number.NaN]),
    agesSeconds: Int32Array.from([0]),
    sources: Uint8Array.from([probability === null ? 0 : 1]),
    atMs: facts.atMs,
  };
}

/** Diabetes: glucose / 1000. Hypoxia: (100 − SpO2) / 100. Heart: cholesterol / 1000. Each abstains without its input. */
function scoreOne(facts: PatientFacts): Scored[] {
  const [glucose, spo2] = [facts.vitals.get('glucose')?.value, facts.vitals.get('spo2')?.value];
  const cholesterol = facts.observations.get('cholesterolMgDl')?.value;
  return [
    glucose === undefined ? scored(facts, 'diabetes', null, ['glucose']) : scored(facts, 'diabetes', glucose / 1000, []),
    cholesterol === undefined ? scored(facts, 'heart', null, ['cholesterol']) : scored(facts, 'heart', cholesterol / 1000, []),
    spo2 === undefined ? scored(facts, 'hypoxia', null, ['spo2']) : scored(facts, 'hypoxia', (100 - spo2) / 100, []),
  ];
}

/** `mode` is handed over in the place of the models' folder: `ok`, `failing` (every score throws), `missing` (cannot be loaded). */
export function loadRiskModels(mode: string): Promise<RiskModels> {
  if (mode === 'missing') return Promise.reject(new Error('no such file'));
  const info = {
    name: 'diabetes' as const,
    title: 'Diabetes',
    version: 'fake-1',
    kind: 'fake',
    sha256: '',
    thresholds: { moderate: 0.2, high: 0.5 },
    performance: '',
    requiredInputs: ['glucose'],
    optionalInputs: [],
    problem: null,
  };
  return Promise.resolve({
    info: [info],
    score(subjects) {
      asked.push([...subjects]);
      if (mode === 'failing') return Promise.reject(new Error('out of order'));
      return Promise.resolve({ scored: subjects.flatMap(scoreOne), problems: [] });
    },
    explain(result, predictionId) {
      const { patientId, model, version, probability, level, missing, atMs } = result;
      const prediction: Prediction = { predictionId, patientId, model, version, scoredAtMs: atMs, probability, level, missing };
      return Promise.resolve({
        prediction,
        title: model,
        modelKind: 'fake',
        sha256: '',
        thresholds: { moderate: 0.2, high: 0.5 },
        contributionUnit: 'probability',
        contributionMethod: 'none',
        inputs: [],
        performance: `feature ${result.features[0]}`,
      });
    },
  });
}

// Inputs of the heart disease model: mostly what a person entered from examinations, in the codes of the UCI heart disease data.
import type { PatientFacts } from '../port.ts';
import { ageYears, entered, type FeatureValue, type FeatureValues, newest } from './feature-row.ts';

export function heartFeatures(facts: PatientFacts): FeatureValues {
  return {
    ageYears: ageYears(facts),
    sex: sex(facts),
    chestPainType: entered(facts, 'chestPainType'),
    systolicMmHg: newest(facts, 'systolic'),
    cholesterolMgDl: entered(facts, 'cholesterolMgDl'),
    fastingGlucoseOver120: entered(facts, 'fastingGlucoseOver120'),
    restingEcg: entered(facts, 'restingEcg'),
    maxHeartRatePerMin: entered(facts, 'maxHeartRatePerMin'),
    exerciseAngina: entered(facts, 'exerciseAngina'),
    stDepressionMm: entered(facts, 'stDepressionMm'),
    stSlope: entered(facts, 'stSlope'),
    majorVessels: entered(facts, 'majorVessels'),
    thal: entered(facts, 'thal'),
  };
}

/** The data know two; for anybody else the input is missing rather than guessed. */
function sex(facts: PatientFacts): FeatureValue | null {
  if (facts.sex !== 'female' && facts.sex !== 'male') return null;
  return { value: facts.sex === 'male' ? 1 : 0, takenAtMs: null, source: 'profile' };
}

// Which of a model's missing inputs matter, what they are called, and which fields of the entry form supply them.
import type { ModelInfo, Prediction } from '../../../src-main/contract/models.ts';
import type { ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { modelInputHelp } from '../../../src-main/vitals/model-inputs.ts';

export const inputTitle = (name: string): string => modelInputHelp(name).title;

/** Fields of the entry form that would supply these inputs, each once. */
export const fieldsFor = (names: readonly string[]): readonly ObservationKind[] => [
  ...new Set(names.flatMap((name) => modelInputHelp(name).enterAs)),
];

/** What an abstaining model needs: the required ones it lacks, or all it lacks where the model's list is not known. */
export function needed(prediction: Prediction, model: ModelInfo | undefined): readonly string[] {
  const required = prediction.missing.filter((name) => model?.requiredInputs.includes(name));
  return required.length > 0 ? required : prediction.missing;
}

/** Inputs that would make the result better but are not needed for one. */
export function helpful(prediction: Prediction, model: ModelInfo | undefined): readonly string[] {
  return prediction.missing.filter((name) => model !== undefined && !model.requiredInputs.includes(name));
}

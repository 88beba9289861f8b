// What pushed a result up and down, input by input: exact for the linear model, by replacement for the others.
import type { LinearTerm, ManifestInput, ModelEntry } from './manifest.ts';

/** Rows of features in, one probability per row out. */
export type RunRows = (rows: readonly Float32Array[]) => Promise<Float32Array>;

export interface Contributions {
  readonly unit: 'log-odds' | 'probability';
  readonly method: string;
  /** One per input; null for an input that was not given. */
  readonly values: readonly (number | null)[];
}

const LINEAR =
  'Exact: the model adds these numbers to its intercept, and their sum is the log-odds of the result. 0 is an input at the mean of the training data.';
const REPLACEMENT =
  'One input at a time is replaced by an ordinary value (the median of training patients without the condition) and the result is compared. ' +
  'The numbers are differences in probability; they need not add up.';

/** What the receipt says of the method even where nothing was scored. */
export function contributionMethod(entry: ModelEntry): Pick<Contributions, 'unit' | 'method'> {
  return entry.explain.method === 'exact-linear'
    ? { unit: 'log-odds', method: LINEAR }
    : { unit: 'probability', method: REPLACEMENT };
}

/** `features` in the manifest's order, NaN = missing; one batched run at most. */
export async function contributions(entry: ModelEntry, features: Float32Array, run: RunRows): Promise<Contributions> {
  const { explain } = entry;
  if (explain.method === 'exact-linear') {
    const terms = new Map(explain.terms.map((term) => [term.input, term]));
    const values = entry.inputs.map((input, index) => linearContribution(terms.get(input.name), features[index] ?? Number.NaN));
    return { ...contributionMethod(entry), values };
  }
  return { ...contributionMethod(entry), values: await byReplacement(entry.inputs, entry.background, features, run) };
}

/** coef × (transform(clamped value) − mean) / sd; null where it is missing, which counts as the mean. */
function linearContribution(term: LinearTerm | undefined, value: number): number | null {
  if (term === undefined || Number.isNaN(value) || (term.zeroIsMissing && value <= 0)) return null;
  const held = Math.min(Math.max(value, term.clamp[0]), term.clamp[1]);
  const transformed = term.transform === 'log' ? Math.log(held) : held;
  return (term.coef * (transformed - term.mean)) / term.sd;
}

async function byReplacement(
  inputs: readonly ManifestInput[],
  background: ModelEntry['background'],
  features: Float32Array,
  run: RunRows,
): Promise<(number | null)[]> {
  const replaced = inputs.flatMap((input, index) => {
    const ordinary = background[input.name];
    return ordinary === undefined || Number.isNaN(features[index]) ? [] : [{ index, row: features.with(index, ordinary) }];
  });
  const [whole = Number.NaN, ...others] = await run([features, ...replaced.map(({ row }) => row)]);
  const values: (number | null)[] = inputs.map(() => null);
  for (const [place, { index }] of replaced.entries()) values[index] = whole - (others[place] ?? Number.NaN);
  return values;
}

// The three tabular models: loaded once, run in batches, explained on demand. Belongs in the engine worker: a run is synchronous inside.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelInfo, Receipt, RiskLevel, RiskLevels, RiskModel } from '../contract/models.ts';
import { type Contributions, contributionMethod, contributions } from './explain.ts';
import { diabetesFeatures } from './features/diabetes.ts';
import { type FeatureRow, type FeatureValues, featureRow } from './features/feature-row.ts';
import { heartFeatures } from './features/heart.ts';
import { hypoxiaFeatures } from './features/hypoxia.ts';
import { type LoadedEntry, loadManifest, type ModelEntry } from './manifest.ts';
import type { PatientFacts, RiskModels, ScoreBasis, Scored } from './port.ts';
import { type Explained, modelInfo, receiptOf } from './receipt.ts';

const FEATURES: Readonly<Record<RiskModel, (facts: PatientFacts) => FeatureValues>> = {
  diabetes: diabetesFeatures,
  heart: heartFeatures,
  hypoxia: hypoxiaFeatures,
};

interface Running {
  readonly entry: ModelEntry;
  readonly session: InferenceSession;
  /** The file and the levels in force; replaced whole when the levels change. */
  basis: ScoreBasis;
}

/**
 * Loads every model of `modelsDir`/manifest.json. A model that cannot be used (file missing, hash differs, graph broken) is named in
 * `info` with its problem; the others run. With no readable manifest there are no models, and every batch says why in `problems`.
 */
export async function loadRiskModels(modelsDir: string): Promise<RiskModels> {
  let loaded: readonly LoadedEntry[];
  try {
    loaded = await loadManifest(modelsDir);
  } catch (error) {
    const problem = inWords(error);
    return {
      info: [],
      setLevels: () => undefined,
      score: async () => ({ scored: [], problems: [problem] }),
      explain: async () => {
        throw new Error(problem);
      },
    };
  }
  const running = new Map<RiskModel, Running>();
  const entries = new Map<RiskModel, ModelEntry>();
  const info = new Map<RiskModel, ModelInfo>();
  const unnamed: string[] = [];
  for (const each of loaded) {
    if (each.entry === null) {
      unnamed.push(`Model "${each.name}": ${each.problem}`);
      continue;
    }
    let { problem } = each;
    if (each.problem === null) {
      try {
        running.set(each.entry.name, await open(each.entry, each.graph));
      } catch (error) {
        problem = `It cannot be run: ${inWords(error)}`;
      }
    }
    entries.set(each.entry.name, each.entry);
    info.set(each.entry.name, modelInfo(each.entry, problem));
  }
  return {
    get info() {
      return [...info.values()];
    },
    setLevels: (name, levels) => {
      const [entry, known, model] = [entries.get(name), info.get(name), running.get(name)];
      if (entry === undefined || known === undefined) return;
      const inForce = levels ?? entry.thresholds;
      info.set(name, { ...known, thresholds: inForce });
      if (model !== undefined) model.basis = { sha256: entry.sha256, levels: inForce };
    },
    score: (subjects) => score([...running.values()], subjects, unnamed),
    explain: (scored, predictionId) => {
      const levelsNow = info.get(scored.model)?.thresholds ?? null;
      return explain(entries.get(scored.model), running.get(scored.model), { scored, predictionId, levelsNow });
    },
  };
}

/** Checks that graph, manifest and this console mean the same inputs. @throws Error in plain words. */
async function open(entry: ModelEntry, graph: Uint8Array): Promise<Running> {
  const known = FEATURES[entry.name](NOBODY);
  const unknown = entry.inputs.map((input) => input.name).filter((name) => !(name in known));
  if (unknown.length > 0) throw new Error(`this console does not know its inputs ${unknown.join(', ')}`);
  const session = await InferenceSession.create(graph, {
    // One thread: rows are few, and the other cores have links and screens to serve.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const { input, output } = entry.graph;
  if (!session.inputNames.includes(input) || !session.outputNames.includes(output)) {
    throw new Error(`its graph has no input "${input}" or no output "${output}"`);
  }
  // A wrong width would fail at the first patient; it is found here instead.
  const opened: Running = { entry, session, basis: { sha256: entry.sha256, levels: entry.thresholds } };
  await run(opened, [new Float32Array(entry.inputs.length).fill(Number.NaN)]);
  return opened;
}

/** [rows, inputs] float32 in, one probability per row out. @throws Error where the graph fails or answers nonsense. */
async function run({ entry, session }: Running, rows: readonly Float32Array[]): Promise<Float32Array> {
  const width = entry.inputs.length;
  const data = new Float32Array(rows.length * width);
  for (const [index, row] of rows.entries()) data.set(row, index * width);
  const feeds = { [entry.graph.input]: new Tensor('float32', data, [rows.length, width]) };
  const output = (await session.run(feeds, [entry.graph.output]))[entry.graph.output]?.data;
  if (!(output instanceof Float32Array) || output.length !== rows.length) {
    throw new Error(`it did not answer with one probability per row`);
  }
  if (output.some((each) => !(each >= 0 && each <= 1))) throw new Error('it answered with something that is no probability');
  return output;
}

async function score(
  running: readonly Running[],
  subjects: readonly PatientFacts[],
  standing: readonly string[],
): Promise<{ readonly scored: readonly Scored[]; readonly problems: readonly string[] }> {
  const scored: Scored[] = [];
  const problems = [...standing];
  for (const model of running) {
    try {
      scored.push(...(await scoreWith(model, subjects)));
    } catch (error) {
      problems.push(`${model.entry.title}: ${inWords(error)}`);
    }
  }
  return { scored, problems };
}

/** One batched run; who lacks what the model needs is not in it. */
async function scoreWith(model: Running, subjects: readonly PatientFacts[]): Promise<Scored[]> {
  const { entry, basis } = model;
  const rows = subjects.map((facts) => featureRow(entry.inputs, FEATURES[entry.name](facts), facts.atMs));
  const lacking = rows.map((row) => lacks(entry, row));
  const complete = rows.filter((_, index) => lacking[index]?.length === 0);
  const probabilities =
    complete.length === 0
      ? new Float32Array()
      : await run(
          model,
          complete.map((row) => row.features),
        );
  let next = 0;
  return subjects.map((facts, index): Scored => {
    const row = rows[index] as FeatureRow;
    const needed = lacking[index] ?? [];
    const probability = needed.length > 0 ? null : (probabilities[next++] ?? null);
    return {
      patientId: facts.patientId,
      model: entry.name,
      version: entry.version,
      probability,
      level: levelOf(basis.levels, probability),
      basis,
      missing: needed.length > 0 ? needed : missing(entry, row),
      ...row,
      atMs: facts.atMs,
    };
  });
}

/** Required inputs that are missing, or the condition under which the model has something to say. Empty: it can be run. */
function lacks(entry: ModelEntry, row: FeatureRow): readonly string[] {
  const needed = entry.inputs
    .filter((input, index) => input.required && Number.isNaN(row.features[index]))
    .map((input) => input.name);
  const { appliesWhen } = entry;
  if (appliesWhen === undefined || needed.length > 0) return needed;
  const value = row.features[entry.inputs.findIndex((input) => input.name === appliesWhen.input)] ?? Number.NaN;
  return value < appliesWhen.min ? [`${appliesWhen.input} >= ${appliesWhen.min}`] : needed;
}

function missing(entry: ModelEntry, row: FeatureRow): readonly string[] {
  return entry.inputs.filter((_, index) => Number.isNaN(row.features[index])).map((input) => input.name);
}

function levelOf(levels: RiskLevels, probability: number | null): RiskLevel {
  if (probability === null) return 'abstained';
  if (probability >= levels.high) return 'high';
  return probability >= levels.moderate ? 'moderate' : 'low';
}

async function explain(entry: ModelEntry | undefined, model: Running | undefined, result: Explained): Promise<Receipt> {
  const { scored } = result;
  if (entry === undefined) throw new Error(`There is no model "${scored.model}" in the manifest.`);
  const none = (method: string): Contributions => ({
    unit: contributionMethod(entry).unit,
    method,
    values: entry.inputs.map(() => null),
  });
  if (scored.version !== entry.version || scored.features.length !== entry.inputs.length) {
    const method = `Made with version ${scored.version}; this console has ${entry.version}, so contributions cannot be told.`;
    return receiptOf(entry, result, none(method));
  }
  if (scored.probability === null) return receiptOf(entry, result, none('The model abstained: there is nothing to explain.'));
  if (model === undefined) return receiptOf(entry, result, none('The model is not in use, so contributions cannot be told.'));
  return receiptOf(entry, result, await contributions(entry, scored.features, (rows) => run(model, rows)));
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of whom nothing is known: to ask the feature code which inputs it can supply. */
const NOBODY: PatientFacts = {
  patientId: 0,
  birthDate: '',
  sex: 'unknown',
  observations: new Map(),
  vitals: new Map(),
  recent: new Map(),
  atMs: 0,
};

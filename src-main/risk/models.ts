// The three tabular models: loaded once, run in batches, explained on demand. Belongs in the engine worker: a run is synchronous inside.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelInfo, Receipt, RiskLevel, RiskLevels, RiskModel } from '../contract/models.ts';
import { type Contributions, contributionMethod, contributions } from './explain.ts';
import { diabetesFeatures } from './features/diabetes.ts';
import { type FeatureValues, featureRow } from './features/feature-row.ts';
import { heartFeatures } from './features/heart.ts';
import { hypoxiaFeatures } from './features/hypoxia.ts';
import { type LoadedEntry, loadManifest, type ModelEntry } from './manifest.ts';
import type { Answers, InputRow, PatientFacts, Question, RiskModels, ScoreBasis, Scored } from './port.ts';
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
  /** By which inputs are missing, one bit each: what the model says it lacks. Few combinations occur, and each is named once. */
  readonly lists: Map<number, Lacking>;
}

interface Lacking {
  /** Names of all inputs that are missing. */
  readonly missing: readonly string[];
  /** Those of them without which the model abstains. */
  readonly needed: readonly string[];
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
      inUse: [],
      setLevels: () => undefined,
      ask: ({ patientId, atMs }) => ({ patientId, atMs, rows: [] }),
      answer: async (questions) => ({ scored: questions.map(() => []), problems: [problem] }),
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
  const used = [...running.values()];
  return {
    get info() {
      return [...info.values()];
    },
    inUse: [...running.keys()],
    setLevels: (name, levels) => {
      const [entry, known, model] = [entries.get(name), info.get(name), running.get(name)];
      if (entry === undefined || known === undefined) return;
      const inForce = levels ?? entry.thresholds;
      info.set(name, { ...known, thresholds: inForce });
      if (model !== undefined) model.basis = { sha256: entry.sha256, levels: inForce };
    },
    ask: (facts) => ask(used, facts),
    answer: (questions, only) => answer(used, questions, unnamed, only),
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
  const opened: Running = { entry, session, basis: { sha256: entry.sha256, levels: entry.thresholds }, lists: new Map() };
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

function ask(running: readonly Running[], facts: PatientFacts): Question {
  const rows = running.map(({ entry }) => featureRow(entry.inputs, FEATURES[entry.name](facts), facts.atMs));
  return { patientId: facts.patientId, atMs: facts.atMs, rows };
}

async function answer(
  running: readonly Running[],
  questions: readonly Question[],
  standing: readonly string[],
  only: readonly RiskModel[] | undefined,
): Promise<Answers> {
  const problems = [...standing];
  const scored: Scored[][] = questions.map(() => []);
  // All at once: each run waits for its turn of the event loop, and so they share one.
  const byModel = await Promise.all(
    running.map((model, index) => {
      if (only !== undefined && !only.includes(model.entry.name)) return null;
      return answerWith(model, index, questions).catch((error: unknown) => {
        problems.push(`${model.entry.title}: ${inWords(error)}`);
        return null;
      });
    }),
  );
  for (const answers of byModel) for (const [index, each] of answers?.entries() ?? []) scored[index]?.push(each);
  return { scored, problems };
}

/** One batched run; who lacks what the model needs is not in it. */
async function answerWith(model: Running, index: number, questions: readonly Question[]): Promise<Scored[]> {
  const { entry, basis } = model;
  const lacking = questions.map((question) => lacks(model, rowOf(question, index)));
  const complete = questions.flatMap((question, at) =>
    lacking[at]?.needed.length === 0 ? [rowOf(question, index).features] : [],
  );
  const probabilities = complete.length === 0 ? new Float32Array() : await run(model, complete);
  let next = 0;
  return questions.map((question, at): Scored => {
    const { features, takenAtMs, sources } = rowOf(question, index);
    const { missing = [], needed = [] } = lacking[at] ?? {};
    const probability = needed.length > 0 ? null : (probabilities[next++] ?? null);
    return {
      patientId: question.patientId,
      model: entry.name,
      version: entry.version,
      probability,
      level: levelOf(basis.levels, probability),
      basis,
      missing: needed.length > 0 ? needed : missing,
      features,
      takenAtMs,
      sources,
      atMs: question.atMs,
    };
  });
}

function rowOf({ rows }: Question, index: number): InputRow {
  const row = rows[index];
  if (row === undefined) throw new Error('the question was put to other models');
  return row;
}

/** What is missing, and of that what is required or the condition under which the model has something to say. */
function lacks({ entry, lists }: Running, { features }: InputRow): Lacking {
  let bits = 0;
  for (let index = 0; index < features.length; index++) if (Number.isNaN(features[index])) bits |= 1 << index;
  let lacking = lists.get(bits);
  if (lacking === undefined) {
    const gone = entry.inputs.filter((_, index) => Number.isNaN(features[index]));
    const names = (inputs: typeof gone): readonly string[] => inputs.map(({ name }) => name);
    lacking = { missing: names(gone), needed: names(gone.filter(({ required }) => required)) };
    lists.set(bits, lacking);
  }
  const { appliesWhen } = entry;
  if (appliesWhen === undefined || lacking.needed.length > 0) return lacking;
  const value = features[entry.inputs.findIndex((input) => input.name === appliesWhen.input)] ?? Number.NaN;
  return value < appliesWhen.min ? { ...lacking, needed: [`${appliesWhen.input} >= ${appliesWhen.min}`] } : lacking;
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
  const isOtherFile = scored.basis !== null && scored.basis.sha256 !== entry.sha256;
  if (isOtherFile && scored.version === entry.version) {
    const method = `Made with another file of version ${entry.version} (SHA-256 ${scored.basis?.sha256.slice(0, 12)}…), so contributions cannot be told.`;
    return receiptOf(entry, result, none(method));
  }
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

// models/manifest.json: what each trained model is, what it needs and how it is judged; and the check that its file is the one meant.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { riskLevels, riskModel } from '../contract/models.ts';

const finite = z.number();

const manifestInput = z.object({
  name: z.string().min(1),
  title: z.string().min(1),
  unit: z.string(),
  /** Range of the training values (0.5–99.5 percentile), or first and last code. */
  min: finite,
  max: finite,
  required: z.boolean(),
  /** Null: does not age. */
  maxAgeMs: finite.positive().nullable(),
  description: z.string(),
  /** Coded inputs: code → label. */
  categories: z.record(z.string(), z.string()).optional(),
});
export type ManifestInput = z.infer<typeof manifestInput>;

const linearTerm = z.object({
  input: z.string(),
  zeroIsMissing: z.boolean(),
  clamp: z.tuple([finite, finite]),
  transform: z.enum(['identity', 'log']),
  mean: finite,
  sd: finite.positive(),
  coef: finite,
});
export type LinearTerm = z.infer<typeof linearTerm>;

const explain = z.discriminatedUnion('method', [
  z.object({ method: z.literal('exact-linear'), intercept: finite, terms: z.array(linearTerm) }),
  z.object({ method: z.literal('median-replacement') }),
]);

/** How well a model did on rows it was not trained on; of every row of the manifest, the skin model's too. */
export const measuredPerformance = z.object({
  auc: finite,
  aucLow: finite,
  aucHigh: finite,
  brier: finite,
  n: z.number().int(),
  positives: z.number().int(),
  evaluation: z.string(),
});

const modelEntry = z.object({
  name: riskModel,
  title: z.string().min(1),
  version: z.string().min(1),
  kind: z.string().min(1),
  outcome: z.string(),
  file: z.string().regex(/^[\w-]+(\/[\w.-]+)+$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  graph: z.object({ input: z.string(), output: z.string() }),
  inputs: z.array(manifestInput).min(1),
  thresholds: riskLevels,
  explain,
  /** An ordinary value of each input, for explanations. */
  background: z.record(z.string(), finite),
  performance: measuredPerformance,
  /** Whom it was trained on, in words. */
  population: z.string().optional(),
  /** Outside this the model has nothing to say, and abstains. */
  appliesWhen: z.object({ input: z.string(), min: finite, otherwise: z.string() }).optional(),
});
export type ModelEntry = z.infer<typeof modelEntry>;

/** One row of the manifest with its file, or why it is not used. */
export type LoadedEntry =
  | { readonly entry: ModelEntry; readonly name: string; readonly graph: Uint8Array; readonly problem: null }
  | { readonly entry: ModelEntry | null; readonly name: string; readonly problem: string };

/**
 * Reads the manifest and every model file in it. One bad model takes nothing from the others.
 * @throws Error in plain words where the manifest itself cannot be read.
 */
export async function loadManifest(modelsDir: string): Promise<readonly LoadedEntry[]> {
  const path = join(modelsDir, 'manifest.json');
  let rows: unknown[];
  try {
    rows = z.object({ models: z.array(z.unknown()) }).parse(JSON.parse(await readFile(path, 'utf8'))).models;
  } catch (error) {
    throw new Error(`The list of models (${path}) cannot be read: ${reason(error)}`);
  }
  return Promise.all(rows.filter((row) => !isSkin(row)).map((row) => loadEntry(modelsDir, row)));
}

/** The skin model is no table of values: the vision worker reads its row. */
function isSkin(row: unknown): boolean {
  return z.object({ name: z.literal('skin') }).safeParse(row).success;
}

async function loadEntry(modelsDir: string, row: unknown): Promise<LoadedEntry> {
  const parsed = modelEntry.safeParse(row);
  if (!parsed.success) {
    const name = z.object({ name: z.string() }).safeParse(row).data?.name ?? 'unnamed';
    return { entry: null, name, problem: `Its entry in the manifest is not valid: ${reason(parsed.error)}` };
  }
  const entry = parsed.data;
  const { name } = entry;
  try {
    const graph = await readFile(join(modelsDir, entry.file));
    const digest = createHash('sha256').update(graph).digest('hex');
    if (digest !== entry.sha256) {
      return {
        entry,
        name,
        problem: `${entry.file} is not the file the manifest names (its SHA-256 differs): it was changed or damaged, and is not used. Install HealthSense again, or convert the model anew.`,
      };
    }
    return { entry, name, graph, problem: null };
  } catch (error) {
    return { entry, name, problem: `${entry.file} cannot be read: ${reason(error)}` };
  }
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}

// The skin model's row of models/manifest.json, and its files, each checked against the hash that the row names.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lesionCode } from '../../contract/photos.ts';
import { LESION_CODES } from '../../vitals/lesions.ts';
import { measuredPerformance } from '../manifest.ts';

/** Name of the row. */
const SKIN = 'skin';

const finite = z.number();
const file = z.string().regex(/^[\w-]+(\/[\w.-]+)+$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const probability = finite.gt(0).lt(1);

const perClass = z.array(finite).length(LESION_CODES.length);
const view = z.enum(['identity', 'mirrored', 'flipped', 'turned']);
export type View = z.infer<typeof view>;

const skinEntry = z
  .object({
    name: z.literal(SKIN),
    title: z.string().min(1),
    version: z.string().min(1),
    kind: z.string().min(1),
    outcome: z.string(),
    /** TensorFlow.js layers model: its topology, and the weights beside it. */
    file,
    sha256,
    weights: z.array(z.object({ file, sha256 })).min(1),
    graph: z.object({ input: z.string(), logits: z.string(), features: z.string(), departure: z.string() }),
    /** Pixels a side that the network takes. */
    inputSide: z.number().int().min(16).max(448),
    /** How the network is shown each square; its answers are averaged. */
    views: z
      .array(view)
      .min(1)
      .refine((views) => views[0] === 'identity', 'the first view must be identity'),
    classes: z.array(lesionCode).length(LESION_CODES.length),
    malignant: z.array(lesionCode).min(1),
    logBias: perClass,
    namingBias: perClass,
    temperature: finite.positive(),
    refusal: z.object({
      blackBelow: finite,
      tooDarkBelow: finite,
      tooBrightAbove: finite,
      flatAbove: finite,
      busyAbove: finite,
      blurredBelow: finite,
      unfamiliarAbove: finite,
    }),
    thresholds: z.object({ moderate: probability, high: probability }),
    performance: measuredPerformance,
    population: z.string(),
    licence: z.string(),
  })
  .refine(({ thresholds }) => thresholds.moderate < thresholds.high, 'thresholds.moderate must be below thresholds.high');
export type SkinEntry = z.infer<typeof skinEntry>;
export type RefusalLimits = SkinEntry['refusal'];

/** The checked files of the model; or why there is none to use, with its row where that could be read. */
export type LoadedSkin =
  | { readonly state: 'ready'; readonly entry: SkinEntry; readonly topology: Uint8Array; readonly weights: Uint8Array }
  | { readonly state: 'left-out' }
  | { readonly state: 'unusable'; readonly entry: SkinEntry | null; readonly problem: string };

/** Reads and checks everything before any of it is handed to TensorFlow.js. Never rejects: what is wrong is an answer. */
export async function loadSkinFiles(modelsDir: string): Promise<LoadedSkin> {
  let row: unknown;
  try {
    const rows = z
      .object({ models: z.array(z.unknown()) })
      .parse(JSON.parse(await readFile(join(modelsDir, 'manifest.json'), 'utf8')));
    row = rows.models.find((each) => z.object({ name: z.literal(SKIN) }).safeParse(each).success);
  } catch (error) {
    return { state: 'unusable', entry: null, problem: `The list of models cannot be read: ${inWords(error)}` };
  }
  if (row === undefined) return { state: 'left-out' };
  const parsed = skinEntry.safeParse(row);
  if (!parsed.success) {
    return { state: 'unusable', entry: null, problem: `Its entry in the manifest is not valid: ${inWords(parsed.error)}` };
  }
  const entry = parsed.data;
  try {
    const topology = await checked(modelsDir, entry);
    const weights = await Promise.all(entry.weights.map((each) => checked(modelsDir, each)));
    return { state: 'ready', entry, topology, weights: Buffer.concat(weights) };
  } catch (error) {
    // The row without any of its files: a build that leaves the model out for its licence.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !(await exists(join(modelsDir, entry.file))))
      return { state: 'left-out' };
    return { state: 'unusable', entry, problem: inWords(error) };
  }
}

/** @throws Error in plain words where the file is not the one the manifest names */
async function checked(modelsDir: string, named: { readonly file: string; readonly sha256: string }): Promise<Uint8Array> {
  const bytes = await readFile(join(modelsDir, named.file));
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest === named.sha256) return bytes;
  throw new Error(
    `${named.file} is not the file the manifest names (its SHA-256 differs): it was changed or damaged. Install HealthSense again; until then photos can be kept and compared without a result.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

export function inWords(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}

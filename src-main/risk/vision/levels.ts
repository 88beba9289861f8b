// Levels of the skin model: the one a probability falls in, and what other levels would have said of the photos kept.
import type { LevelCounts, PhotoRehearsal, RiskLevels } from '../../contract/models.ts';
import type { PhotoModel, PhotoOutcome } from '../../contract/photos.ts';
import type { KeptResult } from '../port.ts';

export function levelOf(malignancy: number, { moderate, high }: RiskLevels): 'low' | 'moderate' | 'high' {
  return malignancy >= high ? 'high' : malignancy >= moderate ? 'moderate' : 'low';
}

/** The same probability by the clinic's levels; null: those of the model stay. */
export function judgedBy(outcome: PhotoOutcome, levels: RiskLevels | null): PhotoOutcome {
  if (outcome.kind !== 'assessed' || levels === null) return outcome;
  return { ...outcome, level: levelOf(outcome.malignancy, levels), thresholds: levels };
}

/** @param kept every result that stands, oldest first; @param model the one in use: results of another are counted apart */
export function rehearsePhotos(
  kept: readonly KeptResult[],
  model: Pick<PhotoModel, 'version' | 'sha256'>,
  standing: RiskLevels,
  proposed: RiskLevels,
): PhotoRehearsal {
  const results = kept.filter(({ version, sha256 }) => version === model.version && sha256 === model.sha256);
  const histogram = new Array<number>(100).fill(0);
  for (const { malignancy } of results) {
    const bin = Math.min(99, Math.floor(malignancy * 100));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  const [oldest, newest] = [results.at(0), results.at(-1)];
  return {
    period: oldest === undefined || newest === undefined ? null : { fromMs: oldest.takenAtMs, toMs: newest.takenAtMs },
    patients: patientsOf(results),
    results: results.length,
    ofOtherVersions: kept.length - results.length,
    histogram,
    now: counted(results, standing),
    proposed: counted(results, proposed),
  };
}

function counted(results: readonly KeptResult[], levels: RiskLevels): LevelCounts {
  const at = (level: string): readonly KeptResult[] => results.filter(({ malignancy }) => levelOf(malignancy, levels) === level);
  const [low, moderate, high] = [at('low'), at('moderate'), at('high')];
  return {
    levels,
    low: low.length,
    moderate: moderate.length,
    high: high.length,
    patientsModerate: patientsOf([...moderate, ...high]),
    patientsHigh: patientsOf(high),
  };
}

const patientsOf = (results: readonly KeptResult[]): number => new Set(results.map(({ patientId }) => patientId)).size;

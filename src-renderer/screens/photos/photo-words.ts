// What is said of photos on screen, in one place.
import type { Photo, PhotoOutcome, PhotoRun, SkinSpot } from '../../../src-main/contract/photos.ts';
import { skinRegionWords } from '../../../src-main/vitals/skin-regions.ts';
import { percentText } from '../patient/receipt-model.ts';

export function spotWords({ region, detail }: Pick<SkinSpot, 'region' | 'detail'>): string {
  return detail === '' ? skinRegionWords(region) : `${skinRegionWords(region)}: ${detail}`;
}

/** The outcome of a kept photo in a few words. */
export function outcomeWords(outcome: PhotoOutcome): string {
  switch (outcome.kind) {
    case 'assessed':
      return `malignancy ${percentText(outcome.malignancy)}, ${outcome.level}`;
    case 'refused':
      return 'no result: the model declined';
    case 'not-assessed':
      return 'not assessed';
  }
}

/** The topology's hash outlives a training; the version does not. */
export function sameModel(one: ModelOfRun, other: ModelOfRun): boolean {
  return one?.sha256 === other?.sha256 && one?.version === other?.version;
}
type ModelOfRun = Pick<NonNullable<PhotoRun>, 'version' | 'sha256'> | null;

/** Change from one photo to another in percentage points; null where one of them has no result, or another model made it. */
export function changeWords(before: Photo, after: Photo): string | null {
  if (before.outcome.kind !== 'assessed' || after.outcome.kind !== 'assessed') return null;
  if (!sameModel(before.run, after.run)) return 'Results of different model versions cannot be compared.';
  const points = (after.outcome.malignancy - before.outcome.malignancy) * 100;
  const sign = points > 0 ? '+' : points < 0 ? '−' : '±';
  return `${sign}${Math.abs(points).toFixed(1)} percentage points`;
}

export const imageOf = (png: string): string => `data:image/png;base64,${png}`;

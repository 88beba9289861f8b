// What is said of photos on screen, in one place.
import type { Photo, PhotoOutcome, SkinSpot } from '../../../src-main/contract/photos.ts';
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

/** Change from one photo to another in percentage points; null where one of them has no result, or another model made it. */
export function changeWords(before: Photo, after: Photo): string | null {
  if (before.outcome.kind !== 'assessed' || after.outcome.kind !== 'assessed') return null;
  if (before.run?.sha256 !== after.run?.sha256) return 'Results of different model versions cannot be compared.';
  const points = (after.outcome.malignancy - before.outcome.malignancy) * 100;
  const sign = points > 0 ? '+' : points < 0 ? '−' : '±';
  return `${sign}${Math.abs(points).toFixed(1)} percentage points`;
}

export const imageOf = (png: string): string => `data:image/png;base64,${png}`;

// Levels of the skin model: where one begins, and a rehearsal that counts what stands and of this model only.
import { describe, expect, it } from 'vitest';
import type { PhotoOutcome } from '../../src-main/contract/photos.ts';
import type { KeptResult } from '../../src-main/risk/port.ts';
import { judgedBy, levelOf, rehearsePhotos } from '../../src-main/risk/vision/levels.ts';

const TRAINED = { moderate: 0.1, high: 0.4 };
const STRICTER = { moderate: 0.05, high: 0.25 };

describe('a level', () => {
  it('begins at its probability', () => {
    expect([0.0999, 0.1, 0.3999, 0.4].map((malignancy) => levelOf(malignancy, TRAINED))).toEqual([
      'low',
      'moderate',
      'moderate',
      'high',
    ]);
  });

  it('of the clinic replaces that of the model, and is told with the result; a refusal stays one', () => {
    const outcome: PhotoOutcome = {
      kind: 'assessed',
      malignancy: 0.3,
      level: 'moderate',
      thresholds: TRAINED,
      looksLike: 'mel',
      diagnoses: [],
    };
    expect(judgedBy(outcome, STRICTER)).toEqual({ ...outcome, level: 'high', thresholds: STRICTER });
    expect(judgedBy(outcome, null)).toEqual(outcome);
    const refused: PhotoOutcome = { kind: 'refused', reason: 'black', message: 'The picture is black.' };
    expect(judgedBy(refused, STRICTER)).toEqual(refused);
  });
});

describe('a rehearsal', () => {
  const MODEL = { version: '2.0.0', sha256: 'aa' };
  const kept = (patientId: number, takenAtMs: number, malignancy: number, version = '2.0.0'): KeptResult => ({
    patientId,
    takenAtMs,
    malignancy,
    version,
    sha256: 'aa',
  });
  const KEPT = [kept(1, 10, 0.9, '1.0.0'), kept(1, 20, 0.3), kept(1, 30, 0.06), kept(2, 40, 0.02), kept(3, 50, 1)];

  it('counts photos and patients by both pairs of levels', () => {
    expect(rehearsePhotos(KEPT, MODEL, TRAINED, STRICTER)).toMatchObject({
      period: { fromMs: 20, toMs: 50 },
      patients: 3,
      results: 4,
      now: { low: 2, moderate: 1, high: 1, patientsModerate: 2, patientsHigh: 1 },
      proposed: { low: 1, moderate: 1, high: 2, patientsModerate: 2, patientsHigh: 2 },
    });
  });

  it('leaves results of another version out, and says how many', () => {
    expect(rehearsePhotos(KEPT, MODEL, TRAINED, STRICTER).ofOtherVersions).toBe(1);
    expect(rehearsePhotos(KEPT.slice(0, 1), MODEL, TRAINED, STRICTER)).toMatchObject({
      period: null,
      results: 0,
      ofOtherVersions: 1,
    });
  });

  it('puts every result into one of a hundred bins', () => {
    const { histogram } = rehearsePhotos(KEPT, MODEL, TRAINED, STRICTER);
    expect([histogram[2], histogram[6], histogram[30], histogram[99]]).toEqual([1, 1, 1, 1]);
    expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(4);
  });
});

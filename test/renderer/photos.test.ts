// The crop square stays within its photo whatever is done to it; words for spots and changes.
import { describe, expect, it } from 'vitest';
import type { Photo } from '../../src-main/contract/photos.ts';
import { SKIN_REGIONS, skinRegionWords } from '../../src-main/vitals/skin-regions.ts';
import { cameraProblem } from '../../src-renderer/screens/photos/camera-problem.ts';
import { moved, resized, sizedAtCorner } from '../../src-renderer/screens/photos/crop-geometry.ts';
import { changeWords } from '../../src-renderer/screens/photos/photo-words.ts';
import { chanceFromEnvironment } from '../crash/seeded-random.ts';

describe('the crop square', () => {
  it('lies within the photo in whole pixels, whatever is done to it', () => {
    const chance = chanceFromEnvironment();
    const size = { widthPx: 643, heightPx: 411 };
    let crop = { x: 0, y: 0, side: 411 };
    for (let step = 0; step < 5000; step += 1) {
      const [dx, dy] = [chance.between(-900, 900), chance.between(-900, 900)];
      const corner = (['nw', 'ne', 'sw', 'se'] as const)[chance.whole(0, 4)] ?? 'nw';
      crop = chance.happens(0.3)
        ? moved(crop, dx, dy, size)
        : chance.happens(0.5)
          ? resized(crop, dx, size)
          : sizedAtCorner(crop, corner, dx, dy, size);
      const inside = crop.x >= 0 && crop.y >= 0 && crop.side >= 1 && crop.x + crop.side <= 643 && crop.y + crop.side <= 411;
      expect([inside, Object.values(crop).every(Number.isInteger)], `seed ${chance.seed}, ${JSON.stringify(crop)}`).toEqual([
        true,
        true,
      ]);
    }
  });

  it('sized at a corner keeps the opposite one', () => {
    const grown = sizedAtCorner({ x: 100, y: 100, side: 100 }, 'nw', -30, -10, { widthPx: 400, heightPx: 400 });
    expect(grown).toEqual({ x: 70, y: 70, side: 130 });
  });
});

describe('words', () => {
  it('name every region differently, the patient’s side first', () => {
    const words = SKIN_REGIONS.map(skinRegionWords);
    expect(new Set(words).size).toBe(SKIN_REGIONS.length);
    expect(words).toEqual(
      expect.arrayContaining([
        'Left forearm, back',
        'Right upper back',
        'Lower back',
        'Neck, front',
        'Right foot, sole',
        'Abdomen',
      ]),
    );
  });

  it('tell a change in percentage points only between results of one model', () => {
    const photo = (malignancy: number | null, sha256 = 'a', version = '1.0.0'): Photo =>
      ({
        outcome: malignancy === null ? { kind: 'refused' } : { kind: 'assessed', malignancy },
        run: { sha256, version },
      }) as unknown as Photo;
    expect(changeWords(photo(0.12), photo(0.634))).toBe('+51.4 percentage points');
    expect(changeWords(photo(0.5), photo(0.4))).toBe('−10.0 percentage points');
    expect(changeWords(photo(0.5), photo(null))).toBeNull();
    expect(changeWords(photo(0.5), photo(0.6, 'b'))).toMatch(/different model versions cannot be compared/);
    // The topology is the same file after another training.
    expect(changeWords(photo(0.5), photo(0.6, 'a', '2.0.0'))).toMatch(/different model versions cannot be compared/);
  });

  it('say why a camera cannot be used, and what to do', () => {
    const named = (name: string): Error => Object.assign(new Error('x'), { name });
    expect(cameraProblem(named('NotFoundError'), true)).toMatch(/There is no camera\. Connect one/);
    expect(cameraProblem(named('NotAllowedError'), true)).toMatch(/was not allowed\. Allow it/);
    expect(cameraProblem(named('NotReadableError'), true)).toMatch(/Another program is using the camera/);
    expect(cameraProblem(new Error('x'), false)).toMatch(/only over https or on this computer itself/);
  });
});

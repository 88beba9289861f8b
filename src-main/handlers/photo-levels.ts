// The skin model as the clinic uses it: which it is, and from which probability on a photo is called moderate or high.
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleEvent } from '../contract/events.ts';
import type { RiskLevels } from '../contract/models.ts';
import type { PhotoModel } from '../contract/photos.ts';
import { rehearsePhotos } from '../risk/vision/levels.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import type { Vision } from '../threads/vision.ts';
import { by, type Handlers } from './handler.ts';

export interface PhotoLevelParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly vision: Pick<Vision, 'info'>;
  readonly now: () => number;
  readonly emit: (event: ConsoleEvent) => void;
}

export type PhotoLevelHandlers = Pick<Handlers, 'photo.model' | 'photo.setLevels' | 'photo.rehearseLevels'>;

export function photoLevelHandlers({ reads, writes, vision, now, emit }: PhotoLevelParts): PhotoLevelHandlers {
  /** With the levels in force here. */
  async function model(): Promise<PhotoModel> {
    const [info, levels] = await Promise.all([vision.info(), reads.skinLevels()]);
    return { ...info, thresholds: info.defaultThresholds === null ? null : (levels ?? info.defaultThresholds) };
  }

  /** @throws ConsoleError `unavailable` where there is no model whose levels these would be */
  async function levelled(): Promise<PhotoModel & { readonly thresholds: RiskLevels }> {
    const found = await model();
    const { thresholds } = found;
    if (thresholds === null) throw new ConsoleError('unavailable', found.problem);
    return { ...found, thresholds };
  }

  return {
    'photo.model': model,
    'photo.setLevels': async ({ levels }, caller) => {
      const { thresholds: standing } = await levelled();
      await writes.saveSkinLevels({ ...by(caller, now()), levels, standing });
      const changed = await model();
      emit({ name: 'photo.modelChanged', payload: changed });
      return changed;
    },
    'photo.rehearseLevels': async ({ levels }) => {
      const { thresholds: standing, ...used } = await levelled();
      return rehearsePhotos(await reads.photoResults(), used, standing, levels);
    },
  };
}

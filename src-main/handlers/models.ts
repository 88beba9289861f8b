// The models: which there are, what was measured of them, and from which probability on this clinic calls a risk moderate or high.
import type { Alarms } from '../alarms/alarms.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { ConsoleEvent } from '../contract/events.ts';
import type { ModelInfo } from '../contract/models.ts';
import { loadModelFacts } from '../risk/model-facts.ts';
import type { Remote, StoreWrites } from '../store/ports.ts';
import { by, type HandlersOf } from './handler.ts';
import type { Rehearsals } from './rehearsals.ts';

export interface ModelParts {
  readonly writes: Remote<StoreWrites>;
  readonly alarms: Alarms;
  readonly rehearsals: Rehearsals;
  readonly modelsDir: string;
  readonly now: () => number;
  readonly emit: (event: ConsoleEvent) => void;
}

export function modelHandlers({ writes, alarms, rehearsals, modelsDir, now, emit }: ModelParts): HandlersOf<'model'> {
  /** @throws ConsoleError `not_found` */
  async function known(name: string): Promise<ModelInfo> {
    const model = (await writes.models()).find((each) => each.name === name);
    if (model === undefined)
      throw new ConsoleError('not_found', `There is no model "${name}" here.`, { field: 'model', value: name });
    return model;
  }

  return {
    'model.list': async () => [...(await writes.models())],
    'model.facts': ({ model }) => loadModelFacts(modelsDir, model),
    'model.rehearseLevels': async ({ model, levels }) => rehearsals.levels(model, (await known(model)).thresholds, levels),
    'model.setLevels': async ({ model, levels }, caller) => {
      const { thresholds: standing } = await known(model);
      await writes.saveRiskLevels({ ...by(caller, now()), model, levels, standing });
      const changed = await known(model);
      alarms.riskLevelsChanged(model, changed.thresholds);
      emit({ name: 'model.changed', payload: changed });
      return changed;
    },
  };
}

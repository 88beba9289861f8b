// The levels of a model that reads values, with a rehearsal on the results of the last two weeks, alarms included.
import type { ReactElement } from 'react';
import type { LevelOutcome, ModelInfo, RiskLevels } from '../../../src-main/contract/models.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { levelRehearsalWords, perDayText } from '../models/model-words.ts';
import { LevelRehearsal } from './level-rehearsal.tsx';
import { LevelsDialog } from './levels-dialog.tsx';

interface RiskLevelsDialogProps {
  readonly model: ModelInfo;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function RiskLevelsDialog({ model, onClose, onSaved }: RiskLevelsDialogProps): ReactElement {
  const { run, pending, error } = useCommand('model.setLevels');
  const save = async (levels: RiskLevels | null): Promise<RiskLevels | null> =>
    (await run({ model: model.name, levels }))?.thresholds ?? null;
  return (
    <LevelsDialog
      model={model}
      about="The levels hold for results from now on, and the ward’s alarm is raised where high begins. Results that are stored keep the levels they were made by."
      saving={{ save, pending, error }}
      rehearsal={(levels) => <Rehearsal model={model} levels={levels} />}
      onClose={onClose}
      onSaved={onSaved}
    />
  );
}

function Rehearsal({ model, levels }: { readonly model: ModelInfo; readonly levels: RiskLevels }): ReactElement {
  const { data, error, reload } = useAnswer('model.rehearseLevels', { model: model.name, levels });
  return (
    <LevelRehearsal
      rehearsal={data}
      asked={{ error, reload }}
      words={data === null ? '' : levelRehearsalWords(data)}
      counted="Results"
      further={data === null ? [] : [['Alarms', alarms(data.now), alarms(data.proposed)]]}
      note="Stored results, judged again as if each had come when it was scored; a device that streams is scored all the time and stored every 15 s, so one hour at a level is about 240 results. Patients with a limit of their own keep it."
    />
  );
}

const alarms = ({ alarms: count, alarmsPerDay }: LevelOutcome): string => `${count}, ${perDayText(alarmsPerDay)} a day`;

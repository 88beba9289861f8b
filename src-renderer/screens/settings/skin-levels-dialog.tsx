// The levels of the skin model, with a rehearsal on the photos that were kept.
import type { ReactElement } from 'react';
import type { RiskLevels } from '../../../src-main/contract/models.ts';
import { dateText } from '../../charts/clinic-time.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { useSettings } from '../../stores/settings.ts';
import { otherVersionsWords, photoRehearsalWords } from '../models/model-words.ts';
import { LevelRehearsal } from './level-rehearsal.tsx';
import { type LevelledModel, LevelsDialog } from './levels-dialog.tsx';

interface SkinLevelsDialogProps {
  readonly model: LevelledModel;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function SkinLevelsDialog({ model, onClose, onSaved }: SkinLevelsDialogProps): ReactElement {
  const { run, pending, error } = useCommand('photo.setLevels');
  const save = async (levels: RiskLevels | null): Promise<RiskLevels | null> => (await run({ levels }))?.thresholds ?? null;
  return (
    <LevelsDialog
      model={model}
      about="The levels hold for photos assessed from now on. Photos that are kept keep the levels they were judged by. A photo raises no alarm: whoever takes it sees its level."
      saving={{ save, pending, error }}
      rehearsal={(levels) => <Rehearsal levels={levels} />}
      onClose={onClose}
      onSaved={onSaved}
    />
  );
}

function Rehearsal({ levels }: { readonly levels: RiskLevels }): ReactElement {
  const { data, error, reload } = useAnswer('photo.rehearseLevels', { levels });
  const timeZone = useSettings(({ settings }) => settings.timeZone);
  return (
    <LevelRehearsal
      rehearsal={data}
      asked={{ error, reload }}
      words={data === null ? '' : photoRehearsalWords(data, (atMs) => dateText(atMs, timeZone))}
      counted="Photos"
      note={`Every photo that was kept and not retracted, judged again. ${data === null ? '' : otherVersionsWords(data.ofOtherVersions)}`}
    />
  );
}

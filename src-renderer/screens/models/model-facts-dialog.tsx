// The measured performance of any model, one click away: asks the console and shows the panel.
import { Skeleton } from '@mantine/core';
import type { ReactElement } from 'react';
import type { RiskLevels } from '../../../src-main/contract/models.ts';
import { useAnswer } from '../../client/use-command.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { useColours } from '../patient/use-colours.ts';
import { ModelFactsPanel } from './model-facts-panel.tsx';

interface ModelFactsDialogProps {
  /** Name of its folder: `heart`, `skin`. */
  readonly model: string;
  readonly title: string;
  readonly levels: RiskLevels | null;
  readonly onClose: () => void;
}

export function ModelFactsDialog({ model, title, levels, onClose }: ModelFactsDialogProps): ReactElement {
  const { data, error, reload } = useAnswer('model.facts', { model });
  const colours = useColours();
  return (
    <Dialog opened onClose={onClose} title={`${title}: how well it does`} size="xl">
      {data === null ? (
        error === null ? (
          <Skeleton height={420} radius="lg" />
        ) : (
          <ErrorNotice error={error} retry={reload} />
        )
      ) : (
        <ModelFactsPanel facts={data} levels={levels} colours={colours} />
      )}
    </Dialog>
  );
}

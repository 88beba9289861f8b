// The skin model among the others: how well it does, what it runs on, whom it is for, and its licence.
import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconAlertTriangle, IconChartDots, IconCircleCheck, IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { PhotoModel } from '../../../src-main/contract/photos.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { ModelFactsDialog } from '../models/model-facts-dialog.tsx';
import { shareText } from '../models/model-words.ts';
import type { LevelledModel } from './levels-dialog.tsx';
import { sameLevels } from './levels-form.ts';
import classes from './settings.module.css';
import { SkinLevelsDialog } from './skin-levels-dialog.tsx';

export function SkinModelCard({ admin }: { readonly admin: boolean }) {
  const { data, error, reload } = useAnswer('photo.model', {});
  const [open, setOpen] = useState<'facts' | 'levels' | null>(null);
  const close = (): void => setOpen(null);
  if (data === null) return error === null ? <Skeleton height={300} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  const levels = levelled(data);
  return (
    <article className={`hs-card ${classes.model}`}>
      <div>
        <h2 className={classes.heading}>{data.title}</h2>
        <Text size="sm" c="dimmed">
          {data.state === 'left-out' ? 'Photos of the skin' : `${data.kind}, version ${data.version}; reads photos of the skin`}
        </Text>
      </div>
      <State model={data} />
      {data.state === 'left-out' ? null : (
        <>
          <dl className={classes.facts}>
            {levels === null ? null : (
              <>
                <dt>Moderate from</dt>
                <dd>{shareText(levels.thresholds.moderate)}</dd>
                <dt>High from</dt>
                <dd>
                  {shareText(levels.thresholds.high)}
                  {!sameLevels(levels.thresholds, levels.defaultThresholds) && ' (set by your clinic)'}
                </dd>
              </>
            )}
            <dt>Made for</dt>
            <dd>{data.population}</dd>
            <dt>Licence</dt>
            <dd>{data.licence}</dd>
            <dt>Runs on</dt>
            <dd>{data.backend || 'nothing at present'}</dd>
            <dt>Performance</dt>
            <dd>{data.performance}</dd>
            <dt>SHA-256</dt>
            <dd className={classes.hash}>{data.sha256}</dd>
          </dl>
          <Group gap="xs">
            <Button
              size="sm"
              variant="default"
              leftSection={<IconChartDots size={18} aria-hidden="true" />}
              aria-label={`How well it does: ${data.title}`}
              onClick={() => setOpen('facts')}
            >
              How well it does
            </Button>
            {admin && levels !== null && (
              <Button
                size="sm"
                variant="default"
                leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden="true" />}
                aria-label={`Change levels: ${data.title}`}
                onClick={() => setOpen('levels')}
              >
                Change levels
              </Button>
            )}
          </Group>
        </>
      )}
      {open === 'facts' && <ModelFactsDialog model="skin" title={data.title} levels={data.thresholds} onClose={close} />}
      {open === 'levels' && levels !== null && <SkinLevelsDialog model={levels} onClose={close} onSaved={reload} />}
    </article>
  );
}

/** Null for a model that is not here, or whose row of the manifest cannot be read. */
function levelled({ title, thresholds, defaultThresholds }: PhotoModel): LevelledModel | null {
  return thresholds === null || defaultThresholds === null ? null : { name: 'skin', title, thresholds, defaultThresholds };
}

function State({ model }: { readonly model: PhotoModel }) {
  switch (model.state) {
    case 'ready':
      return (
        <span className={classes.fact}>
          <IconCircleCheck size={18} aria-hidden="true" />
          In use
        </span>
      );
    case 'left-out':
      return (
        <Alert color="brand" variant="light" icon={<IconPhotoOff />} title="Not in this build">
          {model.problem}
        </Alert>
      );
    case 'unusable':
      return (
        <Alert color="red" icon={<IconAlertTriangle />} title="Not in use">
          {model.problem}
        </Alert>
      );
  }
}

// The skin model among the others: how well it does, what it runs on, whom it is for, and its licence.
import { Alert, Button, Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle, IconChartDots, IconCircleCheck, IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { PhotoModel } from '../../../src-main/contract/photos.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { ModelFactsDialog } from '../models/model-facts-dialog.tsx';
import { shareText } from '../models/model-words.ts';
import classes from './settings.module.css';

export function SkinModelCard() {
  const { data, error, reload } = useAnswer('photo.model', {});
  const [facts, setFacts] = useState(false);
  if (data === null) return error === null ? <Skeleton height={300} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
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
            <dt>Performance</dt>
            <dd>{data.performance}</dd>
            {data.thresholds === null ? null : (
              <>
                <dt>Moderate from</dt>
                <dd>{shareText(data.thresholds.moderate)}</dd>
                <dt>High from</dt>
                <dd>{shareText(data.thresholds.high)}</dd>
              </>
            )}
            <dt>Made for</dt>
            <dd>{data.population}</dd>
            <dt>Licence</dt>
            <dd>{data.licence}</dd>
            <dt>Runs on</dt>
            <dd>{data.backend || 'nothing at present'}</dd>
            <dt>SHA-256</dt>
            <dd className={classes.hash}>{data.sha256}</dd>
          </dl>
          <div>
            <Button
              size="sm"
              variant="default"
              leftSection={<IconChartDots size={18} aria-hidden="true" />}
              aria-label={`How well it does: ${data.title}`}
              onClick={() => setFacts(true)}
            >
              How well it does
            </Button>
          </div>
        </>
      )}
      {facts && <ModelFactsDialog model="skin" title={data.title} levels={data.thresholds} onClose={() => setFacts(false)} />}
    </article>
  );
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

// The risk models in use: what they need, how well they did, and why one is not in use.
import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ModelInfo } from '../../../src-main/contract/models.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { inputTitle } from '../patient/model-inputs.ts';
import classes from './settings.module.css';

export function ModelsSection() {
  const { data, error, reload } = useAnswer('model.list', {});
  if (data === null) return error === null ? <Skeleton height={360} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  return (
    <Stack>
      <Text c="dimmed" maw={720}>
        A model that lacks what it needs gives no score and says what is missing. Scores support a decision; they never make one.
      </Text>
      <div className={classes.models}>
        {data.map((model) => (
          <ModelCard key={model.name} model={model} />
        ))}
      </div>
    </Stack>
  );
}

function ModelCard({ model }: { readonly model: ModelInfo }) {
  const percent = (share: number): string => `${Math.round(share * 100)}%`;
  return (
    <article className={`hs-card ${classes.model}`}>
      <div>
        <h2 className={classes.heading}>{model.title}</h2>
        <Text size="sm" c="dimmed">
          {model.kind}, version {model.version}
        </Text>
      </div>
      {model.problem === null ? (
        <span className={classes.fact}>
          <IconCircleCheck size={18} aria-hidden="true" />
          In use
        </span>
      ) : (
        <Alert color="red" icon={<IconAlertTriangle />} title="Not in use">
          {model.problem}
        </Alert>
      )}
      <dl className={classes.facts}>
        <dt>Performance</dt>
        <dd>{model.performance}</dd>
        <dt>Moderate from</dt>
        <dd>{percent(model.thresholds.moderate)}</dd>
        <dt>High from</dt>
        <dd>{percent(model.thresholds.high)}</dd>
        <dt>Needs</dt>
        <dd>{model.requiredInputs.map(inputTitle).join(', ') || 'nothing'}</dd>
        <dt>Better with</dt>
        <dd>{model.optionalInputs.map(inputTitle).join(', ') || 'nothing more'}</dd>
        <dt>SHA-256</dt>
        <dd className={classes.hash}>{model.sha256}</dd>
      </dl>
    </article>
  );
}

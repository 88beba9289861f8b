// The risk models in use: what they need, how well they did, and why one is not in use.
import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconAlertTriangle, IconChartDots, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ModelInfo } from '../../../src-main/contract/models.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { ModelFactsDialog } from '../models/model-facts-dialog.tsx';
import { shareText } from '../models/model-words.ts';
import { inputTitle } from '../patient/model-inputs.ts';
import { sameLevels } from './levels-form.ts';
import { RiskLevelsDialog } from './risk-levels-dialog.tsx';
import classes from './settings.module.css';
import { SkinModelCard } from './skin-model-card.tsx';

export function ModelsSection({ admin }: { readonly admin: boolean }) {
  const { data, error, reload } = useAnswer('model.list', {});
  const [open, setOpen] = useState<{ readonly model: ModelInfo; readonly what: 'facts' | 'levels' } | null>(null);
  const close = (): void => setOpen(null);
  if (data === null) return error === null ? <Skeleton height={360} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  return (
    <Stack>
      <Text c="dimmed" maw={720}>
        A model that lacks what it needs gives no score and says what is missing. Scores support a decision; they never make one.
      </Text>
      <div className={classes.models}>
        {data.map((model) => (
          <ModelCard key={model.name} model={model} admin={admin} onOpen={(what) => setOpen({ model, what })} />
        ))}
        <SkinModelCard admin={admin} />
      </div>
      {open?.what === 'facts' && (
        <ModelFactsDialog model={open.model.name} title={open.model.title} levels={open.model.thresholds} onClose={close} />
      )}
      {open?.what === 'levels' && <RiskLevelsDialog model={open.model} onClose={close} onSaved={reload} />}
    </Stack>
  );
}

interface ModelCardProps {
  readonly model: ModelInfo;
  readonly admin: boolean;
  readonly onOpen: (what: 'facts' | 'levels') => void;
}

function ModelCard({ model, admin, onOpen }: ModelCardProps) {
  const own = !sameLevels(model.thresholds, model.defaultThresholds);
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
        <dt>Moderate from</dt>
        <dd>{shareText(model.thresholds.moderate)}</dd>
        <dt>High from</dt>
        <dd>
          {shareText(model.thresholds.high)}
          {own && ' (set by your clinic)'}
        </dd>
        <dt>Needs</dt>
        <dd>{model.requiredInputs.map(inputTitle).join(', ') || 'nothing'}</dd>
        <dt>Better with</dt>
        <dd>{model.optionalInputs.map(inputTitle).join(', ') || 'nothing more'}</dd>
        <dt>Performance</dt>
        <dd>{model.performance}</dd>
        <dt>SHA-256</dt>
        <dd className={classes.hash}>{model.sha256}</dd>
      </dl>
      <Group gap="xs">
        <Button
          size="sm"
          variant="default"
          leftSection={<IconChartDots size={18} aria-hidden="true" />}
          aria-label={`How well it does: ${model.title}`}
          onClick={() => onOpen('facts')}
        >
          How well it does
        </Button>
        {admin && (
          <Button
            size="sm"
            variant="default"
            leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden="true" />}
            aria-label={`Change levels: ${model.title}`}
            onClick={() => onOpen('levels')}
          >
            Change levels
          </Button>
        )}
      </Group>
    </article>
  );
}

// One model's present result: level as a word, probability between its thresholds, when it was scored, or what it lacks.
import { Button, Text } from '@mantine/core';
import { IconPencilPlus, IconReceipt } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { ModelInfo, Prediction } from '../../../src-main/contract/models.ts';
import type { ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { clockText } from '../../charts/clinic-time.ts';
import { ageWords } from '../../stores/freshness.ts';
import { levelsText } from '../models/model-words.ts';
import { LevelWord } from './level-word.tsx';
import { fieldsFor, helpful, inputTitle, needed } from './model-inputs.ts';
import { percentText } from './receipt-model.ts';
import classes from './risk-card.module.css';
import type { Here } from './use-patient.ts';

interface RiskCardProps {
  readonly title: string;
  readonly prediction: Prediction | undefined;
  readonly model: ModelInfo | undefined;
  readonly chosen: boolean;
  readonly here: Here;
  readonly onChoose: () => void;
  readonly onEnter: (fields: readonly ObservationKind[]) => void;
}

export function RiskCard({ title, prediction, model, chosen, here, onChoose, onEnter }: RiskCardProps): ReactElement {
  return (
    <article className={classes.card} data-chosen={chosen || undefined} data-old={here.connected ? undefined : true}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {prediction ? <LevelWord level={prediction.level} size="large" /> : null}
      </div>
      {model?.problem ? (
        <Text size="sm" className={classes.problem}>
          Not in use: {model.problem}
        </Text>
      ) : null}
      {!prediction ? <Text c="dimmed">Not scored yet</Text> : null}
      {prediction && prediction.probability !== null ? (
        <>
          <div className={classes.figure}>
            {percentText(prediction.probability)}
            <span className={classes.figureNote}>probability</span>
          </div>
          {model ? <Gauge probability={prediction.probability} thresholds={model.thresholds} /> : null}
        </>
      ) : null}
      {prediction && prediction.probability === null ? <Abstained prediction={prediction} model={model} /> : null}
      {prediction ? (
        <Text size="sm" c="dimmed">
          {prediction.probability === null ? 'Tried' : 'Scored'} {ageWords(here.nowMs - prediction.scoredAtMs)} ago, at{' '}
          {clockText(prediction.scoredAtMs, here.settings.timeZone)}
        </Text>
      ) : null}
      <div className={classes.actions}>
        <Button
          size="sm"
          variant={chosen ? 'light' : 'default'}
          leftSection={<IconReceipt size={17} />}
          aria-pressed={chosen}
          onClick={onChoose}
        >
          {chosen ? 'Receipt below' : 'Show receipt'}
        </Button>
        {prediction && fieldsFor(prediction.missing).length > 0 ? (
          <EnterButton prediction={prediction} model={model} onEnter={onEnter} />
        ) : null}
      </div>
    </article>
  );
}

function Abstained({
  prediction,
  model,
}: {
  readonly prediction: Prediction;
  readonly model: ModelInfo | undefined;
}): ReactElement {
  return (
    <div className={classes.abstained}>
      <Text fw={650}>No result: the model needs</Text>
      <ul className={classes.list}>
        {needed(prediction, model).map((name) => (
          <li key={name}>{inputTitle(name)}</li>
        ))}
      </ul>
    </div>
  );
}

interface EnterButtonProps {
  readonly prediction: Prediction;
  readonly model: ModelInfo | undefined;
  readonly onEnter: (fields: readonly ObservationKind[]) => void;
}

function EnterButton({ prediction, model, onEnter }: EnterButtonProps): ReactElement | null {
  const abstained = prediction.probability === null;
  const names = abstained ? needed(prediction, model) : helpful(prediction, model);
  const fields = fieldsFor(names.length > 0 ? names : prediction.missing);
  if (fields.length === 0) return null;
  return (
    <Button
      size="sm"
      variant={abstained ? 'filled' : 'subtle'}
      leftSection={<IconPencilPlus size={17} />}
      onClick={() => onEnter(fields)}
    >
      {abstained ? 'Enter what is missing' : `Add ${names.length} missing`}
    </Button>
  );
}

/** 0 to 100 % with the two thresholds as marks; decoration beside the numbers, so it is not read aloud. */
export function Gauge({
  probability,
  thresholds,
  words = levelsText(thresholds),
}: {
  readonly probability: number;
  readonly thresholds: ModelInfo['thresholds'];
  /** Said below it; where the thresholds lie, where left out. */
  readonly words?: string;
}): ReactElement {
  const at = (share: number): string => `${Math.min(100, Math.max(0, share * 100))}%`;
  return (
    <div className={classes.gauge}>
      <div className={classes.track} aria-hidden="true">
        <div className={classes.moderate} style={{ left: at(thresholds.moderate), right: at(1 - thresholds.high) }} />
        <div className={classes.high} style={{ left: at(thresholds.high) }} />
        <div className={classes.needle} style={{ left: at(probability) }} />
      </div>
      <Text size="xs" c="dimmed">
        {words}
      </Text>
    </div>
  );
}

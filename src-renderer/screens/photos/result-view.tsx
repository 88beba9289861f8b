// What was made of one photo: a result with its probabilities, a refusal with what to do, or why there is neither.
import { Alert, Button, Text } from '@mantine/core';
import { IconChartDots, IconEyeOff, IconPhotoOff } from '@tabler/icons-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { RiskLevels } from '../../../src-main/contract/models.ts';
import type { PhotoModel, PhotoOutcome, PhotoRun } from '../../../src-main/contract/photos.ts';
import { LESIONS, MALIGNANCY_WORDS } from '../../../src-main/vitals/lesions.ts';
import { ModelFactsDialog } from '../models/model-facts-dialog.tsx';
import { levelsThenAndNow } from '../models/model-words.ts';
import { LevelWord } from '../patient/level-word.tsx';
import { percentText } from '../patient/receipt-model.ts';
import { Gauge } from '../patient/risk-card.tsx';
import { sameModel } from './photo-words.ts';
import classes from './photos.module.css';

interface ResultViewProps {
  readonly outcome: PhotoOutcome;
  readonly run: PhotoRun;
  /** Age of the photo, who took it in, and the like. */
  readonly about: ReactNode;
  /** Of the model that is installed now; null while it is not known. */
  readonly model: PhotoModel | null;
}

export function ResultView({ outcome, run, about, model }: ResultViewProps): ReactElement {
  const [facts, setFacts] = useState(false);
  return (
    <div className={classes.result}>
      <Outcome outcome={outcome} now={model?.thresholds ?? null} />
      <Text size="sm">{about}</Text>
      {run === null ? null : (
        <Text size="xs" c="dimmed" className={classes.run ?? ''}>
          Model version {run.version}, SHA-256 <code title={run.sha256}>{run.sha256.slice(0, 12)}</code>…, {Math.round(run.runMs)}{' '}
          ms on {run.backend}
          {model !== null && model.sha256 !== '' && !sameModel(model, run) ? '. Another version is installed now.' : null}
        </Text>
      )}
      {outcome.kind === 'assessed' ? (
        <>
          <Text size="xs" c="dimmed">
            Decision support, not a diagnosis: for dermatoscope photos only, and measured mostly on light skin. A low probability
            does not rule anything out. {model?.licence}
          </Text>
          {model?.state === 'ready' ? (
            <div>
              <Button size="compact-sm" variant="subtle" leftSection={<IconChartDots size={16} />} onClick={() => setFacts(true)}>
                How well the model does
              </Button>
            </div>
          ) : null}
          {facts && model !== null ? (
            <ModelFactsDialog
              model="skin"
              title={model.title}
              levels={model.thresholds ?? outcome.thresholds}
              onClose={() => setFacts(false)}
            />
          ) : null}
        </>
      ) : null}
    </div>
  );
}

function Outcome({ outcome, now }: { readonly outcome: PhotoOutcome; readonly now: RiskLevels | null }): ReactElement {
  switch (outcome.kind) {
    case 'assessed':
      return <Assessed outcome={outcome} levels={levelsThenAndNow(outcome.thresholds, now, 'assessed')} />;
    case 'refused':
      return (
        <Alert color="yellow" variant="light" icon={<IconEyeOff />} title="No result: the model declines this picture">
          {outcome.message}
        </Alert>
      );
    case 'not-assessed':
      return (
        <Alert color="brand" variant="light" icon={<IconPhotoOff />} title="Not assessed">
          {outcome.message}
        </Alert>
      );
  }
}

interface AssessedProps {
  readonly outcome: Extract<PhotoOutcome, { readonly kind: 'assessed' }>;
  /** The levels it was judged by, and those of now where they have changed. */
  readonly levels: string;
}

function Assessed({ outcome, levels }: AssessedProps): ReactElement {
  return (
    <>
      <div className={classes.figureRow}>
        <span className={classes.figure}>{percentText(outcome.malignancy)}</span>
        <LevelWord level={outcome.level} size="large" />
      </div>
      <Text>probability of malignancy: {MALIGNANCY_WORDS}</Text>
      <Text size="sm">
        Looks most like <b>{LESIONS[outcome.looksLike].title.toLowerCase()}</b>, were all seven equally common.
      </Text>
      <Gauge probability={outcome.malignancy} thresholds={outcome.thresholds} words={levels} />
      <table className={classes.bars}>
        <caption>Probability of each of the seven diagnoses the model knows</caption>
        <tbody>
          {outcome.diagnoses.map(({ code, probability }) => {
            const { title, also, malignant } = LESIONS[code];
            return (
              <tr key={code}>
                <th scope="row">
                  {title}
                  {malignant ? <span className={classes.malignant}>malignant</span> : null}
                  {also === '' ? null : <span className={classes.also}>{also}</span>}
                </th>
                <td>
                  <span
                    className={classes.bar}
                    data-malignant={malignant || undefined}
                    style={{ width: `${probability * 100}%` }}
                    aria-hidden="true"
                  />
                </td>
                <td>{percentText(probability)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

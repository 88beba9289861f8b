// What was measured of a model and for whom it is meant: figures, calibration, levels, groups, limits, and its whole card.
import { Alert, Button, Stack, Table, Text } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { type ReactElement, type ReactNode, useId, useMemo, useState } from 'react';
import type { ModelFacts, ModelGroup, RiskLevels } from '../../../src-main/contract/models.ts';
import { Chart } from '../../charts/chart.tsx';
import { reliabilityOption, reliabilityTable } from '../../charts/model-charts.ts';
import type { ChartColours } from '../../charts/palette.ts';
import { Markdown } from '../../components/markdown.tsx';
import shared from '../settings/settings.module.css';
import { performanceAt, performanceWords, shareText } from './model-words.ts';
import classes from './models.module.css';

interface ModelFactsPanelProps {
  readonly facts: ModelFacts;
  /** In force here; null for a model without levels. */
  readonly levels: RiskLevels | null;
  readonly colours: ChartColours;
}

export function ModelFactsPanel({ facts, levels, colours }: ModelFactsPanelProps): ReactElement {
  const [card, setCard] = useState(false);
  const cardId = useId();
  const option = useMemo(() => reliabilityOption(facts.reliability, colours), [facts.reliability, colours]);
  return (
    <Stack gap="md">
      <div>
        {facts.outcome === '' ? null : (
          <Text>
            Its probability is that of: <b>{facts.outcome}</b>.
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {facts.evaluation}; {facts.n.toLocaleString('en-GB')} rows, {facts.positives.toLocaleString('en-GB')} with the outcome.
        </Text>
      </div>
      <Alert color="yellow" variant="light" title="For whom it was made">
        {facts.population} <Markdown source={facts.limits} firstOrder={4} />
      </Alert>
      <Part title="How well it does">
        <dl className={classes.figures}>
          {facts.figures.map(({ title, value, low, high, help }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>
                <b>{value.toFixed(3)}</b>
                {low === null || high === null ? null : (
                  <span className={classes.quiet}>
                    {' '}
                    95% interval {low.toFixed(3)} to {high.toFixed(3)}
                  </span>
                )}
                <div className={classes.quiet}>{help}</div>
              </dd>
            </div>
          ))}
        </dl>
      </Part>
      {facts.reliability.length === 0 ? null : (
        <Part title="Does what it says come true?">
          <Chart
            option={option}
            height={300}
            description={reliabilityWords(facts)}
            table={() => reliabilityTable(facts.reliability)}
          />
          <Text size="sm" c="dimmed">
            Each point is a group of results: along, the probability the model said; up, the share that had the outcome. On the
            dashed line both agree; below it the model says too much.
          </Text>
        </Part>
      )}
      {levels === null || facts.operatingPoints.length === 0 ? null : (
        <Part title="What each level finds, and how often it is wrong">
          <ul className={classes.plainList}>
            {(['moderate', 'high'] as const).map((level) => (
              <li key={level}>
                <b>
                  {level} from {shareText(levels[level])}
                </b>
                : {performanceWords(performanceAt(facts.operatingPoints, levels[level]))}
              </li>
            ))}
          </ul>
          {facts.levelsChosenBy === '' ? null : (
            <Text size="sm" c="dimmed">
              The levels it was trained with were chosen so: {facts.levelsChosenBy}.
            </Text>
          )}
        </Part>
      )}
      {facts.groups.map(({ title, rows }) => (
        <Part key={title} title={title}>
          <GroupTable title={title} rows={rows} />
        </Part>
      ))}
      {facts.inputs.length === 0 ? null : (
        <Part title="What it reads">
          <InputTable facts={facts} />
        </Part>
      )}
      {facts.use === '' ? null : (
        <Part title="Use">
          <Markdown source={facts.use} firstOrder={4} />
        </Part>
      )}
      {facts.licence === '' ? null : (
        <Part title="Data and licence">
          <Markdown source={facts.licence} firstOrder={4} />
        </Part>
      )}
      <dl className={shared.facts}>
        <dt>Model</dt>
        <dd>{[facts.kind, `version ${facts.version}`].filter((part) => part !== '').join(', ')}</dd>
        {facts.sha256 === '' ? null : (
          <>
            <dt>SHA-256</dt>
            <dd className={shared.hash}>{facts.sha256}</dd>
          </>
        )}
      </dl>
      <div>
        <Button
          variant="default"
          leftSection={<IconFileText size={18} aria-hidden="true" />}
          aria-expanded={card}
          aria-controls={cardId}
          onClick={() => setCard(!card)}
        >
          {card ? 'Hide the whole model card' : 'Read the whole model card'}
        </Button>
        <div id={cardId} hidden={!card} className={classes.modelCard}>
          {card ? <Markdown source={facts.card} firstOrder={3} /> : null}
        </div>
      </div>
    </Stack>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section aria-label={title}>
      <h3 className={classes.heading}>{title}</h3>
      {children}
    </section>
  );
}

function GroupTable({ title, rows }: { readonly title: string; readonly rows: readonly ModelGroup[] }): ReactElement {
  return (
    <Table.ScrollContainer minWidth={460}>
      <Table verticalSpacing={4} fz="sm" aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Group</Table.Th>
            <Table.Th>Rows</Table.Th>
            <Table.Th>With the outcome</Table.Th>
            <Table.Th>AUC (95% interval)</Table.Th>
            <Table.Th>Calibration error</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td>{row.n.toLocaleString('en-GB')}</Table.Td>
              <Table.Td>{row.positives.toLocaleString('en-GB')}</Table.Td>
              <Table.Td>{aucWords(row)}</Table.Td>
              <Table.Td>{row.ece === null ? '–' : row.ece.toFixed(3)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function aucWords({ auc, aucLow, aucHigh }: ModelGroup): string {
  if (auc === null) return 'not to be told: too few, or only one outcome';
  return aucLow === null || aucHigh === null
    ? auc.toFixed(3)
    : `${auc.toFixed(3)} (${aucLow.toFixed(3)} to ${aucHigh.toFixed(3)})`;
}

function InputTable({ facts }: { readonly facts: ModelFacts }): ReactElement {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing={4} fz="sm" aria-label="Inputs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Input</Table.Th>
            <Table.Th>Seen in training</Table.Th>
            <Table.Th>What it is</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {facts.inputs.map((input) => (
            <Table.Tr key={input.name}>
              <Table.Td>
                {input.title}
                {input.required ? <div className={classes.quiet}>required</div> : null}
              </Table.Td>
              <Table.Td className={classes.nowrap ?? ''}>
                {input.low === null || input.high === null ? 'a choice' : `${input.low} to ${input.high} ${input.unit}`.trimEnd()}
              </Table.Td>
              <Table.Td>{input.description}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function reliabilityWords({ reliability }: ModelFacts): string {
  const parts = reliability.map(
    ({ meanProbability, observedRate }) => `said ${shareText(meanProbability)}, came true ${shareText(observedRate)}`,
  );
  return `Calibration in ${reliability.length} groups: ${parts.join('; ')}`;
}

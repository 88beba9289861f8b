// Risk: one card per model, and for the chosen one its receipt and its results over time.
import { Alert, Button, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import type { PatientLive, RiskModel } from '../../../src-main/contract/models.ts';
import type { ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { RISK_TITLES } from '../../../src-main/vitals/risk-titles.ts';
import { Chart } from '../../charts/chart.tsx';
import { type PredictionChartInput, predictionOption, predictionTable } from '../../charts/prediction-chart.ts';
import { consoleClient } from '../../client/index.ts';
import { inputTitle } from './model-inputs.ts';
import { percentText } from './receipt-model.ts';
import { ReceiptView } from './receipt-view.tsx';
import { RiskCard } from './risk-card.tsx';
import classes from './risk-section.module.css';
import { useAsked } from './use-asked.ts';
import { useColours } from './use-colours.ts';
import type { Here } from './use-patient.ts';

const MODELS: readonly RiskModel[] = ['hypoxia', 'heart', 'diabetes'];
const DAY_MS = 86_400_000;
const SPANS = [
  { value: '1', label: '24 h' },
  { value: '7', label: '7 d' },
  { value: '30', label: '30 d' },
] as const;

interface RiskSectionProps {
  readonly live: PatientLive;
  readonly here: Here;
  readonly onEnter: (fields: readonly ObservationKind[]) => void;
}

export function RiskSection({ live, here, onEnter }: RiskSectionProps): ReactElement {
  const models = useAsked('models', () => consoleClient().send('model.list', {}));
  useEffect(() => consoleClient().listen('model.changed', models.again), [models.again]);
  const [chosen, setChosen] = useState<RiskModel>(
    () => live.predictions.find(({ level }) => level === 'high')?.model ?? 'hypoxia',
  );
  const of = (model: RiskModel) => live.predictions.find((prediction) => prediction.model === model);
  const prediction = of(chosen);
  // One that is withdrawn while it is being read stays, and says so.
  const [lastIds, setLastIds] = useState<ReadonlyMap<RiskModel, string>>(new Map());
  const predictionId = prediction?.predictionId ?? lastIds.get(chosen);
  if (predictionId !== undefined && lastIds.get(chosen) !== predictionId)
    setLastIds((ids) => new Map(ids).set(chosen, predictionId));
  const info = models.data?.find(({ name }) => name === chosen);
  return (
    <div className={classes.section}>
      {models.state === 'failed' ? (
        <Alert color="yellow" variant="outline" title="The models could not be listed">
          {models.problem}
        </Alert>
      ) : null}
      <div className={classes.cards}>
        {MODELS.map((model) => (
          <RiskCard
            key={model}
            title={RISK_TITLES[model]}
            prediction={of(model)}
            model={models.data?.find(({ name }) => name === model)}
            chosen={model === chosen}
            here={here}
            onChoose={() => setChosen(model)}
            onEnter={onEnter}
          />
        ))}
      </div>
      {predictionId !== undefined ? (
        <ReceiptPart
          key={chosen}
          patientId={live.patient.patientId}
          title={RISK_TITLES[chosen]}
          predictionId={predictionId}
          here={here}
          onEnter={onEnter}
        />
      ) : (
        <div className={classes.card}>
          <Text fw={650}>{RISK_TITLES[chosen]} has not been scored yet</Text>
          <Text c="dimmed">The models run when the first reading arrives or a value is entered.</Text>
        </div>
      )}
      <RiskHistory
        patientId={live.patient.patientId}
        model={chosen}
        thresholds={info?.thresholds ?? null}
        newestId={prediction?.predictionId ?? ''}
        here={here}
      />
      <Text size="sm" c="dimmed">
        Decision support: a probability is a hint to look closer, not a diagnosis. HealthSense is not a certified medical device.
      </Text>
    </div>
  );
}

interface ReceiptPartProps {
  readonly patientId: number;
  readonly title: string;
  readonly predictionId: string;
  readonly here: Here;
  readonly onEnter: (fields: readonly ObservationKind[]) => void;
}

/** The receipt on screen stays the one that was opened until a newer one is asked for: numbers must not change while being read. */
function ReceiptPart({ patientId, title, predictionId, here, onEnter }: ReceiptPartProps): ReactElement {
  const [shownId, setShownId] = useState(predictionId);
  const receipt = useAsked(shownId, () => consoleClient().send('prediction.receipt', { predictionId: shownId }));
  const { again } = receipt;
  useEffect(
    () =>
      consoleClient().listen('predictions.stand', (payload) => {
        if (payload.patientId === patientId) again();
      }),
    [patientId, again],
  );
  if (receipt.data === null) {
    return receipt.state === 'failed' ? (
      <Alert color="red" variant="outline" title="The receipt could not be made">
        {receipt.problem}
        <Button mt="sm" size="xs" variant="default" onClick={receipt.again}>
          Try again
        </Button>
      </Alert>
    ) : (
      <Skeleton height={320} radius="lg" />
    );
  }
  return (
    <section className={classes.card} aria-label={`Receipt of ${title}`}>
      <ReceiptView
        title={title}
        receipt={receipt.data}
        here={here}
        newer={predictionId !== shownId}
        onNewer={() => setShownId(predictionId)}
        onEnter={onEnter}
      />
    </section>
  );
}

interface RiskHistoryProps {
  readonly patientId: number;
  readonly model: RiskModel;
  readonly thresholds: { readonly moderate: number; readonly high: number } | null;
  /** A new result means a new end of the line. */
  readonly newestId: string;
  readonly here: Here;
}

function RiskHistory({ patientId, model, thresholds, newestId, here }: RiskHistoryProps): ReactElement {
  const colours = useColours();
  const [days, setDays] = useState('1');
  const minute = Math.floor(here.nowMs / 60_000);
  const list = useAsked(`${model} ${days} ${newestId === '' ? '' : minute}`, async () => {
    const toMs = (minute + 1) * 60_000;
    const range = { fromMs: toMs - Number(days) * DAY_MS, toMs };
    const predictions = await consoleClient().send('prediction.list', { patientId, model, ...range, limit: 2000 });
    return { model, range, predictions };
  });
  const data = list.data?.model === model ? list.data : null;
  const input = useMemo(
    (): PredictionChartInput | null =>
      data && {
        ...data,
        thresholds: thresholds ?? { moderate: 0, high: 1 },
        timeZone: here.settings.timeZone,
        colours,
        titleOf: inputTitle,
      },
    [data, thresholds, here.settings.timeZone, colours],
  );
  const option = useMemo(() => (input ? predictionOption(input) : null), [input]);
  const scored = data?.predictions.flatMap(({ probability }) => probability ?? []) ?? [];
  const description =
    scored.length === 0
      ? `${RISK_TITLES[model]}: no results in this period`
      : `${RISK_TITLES[model]}: ${scored.length} results from ${percentText(Math.min(...scored))} to ${percentText(Math.max(...scored))}, ${(data?.predictions.length ?? 0) - scored.length} abstentions`;
  return (
    <section className={classes.card} aria-label={`${RISK_TITLES[model]} over time`}>
      <div className={classes.head}>
        <h2 className={classes.title}>{RISK_TITLES[model]} over time</h2>
        <SegmentedControl size="xs" aria-label="Period" value={days} onChange={setDays} data={[...SPANS]} />
      </div>
      {list.state === 'failed' ? <Text c="dimmed">{list.problem}</Text> : null}
      {option && input && data ? (
        data.predictions.length === 0 ? (
          <Text c="dimmed" py="md">
            No results in this period.
          </Text>
        ) : (
          <Chart option={option} height={220} description={description} table={() => predictionTable(input)} />
        )
      ) : list.state === 'loading' ? (
        <Skeleton height={220} />
      ) : null}
    </section>
  );
}

// History: one chart per vital, zoomed together, above the table of what people entered.
import { ActionIcon, Alert, Button, Group, Skeleton, Text, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconPencilPlus, IconZoomIn, IconZoomOut, IconZoomReset } from '@tabler/icons-react';
import { type ReactElement, useEffect, useState } from 'react';
import type { ThresholdRule } from '../../../src-main/contract/models.ts';
import type { Span } from '../../charts/chart-option.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { resolutionText } from '../../charts/history-series.ts';
import { covers, moved, scaled } from '../../charts/zoom.ts';
import { HistoryCharts } from './history-charts.tsx';
import classes from './history-section.module.css';
import { ObservationsTable } from './observations-table.tsx';
import { PeriodPicker } from './period-picker.tsx';
import { type PeriodName, periodEndingAt } from './periods.ts';
import { useHistory } from './use-history.ts';
import type { Here } from './use-patient.ts';

interface HistorySectionProps {
  readonly patientId: number;
  readonly rules: readonly ThresholdRule[];
  readonly here: Here;
  readonly identity: string;
  readonly onOpen: (tab: string) => void;
}

/** How often a period that ends now is moved on. */
const FOLLOW_MS = 30_000;

export function HistorySection({ patientId, rules, here, identity, onOpen }: HistorySectionProps): ReactElement {
  const { timeZone } = here.settings;
  const [period, setPeriod] = useState<PeriodName>('24h');
  const [range, setRange] = useState<Span>(() => periodEndingAt('24h', here.nowMs));
  const [window, putWindow] = useState<Span>(range);
  // Linked charts all tell of one zoom: the same window again is no change.
  const setWindow = (next: Span): void =>
    putWindow((before) => (before.fromMs === next.fromMs && before.toMs === next.toMs ? before : next));
  const show = (name: PeriodName, span: Span): void => {
    setPeriod(name);
    setRange(span);
    setWindow(span);
  };
  const whole = covers(window, range);
  const history = useHistory(patientId, range, window);

  // A preset ends now: it follows the clock, unless somebody is looking at a part of it.
  const due = period !== 'custom' && whole && here.connected && here.nowMs - range.toMs >= FOLLOW_MS;
  useEffect(() => {
    if (!due) return;
    const next = periodEndingAt(period, here.nowMs);
    setRange(next);
    putWindow(next);
  }, [due, period, here.nowMs]);

  const empty = history.series?.every(({ count }) => count === 0) === true && history.observations.length === 0;
  return (
    <div className={classes.section}>
      <div className={classes.toolbar}>
        <PeriodPicker value={period} span={window} timeZone={timeZone} nowMs={here.nowMs} onChange={show} />
        <Group gap={4} wrap="nowrap">
          <ZoomButton
            label="Earlier"
            onClick={() => setWindow(moved(window, -0.5, range))}
            disabled={window.fromMs <= range.fromMs}
          >
            <IconChevronLeft size={18} />
          </ZoomButton>
          <ZoomButton label="Later" onClick={() => setWindow(moved(window, 0.5, range))} disabled={window.toMs >= range.toMs}>
            <IconChevronRight size={18} />
          </ZoomButton>
          <ZoomButton
            label="Zoom in"
            onClick={() => setWindow(scaled(window, 0.5, range))}
            disabled={window.toMs - window.fromMs <= 60_000}
          >
            <IconZoomIn size={18} />
          </ZoomButton>
          <ZoomButton label="Zoom out" onClick={() => setWindow(scaled(window, 2, range))} disabled={whole}>
            <IconZoomOut size={18} />
          </ZoomButton>
          <ZoomButton label="Show the whole period" onClick={() => setWindow(range)} disabled={whole}>
            <IconZoomReset size={18} />
          </ZoomButton>
        </Group>
      </div>
      {/* Spoken when somebody chooses what to see, not each time the period follows the clock. */}
      <Text size="sm" c="dimmed" aria-live={whole && period !== 'custom' ? 'off' : 'polite'}>
        {dateTimeText(window.fromMs, timeZone)} to {dateTimeText(window.toMs, timeZone)} ({timeZone}).{' '}
        {history.series === null ? 'Loading…' : `${resolutionText(history.inView)}.`}
        {history.refining ? ' Loading finer data…' : ''} Ctrl + wheel zooms, dragging moves.
      </Text>
      {history.state === 'failed' ? (
        <Alert color="red" variant="outline" title="The history could not be loaded">
          {history.problem}
          <Button mt="sm" size="xs" variant="default" onClick={history.again}>
            Try again
          </Button>
        </Alert>
      ) : null}
      {history.series === null && history.state === 'loading' ? (
        <>
          <Skeleton height={210} radius="lg" />
          <Skeleton height={210} radius="lg" />
        </>
      ) : null}
      {empty ? (
        <div className={classes.empty}>
          <Text fw={650}>No readings in this period</Text>
          <Text c="dimmed" mb="sm">
            Choose a longer period, bind a device to this patient, or enter what was measured by hand.
          </Text>
          <Button variant="default" leftSection={<IconPencilPlus size={18} />} onClick={() => onOpen('enter')}>
            Enter values
          </Button>
        </div>
      ) : null}
      {history.series !== null && !empty ? (
        <HistoryCharts history={history} range={range} window={window} rules={rules} here={here} onZoom={setWindow} />
      ) : null}
      <ObservationsTable observations={history.observations} here={here} identity={identity} />
    </div>
  );
}

interface ZoomButtonProps {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: ReactElement;
}

function ZoomButton({ label, disabled, onClick, children }: ZoomButtonProps): ReactElement {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={36} aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

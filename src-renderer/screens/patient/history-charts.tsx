// The charts of a history, one per vital that has anything in the period; vitals that have nothing are named in a line.
import { Text } from '@mantine/core';
import { type ReactElement, useMemo } from 'react';
import type { Series, ThresholdRule } from '../../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../../src-main/vitals/kinds.ts';
import { Chart } from '../../charts/chart.tsx';
import type { Span } from '../../charts/chart-option.ts';
import { displayUnitOf, valueText } from '../../charts/display-unit.ts';
import {
  alarmsOf,
  type HistoryChartInput,
  historyOption,
  historyTable,
  standingObservations,
} from '../../charts/history-chart.ts';
import { emptySeries, readingsText } from '../../charts/history-series.ts';
import { NORMAL_BAND_SOURCE, NORMAL_BANDS } from '../../charts/value-range.ts';
import { vitalColorVar } from '../../colours.ts';
import classes from './history-section.module.css';
import { useColours } from './use-colours.ts';
import type { HistoryData } from './use-history.ts';
import type { Here } from './use-patient.ts';

/** Vitals drawn into one chart because they are read together. */
const GROUPS: readonly (readonly VitalKind[])[] = [
  ['heartRate', 'pulseRate'],
  ['spo2'],
  ['systolic', 'diastolic', 'meanPressure'],
  ['glucose'],
  ['respiratoryRate'],
  ['temperature'],
];

interface HistoryChartsProps {
  readonly history: HistoryData;
  readonly range: Span;
  readonly window: Span;
  readonly rules: readonly ThresholdRule[];
  readonly here: Here;
  readonly onZoom: (window: Span) => void;
}

export function HistoryCharts({ history, range, window, rules, here, onZoom }: HistoryChartsProps): ReactElement {
  const { series: all, observations } = history;
  const shown = useMemo(
    () =>
      GROUPS.flatMap((kinds) => {
        const lines = kinds.flatMap((kind) => {
          const series = all?.find((one) => one.kind === kind) ?? emptySeries(kind);
          const entered = observations.some((one) => one.kind === kind && one.retractedAtMs === null);
          return series.timesMs.length > 0 || entered ? [series] : [];
        });
        return lines.length > 0 ? [lines] : [];
      }),
    [all, observations],
  );
  const absent = GROUPS.filter((kinds) => !shown.some((lines) => lines.some(({ kind }) => kinds.includes(kind))));
  return (
    <>
      <Legend />
      {shown.map((lines, at) => (
        <OneChart
          key={lines.map(({ kind }) => kind).join(' ')}
          lines={lines}
          slider={at === 0}
          history={history}
          range={range}
          window={window}
          rules={rules}
          here={here}
          onZoom={onZoom}
        />
      ))}
      {absent.length > 0 ? (
        <Text size="sm" c="dimmed">
          Nothing in this period of: {absent.map(([kind]) => (kind ? VITALS[kind].title.toLowerCase() : '')).join(', ')}.
        </Text>
      ) : null}
    </>
  );
}

interface OneChartProps extends HistoryChartsProps {
  readonly lines: readonly Series[];
  readonly slider: boolean;
}

function OneChart({ lines, slider, history, range, window, rules, here, onZoom }: OneChartProps): ReactElement {
  const colours = useColours();
  const { settings } = here;
  const first = lines[0]?.kind ?? 'heartRate';
  const { observations, alarms } = history;
  const input = useMemo(
    (): HistoryChartInput => ({
      lines,
      range,
      window,
      rules,
      observations,
      alarms: alarms.filter(({ raisedAtMs }) => raisedAtMs >= range.fromMs && raisedAtMs <= range.toMs),
      unit: displayUnitOf(first, settings),
      timeZone: settings.timeZone,
      colours,
      slider,
    }),
    [lines, range, window, rules, observations, alarms, first, settings, colours, slider],
  );
  const option = useMemo(() => historyOption(input), [input]);
  const titles = lines.map(({ kind }) => VITALS[kind].title);
  const band = NORMAL_BANDS[first];
  const bandWords = band
    ? `shaded ${valueText(band.low, input.unit)} to ${valueText(band.high, input.unit)}: ${NORMAL_BAND_SOURCE[first]}`
    : '';
  return (
    <section className={classes.chart} aria-label={titles.join(' and ')}>
      <div className={classes.chartHead}>
        <h2 className={classes.chartTitle}>
          {lines.map(({ kind }) => (
            <span key={kind} className={classes.lineName}>
              <svg width="22" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="22"
                  y2="4"
                  stroke={vitalColorVar(kind)}
                  strokeWidth="2.5"
                  strokeDasharray={
                    kind === 'diastolic' ? '5 3' : kind === 'meanPressure' || kind === 'pulseRate' ? '2 3' : undefined
                  }
                />
              </svg>
              {VITALS[kind].title}
            </span>
          ))}
        </h2>
        <span className={classes.chartNote}>
          {input.unit.label}
          {bandWords === '' ? '' : `, ${bandWords}`}
        </span>
      </div>
      <Chart
        option={option}
        height={slider ? 240 : 200}
        compact
        description={describe(input)}
        table={() => historyTable(input)}
        group="patient-history"
        range={range}
        onZoom={onZoom}
      />
    </section>
  );
}

/** The chart in a sentence: lowest and highest of each line, entries and alarms. */
function describe(input: HistoryChartInput): string {
  const { lines, unit, window } = input;
  const words = lines.map((series) => {
    const inView = series.timesMs.flatMap((atMs, at) => (atMs >= window.fromMs && atMs <= window.toMs ? [at] : []));
    const numbers = (values: readonly (number | null)[]) => inView.flatMap((at) => values[at] ?? []);
    const [lows, highs] = [numbers(series.min), numbers(series.max)];
    if (lows.length === 0) return `${VITALS[series.kind].title}: no device readings`;
    return `${VITALS[series.kind].title}: lowest ${valueText(Math.min(...lows), unit)}, highest ${valueText(Math.max(...highs), unit)}, ${readingsText(series.count)}`;
  });
  const entered = standingObservations(input).length;
  const alarms = alarmsOf(input).length;
  return `${words.join('. ')}. ${entered} entered by hand, ${alarms} alarms.`;
}

function Legend(): ReactElement {
  return (
    <ul className={classes.legend} aria-label="Legend">
      <li>
        <svg width="22" height="14" aria-hidden="true">
          <rect x="0" y="2" width="22" height="10" fill="currentColor" opacity="0.22" />
          <line x1="0" y1="7" x2="22" y2="7" stroke="currentColor" strokeWidth="2" />
        </svg>
        mean and min–max band of the device
      </li>
      <li>
        <svg width="14" height="14" aria-hidden="true">
          <path d="M7 1 13 7 7 13 1 7Z" fill="none" stroke="currentColor" strokeWidth="2" />
        </svg>
        entered by hand
      </li>
      <li>
        <svg width="14" height="14" aria-hidden="true">
          <path d="M1 2h12L7 12Z" fill="currentColor" />
        </svg>
        alarm
      </li>
      <li>
        <svg width="22" height="14" aria-hidden="true">
          <line x1="0" y1="7" x2="22" y2="7" stroke="currentColor" strokeWidth="1.5" strokeDasharray="4 3" />
        </svg>
        alarm limit
      </li>
    </ul>
  );
}

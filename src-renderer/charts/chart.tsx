// One ECharts picture in React: sized by its box, coloured by the theme, with its words and its table beside it.
import { LineChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
} from 'echarts/components';
import { connect, type ECharts, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type ReactElement, useEffect, useId, useRef, useState } from 'react';
import classes from './chart.module.css';
import type { ChartOption, ChartTable, Span } from './chart-option.ts';
import { ChartTableView } from './chart-table.tsx';
import { zoomedSpan } from './zoom.ts';

register([
  LineChart,
  ScatterChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  SVGRenderer,
]);

/** While a zoom is under the hand the chart moves by itself; it is told of once the hand rests. */
const ZOOM_REST_MS = 100;

export interface ChartProps {
  readonly option: ChartOption;
  /** What the picture is and what it shows now, in a sentence: read aloud instead of the picture. */
  readonly description: string;
  readonly height: number;
  /** The words stand above the picture, so the way to the table goes there too. */
  readonly compact?: boolean;
  /** Made only when somebody asks for it. */
  readonly table?: () => ChartTable;
  /** Charts of one group zoom and point together. */
  readonly group?: string;
  /** Whole time range of the x axis; with it `onZoom` is told the part in view. */
  readonly range?: Span;
  readonly onZoom?: (window: Span) => void;
}

export function Chart({ option, description, height, compact, table, group, range, onZoom }: ChartProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const [asTable, setAsTable] = useState(false);
  const tableId = useId();
  const zoomed = useRef<((percent: { start: number; end: number }) => void) | null>(null);
  zoomed.current = range && onZoom ? (percent) => onZoom(zoomedSpan(range, percent)) : null;

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, null, { renderer: 'svg' });
    chart.current = made;
    if (group !== undefined) {
      made.group = group;
      connect(group);
    }
    let resting: ReturnType<typeof setTimeout> | undefined;
    made.on('datazoom', (event) => {
      const percent = percentOf(event);
      clearTimeout(resting);
      if (percent) resting = setTimeout(() => zoomed.current?.(percent), ZOOM_REST_MS);
    });
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      clearTimeout(resting);
      chart.current = null;
      made.dispose();
    };
  }, [group]);

  // Series that are gone must go, and everything else may stay as it is.
  useEffect(() => {
    chart.current?.setOption(option, { replaceMerge: ['series'], lazyUpdate: true });
  }, [option]);

  return (
    <figure className={classes.figure} data-compact={compact}>
      <div ref={box} role="img" aria-label={description} className={classes.picture} style={{ height }} hidden={asTable} />
      {asTable && table ? <ChartTableView id={tableId} table={table()} maxHeight={Math.max(height, 240)} /> : null}
      {table ? (
        <button
          type="button"
          className={classes.switch}
          aria-expanded={asTable}
          aria-controls={tableId}
          onClick={() => setAsTable((before) => !before)}
        >
          {asTable ? 'Show as chart' : 'Show as table'}
        </button>
      ) : null}
    </figure>
  );
}

/** A zoom tells its ends in per cent, on its own or in a batch. */
function percentOf(event: unknown): { start: number; end: number } | null {
  const told = event as { start?: unknown; end?: unknown; batch?: readonly { start?: unknown; end?: unknown }[] };
  const { start, end } = told.batch?.[0] ?? told;
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : null;
}

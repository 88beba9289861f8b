// A chart's content as a plain table.
import type { ReactElement } from 'react';
import classes from './chart.module.css';
import type { ChartTable } from './chart-option.ts';

/** More rows than this help nobody on a screen; the CSV export has them all. */
const MOST_ROWS = 500;

interface ChartTableViewProps {
  readonly id: string;
  readonly table: ChartTable;
  readonly maxHeight: number;
}

export function ChartTableView({ id, table, maxHeight }: ChartTableViewProps): ReactElement {
  const shown = table.rows.slice(0, MOST_ROWS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard to be scrolled
    <section id={id} className={classes.tableBox} style={{ maxHeight }} tabIndex={0} aria-label={table.caption}>
      <table className={classes.table}>
        <caption>
          {table.caption}
          {table.rows.length > shown.length ? `: the newest ${shown.length} of ${table.rows.length} rows` : ''}
        </caption>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.join('|')}>
              {row.map((cell, at) => (
                <td key={table.columns[at]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 ? <p className={classes.nothing}>Nothing in this period.</p> : null}
    </section>
  );
}

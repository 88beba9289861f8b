// Building blocks that every section of the document uses: headings, tables, remarks.
import type { Content, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js';
import { wrapped } from '../printable.ts';

export const INK = '#1b1b1b';
export const SOFT = '#555555';
const RULE = '#bdbdbd';

/** Thin lines between rows, a strong one under the head; the head grey so that it survives a photocopy. */
const TABLE_LAYOUT: CustomTableLayout = {
  hLineWidth: (row, node) =>
    row === 0 || row === node.table.body.length ? 0.6 : row === (node.table.headerRows ?? 0) ? 0.8 : 0.3,
  hLineColor: (row, node) => (row <= (node.table.headerRows ?? 0) || row === node.table.body.length ? INK : RULE),
  vLineWidth: () => 0,
  fillColor: (row, node) => (row < (node.table.headerRows ?? 0) ? '#ededed' : null),
  paddingLeft: (column) => (column === 0 ? 3 : 7),
  paddingRight: () => 3,
  paddingTop: () => 2,
  paddingBottom: () => 2,
};

export interface ColumnDefinition {
  readonly title: string;
  readonly width: number | 'auto' | '*';
  readonly right?: boolean;
}

/** A table whose head comes back on every page and whose rows are never cut by a page's end. */
export function table(columns: readonly ColumnDefinition[], rows: readonly (readonly TableCell[])[]): Content {
  const head = columns.map(
    (column): TableCell => ({ text: column.title, bold: true, alignment: column.right === true ? 'right' : 'left' }),
  );
  const body = rows.map((row) => row.map((cell, at): TableCell => (columns[at]?.right === true ? aligned(cell) : cell)));
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: columns.map((column) => column.width),
      body: [head, ...body],
    },
    layout: TABLE_LAYOUT,
    style: 'table',
  };
}

function aligned(cell: TableCell): TableCell {
  return typeof cell === 'string'
    ? { text: cell, alignment: 'right' }
    : ({ alignment: 'right', ...(cell as object) } as TableCell);
}

export function heading(text: string): Content {
  return { text, style: 'heading', headlineLevel: 1 };
}

export function subheading(text: string): Content {
  return { text: wrapped(text), style: 'subheading', headlineLevel: 2 };
}

export function remark(text: string): Content {
  return { text: wrapped(text), style: 'remark' };
}

/** What stands where there is nothing to show: said, never left blank. */
export function nothing(text: string): Content {
  return { text, style: 'nothing' };
}

/** A bold first line and a soft second one in the same cell. */
export function twoLines(first: string, second: string): TableCell {
  return second === '' ? wrapped(first) : { stack: [wrapped(first), { text: wrapped(second), color: SOFT, fontSize: 7 }] };
}

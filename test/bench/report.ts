// What the benchmark found: rows with their goals, as one table for people and as JSON for whoever keeps them.
import { cpus, loadavg, totalmem } from 'node:os';

export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

export interface Row {
  readonly section: string;
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** Where a row is about how long something takes. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly goal: Goal | null;
}

export interface Report {
  readonly startedAt: string;
  readonly quick: boolean;
  readonly seconds: number;
  readonly machine: {
    readonly cpu: string;
    readonly cpus: number;
    readonly memoryGiB: number;
    readonly node: string;
    readonly platform: string;
    /** Average number of processes that wanted a processor in the minute before the start; 0 where the system does not tell. */
    readonly loadBefore: number;
  };
  readonly rows: readonly Row[];
}

export interface Times {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function machine(): Report['machine'] {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cpus: all.length,
    memoryGiB: rounded(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    loadBefore: rounded(loadavg()[0] ?? 0),
  };
}

/** A row whose value is itself what is measured: a rate, a size, a ratio. */
export function row(
  section: string,
  measure: string,
  value: number,
  unit: string,
  more: Partial<Times & { goal: Goal }> = {},
): Row {
  const { p50Ms, p99Ms, goal } = more;
  return {
    section,
    measure,
    value: rounded(value),
    unit,
    p50Ms: p50Ms === undefined ? null : rounded(p50Ms),
    p99Ms: p99Ms === undefined ? null : rounded(p99Ms),
    goal: goal ?? null,
  };
}

export function atLeast(value: number, limit: number, unit: string): Goal {
  return { text: `≥ ${limit.toLocaleString('en')} ${unit}`, met: value >= limit };
}

export function atMost(value: number, limit: number, unit: string): Goal {
  return { text: `≤ ${limit.toLocaleString('en')} ${unit}`, met: value <= limit };
}

/** Both. */
export function allOf(...goals: readonly Goal[]): Goal {
  return { text: goals.map(({ text }) => text).join(', '), met: goals.every(({ met }) => met) };
}

/** The value below which this share of them lies (nearest rank). `values` are sorted in place. @throws for none at all. */
export function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  const found = values[Math.min(values.length - 1, Math.max(0, Math.ceil(values.length * share) - 1))];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

export function median(values: readonly number[]): number {
  return quantile([...values], 0.5);
}

export function timesOf(latenciesMs: number[]): Times {
  return { p50Ms: quantile(latenciesMs, 0.5), p99Ms: quantile(latenciesMs, 0.99) };
}

export function asTable({ rows, machine: { cpu, cpus: count, memoryGiB, node, platform, loadBefore }, seconds }: Report): string {
  const lines = rows.map(({ section, measure, value, unit, p50Ms, p99Ms, goal }) => [
    section,
    measure,
    `${inWords(value)} ${unit}`,
    p50Ms === null ? '' : inWords(p50Ms),
    p99Ms === null ? '' : inWords(p99Ms),
    goal === null ? '' : `${goal.met ? 'met   ' : 'MISSED'} ${goal.text}`,
  ]);
  const head = ['section', 'measure', 'figure', 'p50 ms', 'p99 ms', 'goal'];
  const rightAligned = new Set([2, 3, 4]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const written = [head, widths.map((width) => '-'.repeat(width)), ...lines].map((line) =>
    line
      .map((cell, column) => (rightAligned.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...written,
    '',
    `${count} × ${cpu}, ${memoryGiB} GiB, Node ${node}, ${platform}; ${Math.round(seconds)} s; load before ${loadBefore}.`,
    'Absolute figures drift with the machine; ratios are of neighbouring rounds of this run.',
    '',
  ].join('\n');
}

function inWords(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value >= 1000 ? 0 : value >= 10 ? 1 : 2 });
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

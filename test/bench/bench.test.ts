// The benchmark itself: what it prints can be read by a program, wrong use is said, and nothing is left behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { asTable, atLeast, atMost, quantile, type Report, row } from './report.ts';

const RUN = fileURLToPath(new URL('./run.ts', import.meta.url));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** What is left in its temporary folder. */
  readonly left: readonly string[];
}

async function bench(...args: readonly string[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'healthsense-bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, [RUN, ...args], { env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, out, err, left: readdirSync(folder) };
}

describe('a run', () => {
  test('with --json prints one document whose rows all have a figure', { timeout: 60_000 }, async () => {
    const { status, out, err, left } = await bench('--json', '--quick', '--only', 'models', '--only', 'storage');
    expect(status, err).toBe(0);
    const report = JSON.parse(out) as Report;
    expect(report).toMatchObject({
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      quick: true,
      seconds: expect.any(Number),
      machine: { cpu: expect.any(String), cpus: expect.any(Number), node: process.version, memoryGiB: expect.any(Number) },
    });
    expect(new Set(report.rows.map(({ section }) => section))).toEqual(new Set(['models', 'storage']));
    for (const each of report.rows) {
      expect(Object.keys(each).toSorted()).toEqual(['goal', 'measure', 'p50Ms', 'p99Ms', 'section', 'unit', 'value']);
      expect(each.value, each.measure).toBeGreaterThan(0);
      if (each.goal !== null) expect(each.goal).toEqual({ text: expect.any(String), met: expect.any(Boolean) });
    }
    const batches = report.rows.filter(({ measure }) => measure.includes('batch of'));
    expect(batches).toHaveLength(4);
    for (const { p50Ms, p99Ms } of batches) expect(p99Ms).toBeGreaterThanOrEqual(p50Ms ?? Number.NaN);
    expect(left).toEqual([]);
  });

  test('of a section that does not exist ends with status 2 and names those that do', async () => {
    const { status, out, err, left } = await bench('--only', 'nothing');
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/no section "nothing".*posts, arrays, mqtt, slow-disk, screen, history, storage, models, serve/);
    expect(left).toEqual([]);
  });
});

describe('the report', () => {
  test('takes the nearest rank as quantile', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 99, 100]);
    expect(quantile([7], 0.99)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow('nothing was measured');
  });

  test('says of every goal whether it is met, the limit itself included', () => {
    expect([atLeast(0.5, 0.5, '×').met, atLeast(0.49, 0.5, '×').met]).toEqual([true, false]);
    expect([atMost(5, 5, 'ms').met, atMost(5.01, 5, 'ms').met]).toEqual([true, false]);
    const rows = [
      row('a', 'fast', 3, 'ms', { goal: atMost(3, 5, 'ms') }),
      row('a', 'slow', 9, 'ms', { goal: atMost(9, 5, 'ms') }),
    ];
    const machine = { cpu: 'x', cpus: 1, memoryGiB: 1, node: 'v0', platform: 'none', loadBefore: 0 };
    const table = asTable({ startedAt: '', quick: true, seconds: 1, machine, rows });
    expect(table).toMatch(/fast +3 ms +met +≤ 5 ms/);
    expect(table).toMatch(/slow +9 ms +MISSED ≤ 5 ms/);
  });
});

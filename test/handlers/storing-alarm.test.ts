// Readings that cannot be stored: an alarm for the screens, and for whoever runs a server without one a line in its log.
import { expect, it } from 'vitest';
import { StatusDesk } from '../../src-main/handlers/status.ts';
import { DiskFullError } from '../../src-main/store/errors.ts';
import { bench } from '../alarms/bench.ts';

it('are said in the log once, however often storing is tried, and once more when they are stored again', () => {
  const { alarms, run, open, told } = bench();
  const never = (): never => {
    throw new Error('not asked here');
  };
  const said: string[] = [];
  const log = {
    error: ({ err }: { readonly err: Error }, words: string) => said.push(`${words}: ${err.message}`),
    warn: (_: object, words: string) => said.push(words),
  };
  const desk = new StatusDesk({
    reads: {} as never,
    engine: never,
    bluetooth: never,
    alarms,
    dataDir: '',
    now: Date.now,
    log: log as never,
  });
  const of = () => open().filter((each) => each.startsWith('storing-failed'));
  desk.storing(null);
  const full = new DiskFullError();
  for (let tries = 0; tries < 3; tries += 1) desk.storing(full);
  expect(of()).toHaveLength(1);
  expect(told.at(-1)?.detail).toMatch(/^The disk is full.* Free some space\. Devices are told to send again/);
  desk.storing(null);
  desk.storing(null);
  run(6);
  expect(said).toEqual([`readings cannot be stored: ${full.message}`, 'readings are stored again']);
});

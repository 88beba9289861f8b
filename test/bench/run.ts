// `npm run bench`: measures the whole system in one run and prints one table, or JSON. Everything on loopback, in a throw-away folder.
import './no-telemetry.ts';
import { parseArgs } from 'node:util';
import { history } from './history-section.ts';
import { arrays, posts } from './ingest-sections.ts';
import { models } from './models-section.ts';
import { mqtt } from './mqtt-section.ts';
import { photos } from './photos-section.ts';
import { asTable, machine, type Report, type Row } from './report.ts';
import { screen } from './screen-section.ts';
import { serve } from './serve-section.ts';
import { slowDisk } from './slow-disk-section.ts';
import { soak } from './soak-section.ts';
import { storage } from './storage-section.ts';
import { Workplace } from './workplace.ts';

const SECTIONS: Readonly<Record<string, (place: Workplace) => Promise<readonly Row[]>>> = {
  posts,
  arrays,
  mqtt,
  'slow-disk': slowDisk,
  screen,
  history,
  storage,
  models,
  serve,
  photos,
};
const NAMES = Object.keys(SECTIONS).join(', ');

const USAGE = `Usage: node test/bench/run.ts [--json] [--quick] [--only NAME]... [--soak MINUTES]
  --json   print JSON instead of the table
  --quick  about a minute instead of four, without the year of history
  --only   one section (may be given several times): ${NAMES}
  --soak   full speed for so many minutes, and nothing else: does memory grow?
Exit status: 0 measured (whether goals are met or not), 1 something failed, 2 wrong use.
`;

/** Beyond this something hangs. */
const LIMIT_SECONDS = { quick: 180, full: 600 } as const;

interface Options {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only: readonly string[];
  /** Minutes; null: no soak. */
  readonly soak: number | null;
}

/** @throws Error in plain words */
function options(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      soak: { type: 'string' },
    },
  });
  const minutes = values.soak === undefined ? null : Number(values.soak);
  if (minutes !== null && !(minutes >= 0.5 && minutes <= 600)) throw new Error('--soak takes minutes, from 0.5 to 600.');
  for (const name of values.only) {
    if (!Object.hasOwn(SECTIONS, name)) throw new Error(`There is no section "${name}"; there are ${NAMES}.`);
  }
  return { ...values, soak: minutes };
}

async function measure({ quick, only, soak: minutes }: Options, place: Workplace): Promise<Report> {
  const startMs = performance.now();
  const before = { startedAt: new Date().toISOString(), quick, machine: machine() };
  const rows: Row[] = [];
  if (minutes !== null) rows.push(...(await soak(place, minutes)));
  for (const [name, section] of Object.entries(minutes === null ? SECTIONS : {})) {
    if (only.length > 0 && !only.includes(name)) continue;
    process.stderr.write(`measuring ${name} …\n`);
    rows.push(...(await section(place)));
  }
  return { ...before, seconds: Math.round((performance.now() - startMs) / 100) / 10, rows };
}

async function main(): Promise<number> {
  let chosen: Options;
  try {
    chosen = options(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  const place = new Workplace(chosen.quick);
  const giveUp = (words: string): void => {
    place.close();
    process.stderr.write(`${words}\n`);
    process.exit(1);
  };
  process.once('SIGINT', () => giveUp('Interrupted.'));
  process.once('SIGTERM', () => giveUp('Interrupted.'));
  const seconds = (chosen.quick ? LIMIT_SECONDS.quick : LIMIT_SECONDS.full) + (chosen.soak ?? 0) * 60;
  const limit = setTimeout(() => giveUp(`Not done after ${seconds} s: given up.`), seconds * 1000);
  try {
    const report = await measure(chosen, place);
    process.stdout.write(chosen.json ? `${JSON.stringify(report, null, 2)}\n` : asTable(report));
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    clearTimeout(limit);
    place.close();
  }
}

process.exitCode = await main();

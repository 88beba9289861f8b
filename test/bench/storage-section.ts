// Room on disk: what a reading of four or five vitals takes, stored by the console's own writer, and what its roll-ups and scores add.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { modelsDir } from '../../src-main/installation.ts';
import type { Measurement } from '../../src-main/links/link.ts';
import { loadRiskModels } from '../../src-main/risk/models.ts';
import { openWritable, type WritableDatabase } from '../../src-main/store/database.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import { engineCore } from '../../src-main/threads/engine-core.ts';
import { prepareData } from './prepared-data.ts';
import { vitalsOf } from './readings.ts';
import { atMost, type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

const SECOND_MS = 1000;
const START_MS = Date.UTC(2026, 0, 1);
const BATCH = 64;
const SECTION = 'storage';
const GOAL_BYTES = 32;

export async function storage(place: Workplace): Promise<readonly Row[]> {
  const readings = place.quick ? 8_192 : 65_536;
  const four = stored(place, 32, readings, ({ glucose: _, ...rest }) => rest);
  const alone = stored(place, 1, readings);
  const turns = stored(place, 32, readings);
  return [
    row(SECTION, 'a reading of four vitals, 32 devices by turns', four.reading, 'bytes', {
      goal: atMost(four.reading, GOAL_BYTES, 'bytes'),
    }),
    row(SECTION, 'a reading of five vitals, one device', alone.reading, 'bytes', {
      goal: atMost(alone.reading, GOAL_BYTES, 'bytes'),
    }),
    row(SECTION, 'a reading of five vitals, 32 devices by turns', turns.reading, 'bytes', {
      goal: atMost(turns.reading, GOAL_BYTES, 'bytes'),
    }),
    row(SECTION, 'its roll-ups at 1 Hz', alone.rollups, 'bytes'),
    row(SECTION, 'a single post’s three predictions', await scores(place), 'bytes'),
  ];
}

function measurement(deviceId: string, takenAtMs: number, n: number): Measurement {
  const receivedAtMs = takenAtMs + 200 + (n % 400);
  return { deviceId, takenAtMs, receivedAtMs, sequence: 0, origin: 'live', values: vitalsOf(n), specials: {}, quality: 0 };
}

/** Bytes of whole pages per reading. */
function stored(
  place: Workplace,
  devices: number,
  readings: number,
  sent: (vitals: ReturnType<typeof vitalsOf>) => Measurement['values'] = (vitals) => vitals,
): { readonly reading: number; readonly rollups: number } {
  const folder = place.newFolder();
  mkdirSync(folder);
  const db = openWritable(join(folder, 'healthsense.db'));
  try {
    // The file's size is what counts here, not its safety.
    db.pragma('synchronous = OFF');
    const writer = storeWriter(db);
    for (let index = 0; index < devices; index++) {
      writer.plain.putDevice({ actor: 'benchmark', atMs: START_MS, deviceId: `bench-${index}`, transport: 'http' });
    }
    for (let first = 0; first < readings; first += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, offset) => {
        const n = first + offset;
        const whole = measurement(`bench-${n % devices}`, START_MS + Math.floor(n / devices) * SECOND_MS, n);
        return { ...whole, values: sent(vitalsOf(n)) };
      });
      writer.store(writer.plan(batch), []);
      if (writer.hasToFile) writer.fileArrivals();
    }
    writer.fileArrivals();
    return {
      reading: bytesOf(db, 'packed_reading') / readings,
      rollups: (bytesOf(db, 'minute_rollup') + bytesOf(db, 'hour_rollup')) / readings,
    };
  } finally {
    db.close();
  }
}

/** Bytes that the kept scores of one single post take, with their index. */
async function scores(place: Workplace): Promise<number> {
  const posts = place.quick ? 1024 : 8192;
  const folder = place.newFolder();
  const { live } = prepareData(folder, { live: 8 });
  const db = openWritable(join(folder, 'healthsense.db'));
  try {
    db.pragma('synchronous = OFF');
    const writer = storeWriter(db);
    const core = engineCore(writer, await loadRiskModels(modelsDir()));
    const nowMs = Date.now();
    for (let first = 0; first < posts; first += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, offset) => {
        const n = first + offset;
        return measurement(live[n % live.length]?.deviceId ?? '', nowMs + n, n);
      });
      await core.storeBatch(batch);
      await core.tidyUp();
    }
    writer.fileArrivals();
    const kept = db.prepare<[], number>('SELECT count(*) FROM filed_score WHERE models = 14').pluck().get();
    if (kept !== posts) throw new Error(`${posts} posts with three scores were expected, ${kept} are stored`);
    return (bytesOf(db, 'filed_score') + bytesOf(db, 'input_set')) / posts;
  } finally {
    db.close();
  }
}

/** Of a table and its indices. */
function bytesOf(db: WritableDatabase, table: string): number {
  const bytes = db
    .prepare<[string], number>('SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?)')
    .pluck()
    .get(table);
  if (bytes === undefined || bytes === null) throw new Error(`nothing is known of the size of ${table}`);
  return bytes;
}

// An import of a device that two patients wore: each file brings its own patient's readings and nobody else's.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withConsole, writeDocument } from '../../src-main/hosts/cli-commands.ts';
import { type Imported, importCsv } from '../../src-main/hosts/cli-import.ts';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { openWritable } from '../../src-main/store/database.ts';
import { storeWriter } from '../../src-main/store/writer.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PATIENTS = { ada: '1', ben: '2' } as const;
const DEVICE_ID = 'BAND-1';
/** Who wore it in turn, from which minute on. */
const TURNS = [
  ['ada', 0],
  ['ben', 60],
  ['ada', 120],
] as const;
const LAST_MINUTE = 180;

const startMs = Date.now() - 24 * HOUR_MS;
let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'healthsense-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function addPatients(console: string): Promise<void> {
  return withConsole(at(console), async ({ send }) => {
    for (const [name, mrn] of Object.entries(PATIENTS)) {
      await send('patient.add', { mrn, name, birthDate: '1960-05-01', sex: 'female' });
    }
  });
}

/** Every minute a reading: its heart rate is 50 and the wearer's record number. */
function readingsOfDay(): readonly { readonly takenAtMs: number; readonly heartRate: number }[] {
  return Array.from({ length: LAST_MINUTE }, (_, minute) => {
    const wearer = TURNS.findLast(([, from]) => from <= minute)?.[0] ?? 'ada';
    return { takenAtMs: startMs + minute * MINUTE_MS, heartRate: 50 + Number(PATIENTS[wearer]) };
  });
}

async function exportBoth(console: string, into = ''): Promise<void> {
  await withConsole(at(console), async (commands) => {
    for (const [name, mrn] of Object.entries(PATIENTS)) {
      await writeDocument(commands, 'csv', true, { patient: mrn, out: at(`${into}${name}.csv`) });
    }
  });
}

function importInto(console: string, name: keyof typeof PATIENTS): Promise<Imported> {
  const ask = { mrn: PATIENTS[name], file: at(`${name}.csv`), onProgress: () => undefined };
  return withConsole(at(console), (commands) => importCsv(commands, ask));
}

/** Times and heart rates. */
function readings(file: string): readonly string[] {
  const [head = '', ...lines] = readFileSync(at(file), 'utf8').replace('\ufeff', '').split('\r\n');
  const columns = head.split(',').map((column) => column.split(' ')[0] ?? '');
  const rows = lines.map((line) => line.split(',')).filter(([record]) => record === 'reading');
  return rows.map((cells) => ['taken_at_utc', 'heartRate'].map((column) => cells[columns.indexOf(column)]).join(' '));
}

async function makeExports(): Promise<void> {
  await addPatients('here');
  await withConsole(at('here'), async ({ send, sink }) => {
    await send('device.add', { deviceId: DEVICE_ID });
    for (const [wearer, from] of TURNS) {
      const patientId = wearer === 'ada' ? 1 : 2;
      await send('device.bind', { deviceId: DEVICE_ID, patientId, fromMs: startMs + from * MINUTE_MS });
    }
    const common = { deviceId: DEVICE_ID, receivedAtMs: Date.now(), sequence: 0, origin: 'backfill', wearerSaid: true } as const;
    await sink.accept(
      readingsOfDay().map(({ takenAtMs, heartRate }) => ({
        ...common,
        takenAtMs,
        values: { heartRate },
        specials: {},
        quality: 0,
      })),
    );
  });
  await exportBoth('here');
}

it.each([
  ['ada', 'ben'],
  ['ben', 'ada'],
] as const)(
  'that of %s first, then that of %s: both have what they had, and once',
  async (first, second) => {
    await makeExports();
    await addPatients('there');
    const [imported, next] = [await importInto('there', first), await importInto('there', second)];
    const counts = { ada: 120, ben: 60 };
    expect([imported, next]).toMatchObject([first, second].map((name) => ({ stored: counts[name], known: 0, refused: [] })));
    await exportBoth('there', 'back-');
    for (const name of ['ada', 'ben']) expect(readings(`back-${name}.csv`)).toEqual(readings(`${name}.csv`));
    expect(await importInto('there', second)).toMatchObject({ stored: 0, known: counts[second], refused: [] });
    await withConsole(at('there'), async ({ send }) => {
      expect(await send('unclaimed.list', {})).toEqual([]);
      // What it sends once it is here is nobody's until somebody wears it.
      expect(await send('device.list', {})).toMatchObject([{ deviceId: DEVICE_ID, boundTo: null }]);
    });
  },
  60_000,
);

it('of a device that this console has heard itself gives nobody what is not theirs by its own bindings', async () => {
  await makeExports();
  await addPatients('there');
  await withConsole(at('there'), async ({ send }) => {
    await send('device.add', { deviceId: DEVICE_ID });
    await send('device.bind', { deviceId: DEVICE_ID, patientId: 2, fromMs: startMs + 60 * MINUTE_MS });
  });
  const db = openWritable(databasePath(at('there')));
  storeWriter(db).plain.tokenUsed({ deviceId: DEVICE_ID, atMs: Date.now(), from: '10.0.0.9' });
  db.close();
  const imported = await importInto('there', 'ada');
  expect(imported).toMatchObject({ stored: 0, refusedCount: 120 });
  expect(imported.refused[0]).toBe(
    `line 2: ${DEVICE_ID} sends to this console itself, which does not have it that 1 wore it then: bind it for that time first.`,
  );
  expect(await importInto('there', 'ben')).toMatchObject({ stored: 60, refusedCount: 0 });
}, 60_000);

// What each command of the command line does, with a console opened for it and closed after.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openConsole } from '../console.ts';
import type { Caller, ConsolePort } from '../console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../contract/commands.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { Patient } from '../contract/models.ts';
import type { LinkSink } from '../links/link.ts';
import { openReadable } from '../store/database.ts';
import { deviceReads } from '../store/devices.ts';
import { parseMoment } from './cli-time.ts';
import { databasePath, dataDirFrom } from './data-dir.ts';
import { hostLogger } from './log.ts';

/** Doctors look at two weeks: what a glucose statistic needs at least. */
const REPORT_PERIOD_MS = 14 * 86_400_000;

/** Who has the command line has the database file: it acts as an administrator, and the audit says where from. */
function commandLineCaller(): Caller {
  return {
    user: { userId: 0, userName: 'command-line', displayName: 'Command line', role: 'admin', disabled: false },
    sessionHash: null,
    origin: 'command-line',
  };
}

export interface Commands {
  send<N extends CommandName>(command: N, params: CommandInput<N>): Promise<CommandResult<N>>;
  /** @throws ConsoleError `not_found` */
  patientByMrn(mrn: string): Promise<Patient>;
  /** Where a link would hand in readings. */
  readonly sink: LinkSink;
  /** Patient id of who wore the device at that time; null: nobody. */
  wearerAt(deviceId: string, atMs: number): number | null;
  /** Nobody wore the device at any moment from `fromMs` to `toMs`, both included. */
  wornByNobody(deviceId: string, fromMs: number, toMs: number): boolean;
}

/** Opens the console of a data directory without its links; a server may be running on the same one. */
export async function withConsole<T>(dataDir: string | undefined, work: (commands: Commands) => Promise<T>): Promise<T> {
  const console: ConsolePort = await openConsole({
    dataDir: dataDirFrom(dataDir),
    host: 'headless',
    links: false,
    log: hostLogger(process.env.HEALTHSENSE_LOG ?? 'error'),
  });
  const caller = commandLineCaller();
  const send: Commands['send'] = async (command, params) =>
    (await console.handle(command, params, caller)) as CommandResult<typeof command>;
  const patientByMrn: Commands['patientByMrn'] = async (mrn) => {
    const patients = await send('patient.list', { includeDischarged: true });
    const found = patients.find((patient) => patient.mrn === mrn);
    if (found === undefined) throw new ConsoleError('not_found', `There is no patient with the record number ${mrn}.`);
    return found;
  };
  // A connection of its own: a binding made a moment ago is seen at once.
  const database = openReadable(databasePath(dataDirFrom(dataDir)));
  const devices = deviceReads(database);
  const wearerAt: Commands['wearerAt'] = (deviceId, atMs) => {
    const device = devices.device(deviceId);
    return device === null ? null : devices.patientAt(device.sourceId, atMs);
  };
  const wornByNobody: Commands['wornByNobody'] = (deviceId, fromMs, toMs) => {
    const device = devices.device(deviceId);
    return device === null || !devices.isWorn(device.sourceId, fromMs, toMs);
  };
  try {
    return await work({ send, patientByMrn, sink: console.sink, wearerAt, wornByNobody });
  } finally {
    database.close();
    await console.close();
  }
}

export interface DocumentRequest {
  readonly patient: string;
  readonly out: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Writes a patient's report (last two weeks unless told otherwise) or export (everything unless told otherwise). */
export async function writeDocument(
  commands: Commands,
  format: 'pdf' | 'csv',
  whole: boolean,
  ask: DocumentRequest,
): Promise<void> {
  const patient = await commands.patientByMrn(ask.patient);
  const { timeZone } = await commands.send('settings.get', {});
  const nowMs = Date.now();
  const toMs = ask.to === undefined ? nowMs : parseMoment(ask.to, '--to', timeZone);
  const usualFromMs = whole ? 0 : toMs - REPORT_PERIOD_MS;
  const fromMs = ask.from === undefined ? usualFromMs : parseMoment(ask.from, '--from', timeZone);
  if (fromMs >= toMs) throw new ConsoleError('invalid_params', 'The period ends before it begins.', { field: 'to' });
  const made = await commands.send('report.create', { patientId: patient.patientId, fromMs, toMs, format });
  writeWhole(ask.out, Buffer.from(made.base64, 'base64'));
}

/** Under a temporary name first: what is there is either the old file or the whole new one. */
function writeWhole(out: string, content: Buffer): void {
  const target = resolve(out);
  const partial = join(dirname(target), `.healthsense-${process.pid}.part`);
  try {
    // A report is about a patient: nobody else on the machine needs to read it.
    writeFileSync(partial, content, { mode: 0o600 });
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

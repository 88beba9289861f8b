// One report or export as a file: gathers, draws, and names it. Runs in the query worker, whose reads are synchronous.
import { ConsoleError } from '../contract/errors.ts';
import type { Period } from '../store/ports.ts';
import { clinicTime } from './clinic-time.ts';
import { csvLines } from './csv.ts';
import { gatherReport, reportPatient } from './gather.ts';
import type { ReportAsk, ReportReads } from './report-data.ts';

export interface ReportFile {
  /** Without the patient's name: file names end up in mails and lists of recent files. */
  readonly fileName: string;
  readonly mediaType: 'application/pdf' | 'text/csv; charset=utf-8';
  readonly bytes: Uint8Array;
}

/** What still fits a Base64 string with room to spare; longer exports are written line by line with `csvLines`. */
const MOST_CSV_BYTES = 256 * 1024 * 1024;
const CHUNK_CHARACTERS = 1 << 20;

/** Runs the reading of one report against one state of the database, as a read transaction does. */
export type Snapshot = <T>(read: () => T) => T;

/**
 * All reading is done within `snapshot`, synchronously; only setting the pages of a PDF takes turns of the event loop after it.
 * @throws ConsoleError not_found for an unknown patient; invalid_params for a period that does not end after it starts;
 * out_of_range for a CSV of more than 256 MiB.
 */
export async function createReport(
  reads: ReportReads,
  ask: ReportAsk & { readonly format: 'pdf' | 'csv' },
  snapshot: Snapshot = (read) => read(),
): Promise<ReportFile> {
  const period: Period = { patientId: ask.patientId, fromMs: ask.fromMs, toMs: ask.toMs };
  if (ask.format === 'csv') {
    return snapshot(() => ({
      fileName: `${fileStem(reads, period)}.csv`,
      mediaType: 'text/csv; charset=utf-8',
      bytes: csvBytes(csvLines(reads, period)),
    }));
  }
  const { stem, data } = snapshot(() => ({ stem: fileStem(reads, period), data: gatherReport(reads, ask) }));
  // Drawing and typesetting take most of a second to load: paid with the first report, not at the worker's start.
  const [{ reportDocument }, { renderPdf }] = await Promise.all([import('./document.ts'), import('./pdf.ts')]);
  return { fileName: `${stem}.pdf`, mediaType: 'application/pdf', bytes: await renderPdf(reportDocument(data)) };
}

function fileStem(reads: ReportReads, period: Period): string {
  const patient = reportPatient(reads, period);
  const time = clinicTime(reads.settings().timeZone);
  const mrn = patient.mrn.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[._]+/, '') || 'patient';
  return `healthsense-${mrn}-${time.dayKey(period.fromMs)}-${time.dayKey(period.toMs)}`;
}

function csvBytes(lines: Iterable<string>): Uint8Array {
  const chunks: Buffer[] = [];
  let size = 0;
  let text = '';
  const flush = (): void => {
    const chunk = Buffer.from(text, 'utf8');
    size += chunk.length;
    if (size > MOST_CSV_BYTES) {
      throw new ConsoleError('out_of_range', 'This export is too large to hand over in one piece: choose a shorter period.', {
        field: 'toMs',
        limit: '256 MiB',
      });
    }
    chunks.push(chunk);
    text = '';
  };
  for (const line of lines) {
    text += line;
    if (text.length > CHUNK_CHARACTERS) flush();
  }
  flush();
  return Buffer.concat(chunks, size);
}

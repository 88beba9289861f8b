// The PDF itself, read back with poppler: every page names the patient, every sign is drawn, and fonts are inside.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createReport, type ReportFile } from '../../src-main/reports/reports.ts';
import { fakeStore, MODELS, PATIENT, SETTINGS } from './fake-store.ts';
import { alarm, simulatedStay } from './simulated-day.ts';

const FROM = Date.parse('2025-03-29T10:00:00Z');
const TO = FROM + 24 * 3_600_000;
const ASK = {
  patientId: 7,
  fromMs: FROM,
  toMs: TO,
  modelInfo: MODELS,
  generatedAtMs: TO,
  generatedBy: 'Nora Nurse',
  format: 'pdf' as const,
};
const poppler = ['pdftotext', 'pdffonts', 'pdfinfo', 'pdfimages'].every((tool) => spawnSync(tool, ['-v']).error === undefined);

describe('bytes', () => {
  it('are a PDF of modest size, made without a word on the console', async () => {
    const spoken = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
    const file = await createReport(fakeStore({}), ASK);
    for (const spy of spoken) expect(spy).not.toHaveBeenCalled();
    expect(file.mediaType).toBe('application/pdf');
    expect(Buffer.from(file.bytes).subarray(0, 5).toString()).toBe('%PDF-');
    expect(file.bytes.length).toBeLessThan(60_000);
  });
});

describe.skipIf(!poppler)('read back with poppler (pdftotext, pdffonts, pdfinfo, pdfimages)', () => {
  let folder = '';
  let path = '';
  let file: ReportFile;
  const run = (tool: string, ...more: string[]) => execFileSync(tool, [...more], { encoding: 'utf8' });
  const pages = (pdf: string) => run('pdftotext', '-layout', pdf, '-').split('\f').slice(0, -1);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'healthsense-report-'));
    const contents = simulatedStay(FROM, TO, 60_000);
    const alarms = Array.from({ length: 120 }, (_, at) => alarm(`a${at}`, { raisedAtMs: FROM + at * 60_000 }));
    file = await createReport(fakeStore({ ...contents, alarms }), ASK);
    path = join(folder, 'report.pdf');
    writeFileSync(path, file.bytes);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('every page has name, record number, birth date, period, page number and the sentence', () => {
    const found = pages(path);
    expect(found.length).toBeGreaterThan(3);
    for (const [index, page] of found.entries()) {
      for (const part of [
        'Ada Example',
        'MRN 1001',
        '1 May 1960',
        'Harbour Clinic',
        'Europe/Berlin',
        'Nora Nurse',
        `Page ${index + 1} of ${found.length}`,
        'not a certified medical device',
      ]) {
        expect(page).toContain(part);
      }
    }
  });

  it('a table over several pages has its head on each', () => {
    const withAlarms = pages(path).filter((page) => page.includes('SpO₂ low'));
    expect(withAlarms.length).toBeGreaterThan(1);
    for (const page of withAlarms) expect(page).toMatch(/Raised\s+Priority\s+Alarm\s+Lasted\s+Acknowledged/);
  });

  it('subscript two, micro, degree and minus are text that can be searched', () => {
    const text = pages(path).join('\n');
    for (const sign of ['SpO₂', '94 µU/mL', '37.2 °C', '≤ 36%']) expect(text).toContain(sign);
  });

  it('charts are drawn with text in the same font, and nothing is a picture', () => {
    const text = pages(path).join('\n');
    expect(text).toMatch(/22:00\s+30 Mar\s+04:00/);
    expect(run('pdfimages', '-list', path).trim().split('\n')).toHaveLength(2);
  });

  it('all fonts are embedded', () => {
    const fonts = run('pdffonts', path).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) expect(font).toMatch(/\+Roboto.*\s+yes\s+yes\s+yes\s/);
  });

  it('title and author are the record number and the clinic, dated when it was made', () => {
    const info = run('pdfinfo', '-isodates', path);
    expect(info).toMatch(/Title:\s+Patient report, MRN 1001/);
    expect(info).toMatch(/Author:\s+Harbour Clinic/);
    expect(info).toContain('595.28 x 841.89 pts (A4)');
    expect(new Date(/CreationDate:\s+(\S+)/.exec(info)?.[1]?.replace(/([+-]\d\d)$/, '$1:00') ?? '').getTime()).toBe(TO);
  });

  it('long names wrap in the header without covering the content', async () => {
    const patient = {
      ...PATIENT,
      name: `Maximiliana ${'Wolfeschlegelsteinhausen'.repeat(3)} Featherstonehaugh of Kirkby Lonsdale`,
    };
    const settings = {
      ...SETTINGS,
      clinicName: 'University Hospital for Internal Medicine, Cardiology and Endocrinology, Outpatient Department North',
    };
    const long = join(folder, 'long.pdf');
    writeFileSync(long, (await createReport(fakeStore({ patient, settings }), ASK)).bytes);
    const words = [...run('pdftotext', '-bbox', long, '-').matchAll(/yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</g)];
    const lineOf = (word: string) => words.find((match) => match[4] === word);
    expect(Number(lineOf('Ward')?.[1])).toBeGreaterThan(Number(lineOf('(Europe/Berlin,')?.[3]) + 6);
    expect(Math.max(...words.map((match) => Number(match[2])))).toBeLessThanOrEqual(595 - 39);
  });
});

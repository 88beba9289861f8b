// A recording of vital signs as CSV: the payload's columns, or a bedside monitor's `minute,hr,...` columns.

export interface RecordedRow {
  /** From the first row. */
  readonly offsetMs: number;
  readonly heartRatePerMin: number | null;
  readonly pulseRatePerMin: number | null;
  readonly spo2Percent: number | null;
  readonly respiratoryRatePerMin: number | null;
  readonly glucoseMgDl: number | null;
  /** Measured by a cuff. */
  readonly cuff: Pressure | null;
  /** Measured in an artery, continuously. */
  readonly arterial: Pressure | null;
}

export interface Pressure {
  readonly systolicMmHg: number;
  readonly diastolicMmHg: number;
  readonly meanMmHg: number | null;
}

const KNOWN = ['hr', 'heart_rate', 'pulse', 'resp', 'spo2', 'glucose', 'abpsys', 'nbpsys', 'bp_systolic'] as const;

/**
 * Zero, empty and anything that is not a positive number mean "no reading".
 * @throws Error naming the line, where the text is not such a recording.
 */
export function parseRecording(csv: string): readonly RecordedRow[] {
  const lines = csv.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = (lines[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (!KNOWN.some((name) => header.includes(name))) throw new Error(`Line 1: none of the columns ${KNOWN.join(', ')} is there`);
  const timeColumn = ['minute', 'timestamp'].find((name) => header.includes(name));
  if (timeColumn === undefined) throw new Error('Line 1: there is no column "minute" or "timestamp"');
  const rows: RecordedRow[] = [];
  let firstMs: number | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const cells = line.split(',');
    const text = (name: string): string => cells[header.indexOf(name)]?.trim() ?? '';
    const timeMs = timeColumn === 'minute' ? Number(text('minute') || Number.NaN) * 60_000 : Date.parse(text('timestamp'));
    if (!Number.isFinite(timeMs)) throw new Error(`Line ${index + 1}: "${text(timeColumn)}" is not a time`);
    if (timeMs <= lastMs) throw new Error(`Line ${index + 1}: its time is not after that of the line before`);
    firstMs ??= timeMs;
    lastMs = timeMs;
    const reading = (...names: readonly string[]): number | null => {
      for (const name of names) {
        const value = Number(text(name));
        if (Number.isFinite(value) && value > 0) return value;
      }
      return null;
    };
    rows.push({
      offsetMs: timeMs - firstMs,
      heartRatePerMin: reading('hr', 'heart_rate'),
      // The payload has one rate for both sensors.
      pulseRatePerMin: header.includes('pulse') ? reading('pulse') : reading('heart_rate', 'hr'),
      spo2Percent: reading('spo2'),
      respiratoryRatePerMin: reading('resp'),
      glucoseMgDl: reading('glucose'),
      cuff: pressure(reading('nbpsys', 'bp_systolic'), reading('nbpdias', 'bp_diastolic'), reading('nbpmean')),
      arterial: pressure(reading('abpsys'), reading('abpdias'), reading('abpmean')),
    });
  }
  if (rows.length === 0) throw new Error('The recording has no rows');
  return rows;
}

function pressure(systolicMmHg: number | null, diastolicMmHg: number | null, meanMmHg: number | null): Pressure | null {
  return systolicMmHg === null || diastolicMmHg === null ? null : { systolicMmHg, diastolicMmHg, meanMmHg };
}

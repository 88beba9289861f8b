// A cuff module on a serial line: one line a measurement, `systolic, diastolic, pulse` (`129, 087, 095`), or `ERR…` for one that failed.
import type { Readable } from 'node:stream';
import type { CuffSample, Sensor } from './sensor.ts';

/** A line longer than this is noise. */
const LONGEST_LINE = 32;
const MMHG = { least: 20, most: 300 } as const;
const PULSE = { least: 20, most: 300 } as const;
const LINE = /^ *(\d{1,3}) *, *(\d{1,3}) *, *(\d{1,3}) *$/;
const FLAGS = { movement: false, cuffLoose: false, irregularPulse: false } as const;
const FAILED: CuffSample = { systolicMmHg: null, diastolicMmHg: null, meanMmHg: null, pulseRatePerMin: null, ...FLAGS };

/** @returns null for whatever else the module says. The module does not tell the mean pressure, and none is made up. */
export function parseCuffLine(line: string): CuffSample | null {
  if (line.length > LONGEST_LINE) return null;
  if (line.startsWith('ERR')) return FAILED;
  const [systolicMmHg = 0, diastolicMmHg = 0, pulseRatePerMin = 0] = (LINE.exec(line) ?? []).slice(1).map(Number);
  const isPressure = diastolicMmHg >= MMHG.least && systolicMmHg <= MMHG.most && diastolicMmHg < systolicMmHg;
  if (!isPressure || pulseRatePerMin < PULSE.least || pulseRatePerMin > PULSE.most) return null;
  return { systolicMmHg, diastolicMmHg, meanMmHg: null, pulseRatePerMin, ...FLAGS };
}

export class SerialCuff implements Sensor<CuffSample> {
  #line = '';
  #waiting: CuffSample[] = [];

  /** @param port open, and closed by who opened it. */
  constructor(port: Readable) {
    port.on('data', (bytes: Buffer) => this.#take(bytes.toString('latin1')));
  }

  sample(): CuffSample | null {
    return this.#waiting.shift() ?? null;
  }

  #take(text: string): void {
    const lines = (this.#line + text).split(/[\r\n]+/);
    // Kept a little longer than a line may be, so that a too long one is known as such when it ends.
    this.#line = (lines.pop() ?? '').slice(0, 2 * LONGEST_LINE);
    for (const line of lines) {
      const sample = parseCuffLine(line);
      if (sample !== null) this.#waiting.push(sample);
    }
  }
}

// Sensors that play a recording: a vital the row lacks is not sent at all, so a gap stays a gap.
import type { RecordedRow } from './recording.ts';
import { type Moment, Pace, type SensorSet } from './sensors/sensor.ts';
import { simulatedBattery } from './sensors/simulated-battery.ts';

/** A row stands until the next, but no longer than this. */
const LONGEST_HOLD_MS = 5 * 60_000;
/** Arterial pressure is continuous; a cuff is not. */
const ARTERIAL_EVERY_MS = 5 * 60_000;
const RESPIRATION_EVERY_REAL_MS = 5_000;
const SLOWEST_DEMO_MS = 3_000;

/** @param startMs body time of the first row. @param seed of the battery, which no recording has. */
export function replaySensors(rows: readonly RecordedRow[], startMs: number, seed = 1): SensorSet {
  const playhead = new Playhead(rows, startMs);
  const breathPace = new Pace(0, RESPIRATION_EVERY_REAL_MS);
  const arterialPace = new Pace(ARTERIAL_EVERY_MS, SLOWEST_DEMO_MS);
  return {
    // A recording of numerals has no waveform in it.
    ecg: null,
    battery: simulatedBattery(seed, startMs),
    heart: {
      sample(now) {
        const rate = playhead.rowAt(now)?.heartRatePerMin ?? null;
        return rate === null ? null : { heartRatePerMin: rate, contact: true, rrIntervalsMs: [] };
      },
    },
    oximeter: {
      sample(now) {
        const row = playhead.rowAt(now);
        if (row === null || row.spo2Percent === null) return null;
        const { spo2Percent, pulseRatePerMin } = row;
        return {
          spo2Percent,
          pulseRatePerMin,
          pulseAmplitudePercent: null,
          questionable: false,
          lowPerfusion: false,
          offUser: false,
        };
      },
    },
    respiration: {
      sample(now) {
        const rate = playhead.rowAt(now)?.respiratoryRatePerMin ?? null;
        if (rate === null || !breathPace.isDue(now)) return null;
        return { respiratoryRatePerMin: rate, sensorOff: false, movement: false, questionable: false };
      },
    },
    glucose: {
      sample(now) {
        const newest = latest(playhead.passed(now, 'glucose'), (row) => row.glucoseMgDl);
        return newest === null ? null : { glucoseMgDl: newest, trendMgDlPerMin: null, qualityPercent: 100 };
      },
    },
    cuff: {
      sample(now) {
        const passed = playhead.passed(now, 'cuff');
        const arterial = latest(passed, (row) => row.arterial);
        const pressure = latest(passed, (row) => row.cuff) ?? (arterial !== null && arterialPace.isDue(now) ? arterial : null);
        if (pressure === null) return null;
        const pulseRatePerMin = latest(passed, (row) => row.pulseRatePerMin ?? row.heartRatePerMin);
        return { ...pressure, pulseRatePerMin, movement: false, cuffLoose: false, irregularPulse: false };
      },
    },
  };
}

function latest<T>(rows: readonly RecordedRow[], pick: (row: RecordedRow) => T | null): T | null {
  return rows.reduce<T | null>((found, row) => pick(row) ?? found, null);
}

class Playhead {
  readonly #rows: readonly RecordedRow[];
  readonly #startMs: number;
  readonly #taken = new Map<string, number>();
  #index = 0;

  constructor(rows: readonly RecordedRow[], startMs: number) {
    this.#rows = rows;
    this.#startMs = startMs;
  }

  /** Null in gaps of the recording and after its end. Time only moves on. */
  rowAt(now: Moment): RecordedRow | null {
    const offsetMs = now.bodyMs - this.#startMs;
    while ((this.#rows[this.#index + 1]?.offsetMs ?? Number.POSITIVE_INFINITY) <= offsetMs) this.#index += 1;
    const row = this.#rows[this.#index];
    return row !== undefined && offsetMs - row.offsetMs < LONGEST_HOLD_MS ? row : null;
  }

  /** Rows that began since `reader` last asked: none is skipped at high speed, none is taken twice. */
  passed(now: Moment, reader: string): readonly RecordedRow[] {
    this.rowAt(now);
    const from = this.#taken.get(reader) ?? 0;
    this.#taken.set(reader, this.#index + 1);
    return this.#rows.slice(from, this.#index + 1);
  }
}

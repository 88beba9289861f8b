// A data directory as a busy ward would have it: patients of whom the models know everything they ask for, each with a device.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hashToken, newToken } from '../../src-main/accounts/tokens.ts';
import { openReadable, openWritable } from '../../src-main/store/database.ts';
import type { NewObservation } from '../../src-main/store/ports.ts';
import { storeWriter } from '../../src-main/store/writer.ts';
import type { ObservationKind } from '../../src-main/vitals/inputs.ts';
import type { LoadResult } from './load-plan.ts';
import { vitalsOf } from './readings.ts';

export interface BenchDevice {
  readonly deviceId: string;
  readonly token: string;
}

export interface PreparedData {
  readonly dataDir: string;
  /** Worn by a patient with six hours of readings behind them: they post what they measure now. */
  readonly live: readonly BenchDevice[];
  /** Worn for days without a word: they hand in what they kept, in order of time. */
  readonly silent: readonly BenchDevice[];
  /** When the first reading of a silent device may have been taken. */
  readonly silentFromMs: number;
  /** Of a signed-in user, for `session.resume`. */
  readonly sessionToken: string;
  readonly readings: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HISTORY_MS = 6 * HOUR_MS;
const SILENT_MS = 20 * DAY_MS;
const WHO = 'benchmark';

/** What the three models ask for beside vital signs. Low risk, so that no alarm comes and goes. */
const ENTERED: { readonly [K in ObservationKind]?: number } = {
  heightCm: 178,
  weightKg: 71,
  glucoseOgttMgDl: 98,
  insulinUuMl: 80,
  skinThicknessMm: 22,
  pregnancies: 0,
  diabetesPedigree: 0.3,
  cholesterolMgDl: 190,
  fastingGlucoseOver120: 0,
  chestPainType: 3,
  restingEcg: 0,
  maxHeartRatePerMin: 168,
  exerciseAngina: 0,
  stDepressionMm: 0,
  stSlope: 1,
  majorVessels: 0,
  thal: 3,
  supplementalOxygen: 0,
};

export function prepareData(dataDir: string, counts: { readonly live: number; readonly silent?: number }): PreparedData {
  mkdirSync(dataDir, { recursive: true });
  const db = openWritable(join(dataDir, 'healthsense.db'));
  try {
    const nowMs = Date.now();
    const writer = storeWriter(db);
    const { plain } = writer;
    const user = plain.addUser({
      actor: WHO,
      atMs: nowMs,
      userName: 'bench',
      displayName: 'Bench',
      passwordHash: '-',
      role: 'admin',
    });
    const sessionToken = newToken();
    const expiresAtMs = nowMs + HOUR_MS;
    plain.addSession({ actor: WHO, atMs: nowMs, userId: user.userId, tokenHash: hashToken(sessionToken), expiresAtMs });

    function admit(name: string, index: number, enteredAtMs: number): BenchDevice {
      const by = { actor: WHO, atMs: enteredAtMs };
      const deviceId = `${name}-${index + 1}`;
      const token = newToken();
      const patient = { mrn: deviceId, name: deviceId, birthDate: '1990-01-01', sex: 'male', location: '', note: '' } as const;
      const { patientId } = plain.addPatient({ ...by, patient });
      const entries = (Object.entries(ENTERED) as [ObservationKind, number][]).map(
        ([kind, value]): NewObservation => ({ kind, value, enteredValue: String(value), enteredUnit: '', override: false }),
      );
      writer.addObservations({ ...by, patientId, takenAtMs: enteredAtMs, note: '', entries });
      plain.putDevice({ ...by, deviceId, transport: 'http', tokenHash: hashToken(token) });
      plain.bind({ ...by, deviceId, patientId, fromMs: enteredAtMs });
      return { deviceId, token };
    }

    const live = Array.from({ length: counts.live }, (_, index) => admit('live', index, nowMs - HISTORY_MS - MINUTE_MS));
    const silent = Array.from({ length: counts.silent ?? 0 }, (_, index) =>
      admit('silent', index, nowMs - SILENT_MS - MINUTE_MS),
    );
    const minutes = HISTORY_MS / MINUTE_MS;
    for (const { deviceId } of live) {
      const history = Array.from({ length: minutes }, (_, minute) => {
        const takenAtMs = nowMs - (minutes - minute) * MINUTE_MS;
        const values = vitalsOf(minute);
        return {
          deviceId,
          takenAtMs,
          receivedAtMs: takenAtMs + 300,
          sequence: 0,
          origin: 'live',
          values,
          specials: {},
          quality: 0,
        } as const;
      });
      writer.store(writer.plan(history), []);
    }
    // As at any moment of a day's work, and not all at once with the first reading of the run.
    do writer.fileArrivals();
    while (writer.hasToFile);
    return { dataDir, live, silent, silentFromMs: nowMs - SILENT_MS, sessionToken, readings: live.length * minutes };
  } finally {
    db.close();
  }
}

/** Readings that a load was told are stored, and those of which it was told nothing before it ended. */
export interface Acknowledged {
  readonly stored: number;
  readonly unanswered: number;
}

export const NOTHING: Acknowledged = { stored: 0, unanswered: 0 };

export function plus(
  before: Acknowledged,
  { requests, unanswered }: Pick<LoadResult, 'requests' | 'unanswered'>,
  readingsPerRequest = 1,
): Acknowledged {
  return {
    stored: before.stored + requests * readingsPerRequest,
    unanswered: before.unanswered + unanswered * readingsPerRequest,
  };
}

/** @throws Error unless the database holds what was there before and all that was acknowledged, and nothing else that was not sent. */
export function checkStored(dataDir: string, before: number, { stored, unanswered }: Acknowledged): void {
  const db = openReadable(join(dataDir, 'healthsense.db'));
  try {
    const found = (db.prepare<[], number>('SELECT count(*) FROM reading').pluck().get() ?? 0) - before;
    if (found >= stored && found <= stored + unanswered) return;
    const words = unanswered === 0 ? '' : ` (and ${unanswered} more sent)`;
    throw new Error(`${stored} readings were acknowledged${words} and ${found} are stored`);
  } finally {
    db.close();
  }
}

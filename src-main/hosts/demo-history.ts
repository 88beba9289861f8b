// The day before the demo: the same simulated bodies, once a minute, handed in as back-filled readings.
import { type PatientProfileName, PROFILES } from '../../firmware/raspberry-pi/patient-profiles.ts';
import { Physiology } from '../../firmware/raspberry-pi/physiology.ts';
import type { LinkSink, Measurement } from '../links/link.ts';

const MINUTE_MS = 60_000;
const CUFF_EVERY_MINUTES = 15;
const GLUCOSE_EVERY_MINUTES = 5;
const BATCH = 500;

export interface HistoryAsk {
  readonly deviceId: string;
  readonly profile: PatientProfileName;
  readonly seed: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly receivedAtMs: number;
}

/** One reading a minute; none while the sensors were off the skin. */
function* simulatedHistory(ask: HistoryAsk): Generator<Measurement> {
  const { deviceId, profile, seed, receivedAtMs } = ask;
  const body = new Physiology(PROFILES[profile], seed, ask.fromMs);
  const firstMs = Math.ceil(ask.fromMs / MINUTE_MS) * MINUTE_MS;
  for (let takenAtMs = firstMs; takenAtMs < ask.toMs; takenAtMs += MINUTE_MS) {
    body.advanceTo(takenAtMs);
    const state = body.state();
    if (!state.worn) continue;
    const minute = Math.round(takenAtMs / MINUTE_MS);
    yield {
      deviceId,
      takenAtMs,
      receivedAtMs,
      sequence: 0,
      origin: 'backfill',
      values: {
        heartRate: Math.round(state.heartRatePerMin),
        spo2: Math.round(state.spo2Percent),
        respiratoryRate: Math.round(state.respiratoryRatePerMin),
        ...(minute % GLUCOSE_EVERY_MINUTES === 0 && { glucose: Math.round(state.glucoseMgDl) }),
        ...(minute % CUFF_EVERY_MINUTES === 0 && {
          systolic: Math.round(state.systolicMmHg),
          diastolic: Math.round(state.diastolicMmHg),
        }),
      },
      specials: {},
      quality: 0,
    };
  }
}

/** Hands the history in, batch by batch. */
export async function giveHistory(sink: Pick<LinkSink, 'accept'>, ask: HistoryAsk): Promise<void> {
  let batch: Measurement[] = [];
  for (const measurement of simulatedHistory(ask)) {
    batch.push(measurement);
    if (batch.length < BATCH) continue;
    await sink.accept(batch);
    batch = [];
  }
  await sink.accept(batch);
}

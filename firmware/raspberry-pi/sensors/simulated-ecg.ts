// Electrodes on a simulated body: P, QRS and T of each beat as bell curves, with breath, muscle noise and electrodes that come off.
import type { BodyState } from '../physiology.ts';
import { Chance } from '../random.ts';
import type { EcgBlock, EcgSensor } from './sensor.ts';

const SAMPLE_RATE_HZ = 250;
const MICROVOLT_PER_COUNT = 5;
const RAIL = 2_047;
/** A program that slept does not make up for all it missed. */
const LONGEST_TAKE = 5 * SAMPLE_RATE_HZ;

interface Wave {
  /** From the R wave, in s at 60 beats/min; P and T come closer as the heart is faster. */
  readonly atS: number;
  readonly widthS: number;
  readonly millivolt: number;
}

const WAVES: readonly Wave[] = [
  { atS: -0.17, widthS: 0.022, millivolt: 0.12 },
  { atS: -0.026, widthS: 0.01, millivolt: -0.11 },
  { atS: 0, widthS: 0.011, millivolt: 1.05 },
  { atS: 0.028, widthS: 0.011, millivolt: -0.22 },
  { atS: 0.27, widthS: 0.045, millivolt: 0.28 },
];

/** @param body what the body does now; rate and movement are taken from it, the beats are in real time. */
export function simulatedEcg(body: () => BodyState, seed: number): EcgSensor {
  const chance = new Chance(seed ^ 0xec6);
  let startMs: number | null = null;
  let taken = 0;
  let phase = 0;
  let breath = 0;
  let stretch = 1;
  return {
    feature: { sampleRateHz: SAMPLE_RATE_HZ, nanovoltPerCount: MICROVOLT_PER_COUNT * 1_000, lead: 'II' },
    take(nowMs, wanted): EcgBlock {
      startMs ??= nowMs;
      const due = Math.floor(((nowMs - startMs) * SAMPLE_RATE_HZ) / 1_000);
      const count = wanted ? Math.max(0, Math.min(due - taken, LONGEST_TAKE)) : 0;
      const firstIndex = Math.max(taken, due - count);
      taken = firstIndex + count;
      const { heartRatePerMin, respiratoryRatePerMin, worn, moving } = body();
      const samples = Array.from({ length: count }, () => {
        phase += (heartRatePerMin / 60 / SAMPLE_RATE_HZ) * stretch;
        breath += respiratoryRatePerMin / 60 / SAMPLE_RATE_HZ;
        if (phase >= 1) {
          phase -= 1;
          stretch = 1 + 0.02 * chance.normal();
        }
        if (!worn) return RAIL;
        const noise = chance.normal() * (moving ? 0.08 : 0.008);
        const millivolt = beatMillivolt(phase, heartRatePerMin) + 0.06 * Math.sin(2 * Math.PI * breath) + noise;
        return Math.max(-RAIL - 1, Math.min(RAIL, Math.round((millivolt * 1_000) / MICROVOLT_PER_COUNT)));
      });
      return { firstIndex, samples, leadOff: !worn, saturated: samples.some((sample) => sample === RAIL || sample < -RAIL) };
    },
  };
}

/** @param phase 0 to 1, the R wave at 0.4 of the beat. */
function beatMillivolt(phase: number, heartRatePerMin: number): number {
  const beatS = 60 / heartRatePerMin;
  const sinceRS = (phase - 0.4) * beatS;
  const pace = Math.sqrt(beatS);
  return WAVES.reduce((sum, { atS, widthS, millivolt }) => {
    // The ventricles' spike keeps its width, whatever the rate.
    const scale = Math.abs(atS) > 0.1 ? pace : 1;
    return sum + millivolt * Math.exp(-(((sinceRS - atS * scale) / (widthS * scale)) ** 2) / 2);
  }, 0);
}

// Sensors on a simulated body, with what goes wrong with sensors: off the skin, movement, weak pulse, a cuff that fails.
import type { Physiology } from '../physiology.ts';
import { Chance } from '../random.ts';
import { Pace, type SensorSet } from './sensor.ts';
import { simulatedBattery } from './simulated-battery.ts';
import { simulatedEcg } from './simulated-ecg.ts';

const RESPIRATION_EVERY_MS = 5_000;
const GLUCOSE_EVERY_MS = 5 * 60_000;
const CUFF_EVERY_MS = 5 * 60_000;
const SLOWEST_DEMO_MS = 3_000;
const LOW_PERFUSION_PERCENT = 1;
const CUFF_FAILS = 0.06;
const FAILED = { systolicMmHg: null, diastolicMmHg: null, meanMmHg: null, pulseRatePerMin: null } as const;

/** @param startMs body time at which the wearable was put on. @param irregularPulse whether the cuff reports what it feels. */
export function simulatedSensors(body: Physiology, seed: number, startMs: number, irregularPulse: boolean): SensorSet {
  const chance = new Chance(seed ^ 0x5eed);
  const breathPace = new Pace(0, RESPIRATION_EVERY_MS);
  const glucosePace = new Pace(GLUCOSE_EVERY_MS, SLOWEST_DEMO_MS);
  const cuffPace = new Pace(CUFF_EVERY_MS, SLOWEST_DEMO_MS);
  return {
    ecg: simulatedEcg(() => body.state(), seed),
    battery: simulatedBattery(seed, startMs),
    heart: {
      sample() {
        const { heartRatePerMin, rrIntervalsMs, worn } = body.state();
        return worn
          ? { heartRatePerMin, contact: true, rrIntervalsMs }
          : { heartRatePerMin: 0, contact: false, rrIntervalsMs: [] };
      },
    },
    oximeter: {
      sample() {
        const { spo2Percent, heartRatePerMin, perfusionPercent, worn, moving } = body.state();
        return {
          spo2Percent: worn ? spo2Percent - (moving ? chance.between(0, 5) : 0) : null,
          pulseRatePerMin: worn ? heartRatePerMin + chance.normal() * 0.5 : null,
          pulseAmplitudePercent: worn ? perfusionPercent : null,
          questionable: moving,
          lowPerfusion: worn && perfusionPercent < LOW_PERFUSION_PERCENT,
          offUser: !worn,
        };
      },
    },
    respiration: {
      sample(now) {
        if (!breathPace.isDue(now)) return null;
        const { respiratoryRatePerMin, worn, moving } = body.state();
        return {
          respiratoryRatePerMin: worn ? respiratoryRatePerMin : null,
          sensorOff: !worn,
          movement: moving,
          questionable: moving,
        };
      },
    },
    glucose: {
      sample(now) {
        if (!glucosePace.isDue(now)) return null;
        const { glucoseMgDl, glucoseTrendMgDlPerMin } = body.state();
        return { glucoseMgDl, trendMgDlPerMin: glucoseTrendMgDlPerMin, qualityPercent: chance.between(92, 99.9) };
      },
    },
    cuff: {
      sample(now) {
        if (!cuffPace.isDue(now)) return null;
        const { systolicMmHg, diastolicMmHg, heartRatePerMin, worn, moving } = body.state();
        if (!worn || chance.next() < CUFF_FAILS) return { ...FAILED, movement: moving, cuffLoose: !worn, irregularPulse: false };
        const meanMmHg = diastolicMmHg + (systolicMmHg - diastolicMmHg) / 3;
        const irregular = irregularPulse && chance.next() < 0.3;
        return {
          systolicMmHg,
          diastolicMmHg,
          meanMmHg,
          pulseRatePerMin: heartRatePerMin,
          movement: moving,
          cuffLoose: false,
          irregularPulse: irregular,
        };
      },
    },
  };
}

// The sensors a configuration names, each opened by its driver; simulated ones share one body.
import type { Configuration, SensorChoice } from '../configuration.ts';
import { PROFILES } from '../patient-profiles.ts';
import { Physiology } from '../physiology.ts';
import type { SensorSet } from './sensor.ts';
import { simulatedSensors } from './simulated.ts';

export interface OpenSensors {
  readonly set: SensorSet;
  /** Lets the simulated body live on. */
  readonly advance: (bodyMs: number) => void;
  stop(): void;
}

/** @param say for what goes wrong with a sensor later on. @throws where a sensor that is configured cannot be opened. */
export function openSensors(
  choice: SensorChoice,
  simulation: Configuration['simulation'],
  _say: (text: string) => void,
): OpenSensors {
  const profile = PROFILES[simulation.profile];
  const body = new Physiology(profile, simulation.seed, Date.now());
  const simulated = simulatedSensors(body, simulation.seed, profile.irregularPulse);
  return {
    set: {
      heart: choice.ecg === null ? null : simulated.heart,
      oximeter: choice.oximeter === null ? null : simulated.oximeter,
      respiration: choice.respiration === null ? null : simulated.respiration,
      glucose: choice.glucose === null ? null : simulated.glucose,
      cuff: choice.cuff === null ? null : simulated.cuff,
      ecg: choice.ecg === null ? null : simulated.ecg,
    },
    advance: (bodyMs) => body.advanceTo(bodyMs),
    stop: () => {},
  };
}

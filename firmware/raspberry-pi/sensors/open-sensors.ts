// The sensors a configuration names, each opened by its driver; simulated ones share one body.
import type { Configuration, SensorChoice } from '../configuration.ts';
import { PROFILES } from '../patient-profiles.ts';
import { Physiology } from '../physiology.ts';
import { Ad8232 } from './ad8232.ts';
import { GlucoseFeed } from './glucose-feed.ts';
import { Max30102 } from './max30102.ts';
import type { SensorSet } from './sensor.ts';
import { SerialCuff } from './serial-cuff.ts';
import { simulatedSensors } from './simulated.ts';

export interface OpenSensors {
  readonly set: SensorSet;
  /** Lets the simulated body live on. */
  readonly advance: (bodyMs: number) => void;
  stop(): void;
}

/**
 * @param say for what goes wrong with a sensor later on.
 * @throws Error in plain words where a sensor that is configured cannot be opened.
 */
export async function openSensors(
  { oximeter, ecg, cuff, glucose, respiration }: SensorChoice,
  simulation: Configuration['simulation'],
  say: (text: string) => void,
): Promise<OpenSensors> {
  const profile = PROFILES[simulation.profile];
  const body = new Physiology(profile, simulation.seed, Date.now());
  const simulated = simulatedSensors(body, simulation.seed, profile.irregularPulse);
  const opened: { stop(): void }[] = [];
  const kept = <T extends { stop(): void }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const places = { nowMs: Date.now, failed: say };
  const electrodes = ecg?.driver === 'ad8232' ? kept(new Ad8232({ ...places, ...ecg })) : null;
  return {
    set: {
      heart: electrodes?.heart ?? (ecg === null ? null : simulated.heart),
      ecg: electrodes ?? (ecg === null ? null : simulated.ecg),
      oximeter: oximeter?.driver === 'max30102' ? kept(new Max30102(places)) : oximeter && simulated.oximeter,
      cuff: cuff?.driver === 'serial' ? await openCuff(cuff.port, cuff.baud, kept, say) : cuff && simulated.cuff,
      glucose: glucose?.driver === 'feed' ? kept(new GlucoseFeed({ ...places, url: glucose.url })) : glucose && simulated.glucose,
      respiration: respiration && simulated.respiration,
    },
    advance: (bodyMs) => body.advanceTo(bodyMs),
    stop: () => {
      for (const part of opened) part.stop();
    },
  };
}

async function openCuff(
  path: string,
  baudRate: number,
  kept: (part: { stop(): void }) => void,
  say: (text: string) => void,
): Promise<SerialCuff> {
  // Its native part is loaded only where there is a cuff.
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate });
  port.on('error', (error) => say(`cuff: ${error.message}`));
  kept({ stop: () => port.close(() => {}) });
  return new SerialCuff(port);
}

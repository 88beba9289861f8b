// The sensors a configuration names, each opened by its driver; simulated ones share one body.
import type { Configuration, SensorChoice } from '../configuration.ts';
import type { HeartRecord, OximeterRecord } from '../encoders.ts';
import { PROFILES } from '../patient-profiles.ts';
import { Physiology } from '../physiology.ts';
import { AD8232_FEATURE, Ad8232, type Ad8232Options } from './ad8232.ts';
import { GlucoseFeed } from './glucose-feed.ts';
import { Max30102 } from './max30102.ts';
import { PowerSupply } from './power-supply.ts';
import { Reopened } from './reopened.ts';
import type { CuffSample, EcgSensor, Sensor, SensorSet } from './sensor.ts';
import { SerialCuff } from './serial-cuff.ts';
import { simulatedSensors } from './simulated.ts';

export interface OpenSensors {
  readonly set: SensorSet;
  /** Lets the simulated body live on. */
  readonly advance: (bodyMs: number) => void;
  stop(): void;
}

/**
 * A sensor that is not there now is looked for again; only what can never work is an error.
 * @param say for what goes wrong with a sensor.
 */
export async function openSensors(
  { oximeter, ecg, cuff, glucose, respiration, battery }: SensorChoice,
  simulation: Configuration['simulation'],
  say: (text: string) => void,
): Promise<OpenSensors> {
  const profile = PROFILES[simulation.profile];
  const startMs = Date.now();
  const body = new Physiology(profile, simulation.seed, startMs);
  const simulated = simulatedSensors(body, simulation.seed, startMs, profile.irregularPulse);
  const opened: { stop(): void }[] = [];
  const kept = <T extends { stop(): void }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const electrodes = ecg?.driver === 'ad8232' ? openElectrodes(ecg, kept, say) : null;
  return {
    set: {
      heart: electrodes?.heart ?? (ecg === null ? null : simulated.heart),
      ecg: electrodes?.ecg ?? (ecg === null ? null : simulated.ecg),
      oximeter: oximeter?.driver === 'max30102' ? openOximeter(kept, say) : oximeter && simulated.oximeter,
      cuff: cuff?.driver === 'serial' ? await openCuff(cuff.port, cuff.baud, kept, say) : cuff && simulated.cuff,
      glucose:
        glucose?.driver === 'feed'
          ? kept(new GlucoseFeed({ url: glucose.url, nowMs: Date.now, failed: say }))
          : glucose && simulated.glucose,
      respiration: respiration && simulated.respiration,
      battery: battery?.driver === 'power-supply' ? new PowerSupply(battery.name) : battery && simulated.battery,
    },
    advance: (bodyMs) => body.advanceTo(bodyMs),
    stop: () => {
      for (const part of opened) part.stop();
    },
  };
}

type Keep = <T extends { stop(): void }>(part: T) => T;
type Say = (text: string) => void;

function openOximeter(kept: Keep, say: Say): Sensor<OximeterRecord> {
  const open = (failed: Say): Max30102 => new Max30102({ nowMs: Date.now, failed });
  const sensor = kept(new Reopened({ name: 'oximeter', open, nowMs: Date.now, say }));
  return { sample: (now) => sensor.current()?.sample(now) ?? null };
}

function openElectrodes(
  choice: Pick<Ad8232Options, 'trigger' | 'leadOffFiles'>,
  kept: Keep,
  say: Say,
): { readonly ecg: EcgSensor; readonly heart: Sensor<HeartRecord> } {
  const startMs = Date.now();
  const indexNow = (nowMs: number): number => Math.floor(((nowMs - startMs) * AD8232_FEATURE.sampleRateHz) / 1_000);
  /** Where the samples of this opening begin: a while without the sensor shows as a gap. */
  let base = 0;
  const open = (failed: Say): Ad8232 => {
    const sensor = new Ad8232({ nowMs: Date.now, failed, ...choice });
    base = indexNow(Date.now());
    return sensor;
  };
  const sensor = kept(new Reopened({ name: 'ECG', open, nowMs: Date.now, say }));
  return {
    ecg: {
      feature: AD8232_FEATURE,
      take: (nowMs, wanted) => {
        const block = sensor.current()?.take(nowMs, wanted);
        if (block === undefined) return { firstIndex: indexNow(nowMs), samples: [], leadOff: true, saturated: false };
        return { ...block, firstIndex: block.firstIndex + base };
      },
    },
    heart: { sample: (now) => sensor.current()?.heart.sample(now) ?? null },
  };
}

async function openCuff(path: string, baudRate: number, kept: Keep, say: Say): Promise<Sensor<CuffSample>> {
  // Its native part is loaded only where there is a cuff.
  const { SerialPort } = await import('serialport');
  const open = (failed: Say) => {
    const port = new SerialPort({ path, baudRate });
    port.on('error', (error) => failed(error.message));
    port.on('close', () => failed('the serial line is closed'));
    const cuff = new SerialCuff(port);
    return { sample: () => cuff.sample(), stop: () => void (port.isOpen && port.close(() => {})) };
  };
  const sensor = kept(new Reopened({ name: 'cuff', open, nowMs: Date.now, say }));
  return { sample: () => sensor.current()?.sample() ?? null };
}

// `healthsense simulate`: a simulated wearable that posts or publishes to a console that is running, until it is told to stop.
import type { PatientProfileName } from '../../firmware/raspberry-pi/index.ts';
import { simulateOverNetwork } from '../../firmware/raspberry-pi/simulate.ts';
import { UsageError } from './options.ts';
import { untilSignal } from './shutdown.ts';

export interface SimulateOptions {
  readonly http?: string;
  readonly mqtt?: string;
  /** Seconds. */
  readonly every: number;
  readonly for?: number;
  readonly profile: PatientProfileName;
  readonly replay?: string;
  readonly speed: number;
  readonly seed: number;
}

/** @returns the exit status: 1 where nothing was delivered. @throws UsageError where it is not said who or where to. */
export async function simulate(deviceId: string, options: SimulateOptions): Promise<number> {
  const { http, mqtt, every, profile, replay, speed, seed } = options;
  // Not on the command line, where everybody on the machine could read it.
  const token = process.env.HEALTHSENSE_TOKEN?.trim();
  if (!token) throw new UsageError('HEALTHSENSE_TOKEN must hold the token that `device add` printed.');
  if (http === undefined && mqtt === undefined) throw new UsageError('Say where to: --http, --mqtt or both.');
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  const simulation = simulateOverNetwork({
    deviceId,
    token,
    http: http === undefined ? null : { url: http, everySeconds: every },
    mqtt: mqtt === undefined ? null : { broker: mqtt, everySeconds: every },
    profile,
    seed,
    speed,
    replayFile: replay ?? null,
    say,
  });
  let told = 0;
  const tell = (): void => {
    const { made, delivered } = simulation.progress();
    if (delivered > told) say(`${delivered} of ${made} records delivered`);
    told = delivered;
  };
  const telling = setInterval(tell, every * 1_000);
  if (options.for !== undefined) setTimeout(() => process.kill(process.pid, 'SIGTERM'), options.for * 1_000).unref();
  const close = async (): Promise<void> => {
    clearInterval(telling);
    tell();
    await simulation.close();
  };
  await untilSignal(Promise.resolve({ close }));
  return told > 0 ? 0 : 1;
}

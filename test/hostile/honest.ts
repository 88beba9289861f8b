// Honest wearables beside the attack: started once, asked lap by lap how long they waited.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HonestAsk, Lap, ToHonest } from './honest-process.ts';

export interface Honest {
  /** What was posted since the last lap. */
  lap(): Promise<Lap>;
  end(): void;
}

export function honestDevices(ask: HonestAsk): Honest {
  const program = fileURLToPath(new URL('./honest-process.ts', import.meta.url));
  const child = fork(program, { execArgv: [], serialization: 'advanced' });
  const send = (message: ToHonest): boolean => child.send(message);
  send(ask);
  return {
    lap: async () => {
      send('lap');
      const [lap] = (await once(child, 'message')) as [Lap];
      return lap;
    },
    end: () => child.disconnect(),
  };
}

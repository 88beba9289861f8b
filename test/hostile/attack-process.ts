// The attacker, in a process of its own that yields to all others: in a clinic it would sit at a machine of its own, and must not be
// taken for slow because it takes the processors from the console it attacks.
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { chanceOf } from '../crash/seeded-random.ts';
import { Attack } from './attack.ts';
import { type Device, Fuzzer, type OpenApi } from './fuzzer.ts';

export interface AttackAsk {
  readonly port: number;
  readonly document: OpenApi;
  readonly seed: number;
  readonly devices: readonly Device[];
  readonly connections: number;
}

/** Goes on for both: as many requests, and as long. */
export interface Wave {
  readonly requests: number;
  readonly ms: number;
}

/** The parent sends `AttackAsk` once, then waves; each is answered with a list of `Answer`. It ends with its parent. */
export type ToAttacker = AttackAsk | Wave;

setPriority(19);
let attack: Attack | null = null;
process.on('message', async (message: ToAttacker) => {
  if ('port' in message) {
    const { port, document, seed, devices, connections } = message;
    attack = new Attack(port, new Fuzzer(document, chanceOf(seed), devices), connections);
  } else process.send?.(await attack?.wave(message));
});
await once(process, 'disconnect');
process.exit(0);

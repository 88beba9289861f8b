// The attacker on a thread of its own, so that the honest device beside it waits for the console alone and not for the attacker.
import { parentPort, workerData } from 'node:worker_threads';
import { chanceOf } from '../crash/seeded-random.ts';
import { Attack } from './attack.ts';
import { type Device, Fuzzer, type OpenApi } from './fuzzer.ts';

export interface AttackAsk {
  readonly port: number;
  readonly document: OpenApi;
  readonly seed: number;
  readonly devices: readonly Device[];
  readonly requests: number;
  readonly connections: number;
}

const { port, document, seed, devices, requests, connections } = workerData as AttackAsk;
const attack = new Attack(port, new Fuzzer(document, chanceOf(seed), devices));
await attack.run(requests, connections);
parentPort?.postMessage(attack.answers);

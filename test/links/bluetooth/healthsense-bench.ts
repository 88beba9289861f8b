// Wearables with tokens for the bench: a memory that knows the tokens, and how many records each wearable still keeps.
import { createHash } from 'node:crypto';
import { createSimulatedWearable, RecordStore, type SimulatedWearable } from '../../../firmware/raspberry-pi/index.ts';
import { forgetfulMemory, type LinkMemory, NOTHING_REMEMBERED } from '../../../src-main/links/bluetooth/memory.ts';

export const TOKEN = 'a-token-of-forty-three-characters-as-made-00';

export function hashOf(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** Remembers for the life of the test; survives the link that uses it. */
export function memoryKnowing(tokens: { readonly [deviceId: string]: string }): LinkMemory {
  const memory = forgetfulMemory();
  return {
    ...memory,
    of: async (deviceId) => {
      const token = tokens[deviceId];
      const known = (await memory.of(deviceId)) ?? NOTHING_REMEMBERED;
      return token === undefined ? await memory.of(deviceId) : { ...known, tokenHash: hashOf(token) };
    },
  };
}

export interface KeptWearable {
  readonly serial: string;
  readonly store: RecordStore;
  readonly wearable: SimulatedWearable;
}

export function keptWearable(options: Parameters<typeof createSimulatedWearable>[0]): KeptWearable {
  const store = new RecordStore({ path: ':memory:', capacity: 100_000, ways: ['bluetooth'] });
  const wearable = createSimulatedWearable({ dropOutsPerHour: 0, tickMs: 20, token: TOKEN, store, ...options });
  return { serial: options.serial, store, wearable };
}

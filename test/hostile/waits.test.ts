// The verdict on waits under attack: an honest console passes beside other work on the machine, and one that makes its devices wait does not.
import { expect, it } from 'vitest';
import { type Round, share } from './waits.ts';

const round = (calmMs: number, attackedMs: number): Round => ({ calmMs, attackedMs });

it.each([
  ['twice as long', [5, 12, 9, 6].map((ms) => round(ms, 2 * ms)), true],
  ['four times as long, from 6 ms on', [6, 12, 9, 7].map((ms) => round(ms, 4 * ms)), false],
  ['many times next to nothing, which nobody notices', [1, 2, 1, 2].map((ms) => round(ms, 15)), true],
  ['as long, but for one round that something else made long', [round(8, 9), round(9, 400), round(8, 8), round(7, 9)], true],
  ['long in most rounds', [round(8, 90), round(9, 80), round(300, 90), round(7, 70), round(8, 10)], false],
] as const)('%s', (_, rounds, isAllowed) => {
  expect(share(rounds) <= 1).toBe(isAllowed);
});

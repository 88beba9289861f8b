// What the audit and the device list learn of tokens at the door, and that a flood of guesses teaches them little more.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TokenWatch } from '../../src-main/accounts/token-watch.ts';
import type { DeviceRecord } from '../../src-main/store/ports.ts';

const MINUTE_MS = 60_000;
const GUESS = { link: 'mqtt', address: '10.0.0.9', token: 'unknown', claimedId: 'HEALTH01' } as const;
let clockMs: number;
let audit: string[];
let uses: string[];
let watch: TokenWatch;

beforeEach(() => {
  clockMs = 0;
  audit = [];
  uses = [];
  watch = new TokenWatch({
    writes: {
      addAudit: async ({ action, subject, detail }) => void audit.push(`${action} ${subject}: ${detail}`),
      tokenUsed: async ({ deviceId, from }) => {
        uses.push(`${deviceId} ${from}`);
        return { deviceId } as DeviceRecord;
      },
    },
    onUsed: () => undefined,
    onError: (error) => {
      throw error;
    },
    now: () => 0,
    monotonicMs: () => clockMs,
  });
});
afterEach(() => watch.close());

it('a use is stored once a minute, and at once from another address', () => {
  for (let n = 0; n < 100; n++) watch.used('HEALTH01', '10.0.0.9');
  watch.used('HEALTH01', '10.0.0.10');
  clockMs = MINUTE_MS;
  watch.used('HEALTH01', '10.0.0.10');
  expect(uses).toEqual(['HEALTH01 10.0.0.9', 'HEALTH01 10.0.0.10', 'HEALTH01 10.0.0.10']);
});

it('the first wrong token of an address is in the audit at once, the others as their number', () => {
  for (let n = 0; n < 500; n++) watch.refused({ ...GUESS, link: 'http', claimedId: null });
  watch.refused(GUESS);
  // A client without a user name claims nothing.
  for (const claimedId of ['', 'HEALTH02']) watch.refused({ ...GUESS, claimedId });
  clockMs = 10 * MINUTE_MS;
  watch.look();
  expect(audit).toEqual([
    'device.refused http from 10.0.0.9: a token that no device has',
    'device.refused mqtt from 10.0.0.9: a token that no device has, said to be HEALTH01',
    'device.refused http from 10.0.0.9: 499 tokens that no device has',
    'device.refused mqtt from 10.0.0.9: 2 tokens that no device has, said to be HEALTH02',
  ]);
});

it('says what was shown: nothing, what was not looked up for there was too much of it, or the token of another device', () => {
  watch.refused({ ...GUESS, token: { of: 'HEALTH02' } });
  watch.refused({ ...GUESS, link: 'http', token: 'missing', claimedId: null });
  for (const token of ['missing', 'missing', 'unknown', 'unread', { of: 'HEALTH02' }, { of: 'HEALTH03' }] as const)
    watch.refused({ ...GUESS, token });
  clockMs = 10 * MINUTE_MS;
  watch.look();
  expect(audit).toEqual([
    'device.refused mqtt from 10.0.0.9: the token of HEALTH02, said to be HEALTH01',
    'device.refused http from 10.0.0.9: no token',
    'device.refused mqtt from 10.0.0.9: 2 times no token, a token that no device has, a token that was not looked up, 2 times the token of HEALTH02, HEALTH03, said to be HEALTH01',
  ]);
});

it('guesses from thousands of addresses fill neither memory nor audit', () => {
  for (let n = 0; n < 5000; n++) watch.refused({ ...GUESS, address: `10.0.${n >> 8}.${n & 255}`, claimedId: `D${n}` });
  expect(audit).toHaveLength(51);
});

it('what was counted when the console closes is told', async () => {
  for (let n = 0; n < 3; n++) watch.refused({ ...GUESS, link: 'http', claimedId: null });
  await watch.close();
  expect(audit.at(-1)).toBe('device.refused http from 10.0.0.9: 2 tokens that no device has');
});

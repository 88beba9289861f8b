// Rules of the device token lookup: asked once, forgotten on revocation, never wrong for long.
import { beforeEach, describe, expect, it } from 'vitest';
import { DeviceTokens } from '../../src-main/accounts/device-tokens.ts';
import { TokenBuckets } from '../../src-main/accounts/throttle.ts';
import { hashToken } from '../../src-main/accounts/tokens.ts';
import type { DeviceRecord } from '../../src-main/store/ports.ts';

const record = (deviceId: string): DeviceRecord => ({
  sourceId: 1,
  deviceId,
  transport: 'http',
  name: deviceId,
  address: null,
  model: '',
  firmware: '',
  addedAtMs: 0,
  revokedAtMs: null,
  lastHeardAtMs: null,
  tokenUsedAtMs: null,
  tokenUsedFrom: null,
  cgmOctetOrder: 'status-first',
});

let asked: number;
let clockMs: number;
let byHash: Map<string, DeviceRecord>;
let hold: Promise<void> | null;
let tokens: DeviceTokens;

beforeEach(() => {
  asked = 0;
  clockMs = 0;
  hold = null;
  byHash = new Map([[hashToken('secret'), record('HEALTH01')]]);
  tokens = new DeviceTokens({
    reads: {
      deviceByToken: async ({ tokenHash }) => {
        asked += 1;
        const answer = byHash.get(tokenHash) ?? null;
        if (hold !== null) await hold;
        return answer;
      },
    },
    believedForMs: 30_000,
    monotonicMs: () => clockMs,
  });
});

describe('device tokens', () => {
  it('a token is asked for once, and again when the answer is old', async () => {
    for (let use = 0; use < 5; use++) expect(await tokens.deviceByToken('secret')).toEqual({ deviceId: 'HEALTH01' });
    expect(asked).toBe(1);
    clockMs = 30_000;
    await tokens.deviceByToken('secret');
    expect(asked).toBe(2);
  });

  it('who looks a device up hears of it before it is let in, and of no wrong token', async () => {
    const heard: string[] = [];
    let letIn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const watched = new DeviceTokens({
      reads: { deviceByToken: async ({ tokenHash }) => byHash.get(tokenHash) ?? null },
      onFound: (deviceId) => {
        heard.push(deviceId);
        return waiting;
      },
    });
    let isIn = false;
    const entering = watched.deviceByToken('secret').then(() => {
      isIn = true;
    });
    expect(await watched.deviceByToken('guess')).toBeNull();
    expect([heard, isIn]).toEqual([['HEALTH01'], false]);
    letIn();
    await entering;
    await watched.deviceByToken('secret');
    expect(heard).toEqual(['HEALTH01']);
  });

  it('requests at the same moment share one question', async () => {
    await Promise.all(Array.from({ length: 20 }, () => tokens.deviceByToken('secret')));
    expect(asked).toBe(1);
  });

  it('a wrong token is nobody, and is not remembered', async () => {
    expect(await tokens.deviceByToken('guess')).toBeNull();
    byHash.set(hashToken('guess'), record('HEALTH02'));
    expect(await tokens.deviceByToken('guess')).toEqual({ deviceId: 'HEALTH02' });
  });

  it('a revoked device is refused at once', async () => {
    await tokens.deviceByToken('secret');
    byHash.clear();
    tokens.forget('HEALTH01');
    expect(await tokens.deviceByToken('secret')).toBeNull();
  });

  it('an answer that was on its way when the device was revoked is not remembered', async () => {
    let release = (): void => undefined;
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const early = tokens.deviceByToken('secret');
    byHash.clear();
    tokens.forget('HEALTH01');
    release();
    await early;
    expect(await tokens.deviceByToken('secret')).toBeNull();
  });

  it('a record that says it is revoked is refused, whatever the query let through', async () => {
    byHash.set(hashToken('secret'), { ...record('HEALTH01'), revokedAtMs: 5 });
    expect(await tokens.deviceByToken('secret')).toBeNull();
  });
});

describe('token buckets', () => {
  it('allow the burst, then the rate, and say how long to wait', () => {
    let nowMs = 0;
    const buckets = new TokenBuckets({ burst: 10, perSecond: 2 }, () => nowMs);
    expect(buckets.take('a', 10)).toBe(0);
    expect(buckets.take('a')).toBe(500);
    expect(buckets.take('a', 4)).toBe(2000);
    expect(buckets.take('b')).toBe(0);
    nowMs = 500;
    expect(buckets.take('a')).toBe(0);
    expect(buckets.waitMs('a')).toBe(500);
  });

  it('never hold more than the burst, and a flood of keys does not free a key in use', () => {
    let nowMs = 0;
    const buckets = new TokenBuckets({ burst: 3, perSecond: 1 }, () => nowMs);
    buckets.giveBack('a', 100);
    expect(buckets.take('a', 4)).toBeGreaterThan(0);
    for (let key = 0; key < 25_000; key++) {
      nowMs += 0.01;
      buckets.take(`flood ${key}`);
      if (key % 100 === 0) buckets.take('a');
    }
    expect(buckets.take('a', 3)).toBeGreaterThan(0);
  });
});

// The screen's clock: it follows the console's, and a message that was long on its way does not set it back.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const START_MS = Date.UTC(2026, 10, 23, 8);

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  vi.resetModules();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock of a screen', () => {
  it('follows a console whose clock is another', async () => {
    const { setConsoleTime, useClock } = await import('../../src-renderer/stores/clock.ts');
    setConsoleTime(START_MS + 90_000);
    expect(useClock.getState().nowMs).toBe(START_MS + 90_000);
  });

  it('is not set back by a message that comes late', async () => {
    const { setConsoleTime, tick, useClock } = await import('../../src-renderer/stores/clock.ts');
    setConsoleTime(START_MS);
    vi.setSystemTime(START_MS + 10_000);
    setConsoleTime(START_MS + 3_000);
    tick();
    expect(useClock.getState().nowMs).toBe(START_MS + 10_000);
  });

  it('believes a console clock that was set back once every message of half a minute says so', async () => {
    const { setConsoleTime, useClock } = await import('../../src-renderer/stores/clock.ts');
    setConsoleTime(START_MS);
    for (let message = 0; message < 6; message += 1) setConsoleTime(START_MS - 60_000);
    expect(useClock.getState().nowMs).toBe(START_MS - 60_000);
  });
});

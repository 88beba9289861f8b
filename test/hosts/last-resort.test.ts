// Errors that nobody caught: they are logged, cost no data, and never end in a console that only looks alive.
import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { guardProcess, type LastResortOptions } from '../../src-main/hosts/last-resort.ts';

function guarded(over: Partial<LastResortOptions> = {}) {
  const events = new EventEmitter();
  const steps: string[] = [];
  const log = {
    error: (_: unknown, words: string) => steps.push(`error: ${words}`),
    fatal: ({ err }: { err: Error }, words: string) => steps.push(`fatal: ${err.message}: ${words}`),
  } as unknown as LastResortOptions['log'];
  const release = guardProcess({
    log,
    events,
    exit: (code) => steps.push(`exit ${code}`),
    close: async () => void steps.push('closed'),
    ...over,
  });
  return { events, steps, release };
}

describe('an error nobody caught', () => {
  it('of a promise is logged, and the watch over the ward goes on', async () => {
    const { events, steps } = guarded();
    events.emit('unhandledRejection', new Error('forgotten'));
    await Promise.resolve();
    expect(steps).toEqual(['error: a promise failed and nobody was told']);
  });

  it('of anything else is logged, what is under way is committed, and the process ends with a failure', async () => {
    const { events, steps } = guarded();
    events.emit('uncaughtException', new Error('broken'));
    events.emit('uncaughtException', new Error('again'));
    await vi.waitFor(() => expect(steps).toContain('exit 1'));
    expect(steps).toEqual([
      'fatal: broken: the console failed and ends',
      'closed',
      'fatal: again: the console failed and ends',
      'exit 1',
    ]);
  });

  it('ends the process even where closing hangs or fails', async () => {
    const hanging = guarded({ close: () => new Promise(() => undefined), closeWithinMs: 10 });
    hanging.events.emit('uncaughtException', new Error('broken'));
    await vi.waitFor(() => expect(hanging.steps.at(-1)).toBe('exit 1'));
    const failing = guarded({ close: () => Promise.reject(new Error('no')) });
    failing.events.emit('uncaughtException', new Error('broken'));
    await vi.waitFor(() => expect(failing.steps.slice(-2)).toEqual(['error: did not close cleanly', 'exit 1']));
  });

  it('is the process’s own affair again once the host has closed', () => {
    const { events, release } = guarded();
    release();
    expect([events.listenerCount('uncaughtException'), events.listenerCount('unhandledRejection')]).toEqual([0, 0]);
  });
});

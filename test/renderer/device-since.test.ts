// Since when a device is not somebody's: from now on, or from an earlier time on the clinic's clock that may be meant.
import { describe, expect, it } from 'vitest';
import { FROM_NOW_ON, readSince } from '../../src-renderer/screens/devices/since.ts';

const AT_MS = Date.UTC(2026, 10, 24, 13, 0, 0);
/** Given to them at 10:02:30 in Berlin. */
const limits = { nowMs: AT_MS, notBeforeMs: Date.UTC(2026, 10, 24, 9, 2, 30), timeZone: 'Europe/Berlin' };
const since = (text: string) => readSince({ earlier: true, text }, limits);

describe('since when a device is not theirs', () => {
  it('is now unless somebody says otherwise', () => expect(readSince(FROM_NOW_ON, limits)).toEqual({ ok: true, fromMs: null }));

  it('is read on the clinic’s clock', () =>
    expect(since('2026-11-24T11:30')).toEqual({ ok: true, fromMs: Date.UTC(2026, 10, 24, 10, 30) }));

  it('may be the very minute it was given to them, which is then all of it', () =>
    expect(since('2026-11-24T10:02')).toEqual({ ok: true, fromMs: limits.notBeforeMs }));

  it('is not before that, not to come, and not half a time', () => {
    expect(since('2026-11-24T10:01')).toMatchObject({ ok: false, message: expect.stringContaining('24 Nov 2026, 10:02') });
    expect(since('2026-11-24T14:01')).toMatchObject({ ok: false, message: 'This time is yet to come' });
    expect(since('2026-11-24')).toMatchObject({ ok: false, message: 'Enter date and time' });
  });
});

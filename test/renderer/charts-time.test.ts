// Rules of time on charts: the clinic's zone decides, not the computer's, also on the days when the clocks change.
import { describe, expect, it } from 'vitest';
import { timeAxis } from '../../src-renderer/charts/chart-option.ts';
import {
  clinicTicks,
  dateTimeText,
  dayKey,
  instantOfInput,
  instantOfWall,
  tickText,
  wallInputText,
  zoneOffsetMs,
} from '../../src-renderer/charts/clinic-time.ts';
import { moved, scaled, zoomedSpan } from '../../src-renderer/charts/zoom.ts';
import { COLOURS, HOUR_MS, MINUTE_MS } from './charts-data.ts';

const DAY_MS = 24 * HOUR_MS;

describe('clinic time', () => {
  it('writes the same instant as each clinic’s clock shows it', () => {
    const atMs = Date.UTC(2026, 10, 3, 23, 30);
    expect(dateTimeText(atMs, 'Europe/Berlin')).toBe('4 Nov 2026, 00:30');
    expect(dateTimeText(atMs, 'America/Los_Angeles')).toBe('3 Nov 2026, 15:30');
    expect(dayKey(atMs, 'Asia/Kolkata')).toBe('2026-11-04');
  });

  it('knows zones that are not whole hours from UTC', () => {
    expect(zoneOffsetMs(Date.UTC(2026, 0, 1), 'Asia/Kathmandu')).toBe(5 * HOUR_MS + 45 * MINUTE_MS);
  });

  it('takes what a date-time field says to an instant and back', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland']) {
      const atMs = Date.UTC(2026, 6, 4, 5, 45);
      expect(instantOfInput(wallInputText(atMs, zone), zone)).toBe(atMs);
    }
    expect(instantOfInput('2026-13-40T99:00', 'Europe/Berlin')).toBeNull();
    expect(instantOfInput('', 'Europe/Berlin')).toBeNull();
  });

  it('moves a time that summer time skips to just after the change', () => {
    const skipped = instantOfWall(Date.UTC(2026, 2, 29, 2, 30), 'Europe/Berlin');
    expect(dateTimeText(skipped, 'Europe/Berlin')).toBe('29 Mar 2026, 03:30');
  });
});

describe('axis ticks', () => {
  it('puts days on the clinic’s midnights across a change of clocks', () => {
    const fromMs = Date.UTC(2026, 9, 22);
    const ticks = clinicTicks(fromMs, fromMs + 7 * DAY_MS, 'Europe/Berlin', 8);
    expect(ticks).toHaveLength(7);
    for (const atMs of ticks) expect(dateTimeText(atMs, 'Europe/Berlin')).toMatch(/, 00:00$/);
    // 25 October 2026 has 25 hours in Berlin.
    expect(ticks.map((atMs, at) => (at === 0 ? 0 : (atMs - (ticks[at - 1] ?? 0)) / HOUR_MS))).toContain(25);
  });

  it('puts hours on round hours of a zone that is half an hour off', () => {
    const fromMs = Date.UTC(2026, 10, 3, 10, 7);
    for (const atMs of clinicTicks(fromMs, fromMs + 6 * HOUR_MS, 'Asia/Kolkata', 6)) {
      expect(tickText(atMs, 6 * HOUR_MS, 'Asia/Kolkata')).toMatch(/^\d\d:00$/);
    }
  });

  it('keeps to about the wanted number from a minute to a year', () => {
    for (const spanMs of [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, DAY_MS, 30 * DAY_MS, 365 * DAY_MS]) {
      const ticks = clinicTicks(0, spanMs, 'UTC', 8);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(9);
    }
  });

  it('names the day at midnight and the clock at all other times', () => {
    expect(tickText(Date.UTC(2026, 10, 2, 23), DAY_MS, 'Europe/Berlin')).toBe('3 Nov');
    expect(tickText(Date.UTC(2026, 10, 3, 0), DAY_MS, 'Europe/Berlin')).toBe('01:00');
  });

  it('hands these ticks to the axis', () => {
    const range = { fromMs: Date.UTC(2026, 10, 3), toMs: Date.UTC(2026, 10, 4) };
    const axis = timeAxis(range, range, 'Asia/Kolkata', COLOURS);
    expect(axis.axisLabel.customValues.map(axis.axisLabel.formatter)).toContain('4 Nov');
    expect(axis.axisTick.customValues).toEqual(axis.axisLabel.customValues);
  });
});

describe('zoom', () => {
  const range = { fromMs: 0, toMs: 100 * MINUTE_MS };

  it('turns percentages into the times they stand for', () => {
    expect(zoomedSpan(range, { start: 25, end: 50 })).toEqual({ fromMs: 25 * MINUTE_MS, toMs: 50 * MINUTE_MS });
  });

  it('never leaves the range, by zooming out or by moving', () => {
    expect(scaled({ fromMs: 0, toMs: 60 * MINUTE_MS }, 4, range)).toEqual(range);
    expect(moved({ fromMs: 80 * MINUTE_MS, toMs: 100 * MINUTE_MS }, 0.5, range)).toEqual({
      fromMs: 80 * MINUTE_MS,
      toMs: 100 * MINUTE_MS,
    });
  });

  it('never zooms closer than a minute', () => {
    const { fromMs, toMs } = scaled({ fromMs: 0, toMs: MINUTE_MS }, 0.5, range);
    expect(toMs - fromMs).toBe(MINUTE_MS);
  });
});

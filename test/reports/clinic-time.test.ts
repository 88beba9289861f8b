// Wall-clock times of a clinic: days, hours that are missing or come twice, ticks of a time axis.
import { describe, expect, it } from 'vitest';
import { ageYears, calendarDate, clinicTime, duration } from '../../src-main/reports/clinic-time.ts';

const at = (iso: string): number => Date.parse(iso);
const HOUR = 3_600_000;

describe('days of the clinic', () => {
  const berlin = clinicTime('Europe/Berlin');

  it('23:30 on the evening before the clock changes belongs to that evening, whatever day it is in UTC or after the change', () => {
    const reading = at('2025-03-29T22:30:00Z');
    expect(berlin.dateTime(reading)).toBe('29 Mar 2025, 23:30');
    expect(berlin.dayKey(reading)).toBe('2025-03-29');
    expect(berlin.dayStart(reading)).toBe(at('2025-03-28T23:00:00Z'));
    expect(clinicTime('America/New_York').dayKey(at('2025-03-09T04:30:00Z'))).toBe('2025-03-08');
  });

  it('the day of the change has 23 or 25 hours, and days join without gap or overlap', () => {
    const spring = berlin.days(at('2025-03-28T12:00:00Z'), at('2025-03-31T12:00:00Z'));
    expect(spring.map((day) => day.dayKey)).toEqual(['2025-03-28', '2025-03-29', '2025-03-30', '2025-03-31']);
    expect(spring.map((day) => (day.toMs - day.fromMs) / HOUR)).toEqual([11, 24, 23, 14]);
    for (const [index, day] of spring.entries()) if (index > 0) expect(day.fromMs).toBe(spring[index - 1]?.toMs);
    const autumn = berlin.days(at('2025-10-25T22:00:00Z'), at('2025-10-26T23:00:00Z'));
    expect(autumn.map((day) => (day.toMs - day.fromMs) / HOUR)).toEqual([25]);
  });

  it('a day whose midnight the clock skips starts at the moment after', () => {
    const saoPaulo = clinicTime('America/Sao_Paulo');
    const start = saoPaulo.dayStart(at('2018-11-04T12:00:00Z'));
    expect(saoPaulo.iso(start)).toBe('2018-11-04T01:00:00.000-02:00');
    expect(saoPaulo.dayKey(start - 1)).toBe('2018-11-03');
  });

  it('an hour that comes twice carries its offset, every other does not', () => {
    expect(berlin.time(at('2025-10-26T00:30:00Z'))).toBe('02:30 UTC+2');
    expect(berlin.time(at('2025-10-26T01:30:00Z'))).toBe('02:30 UTC+1');
    expect(berlin.time(at('2025-10-26T02:30:00Z'))).toBe('03:30');
    expect(berlin.time(at('2025-03-30T01:30:00Z'))).toBe('03:30');
  });

  it('ISO times carry the offset of their moment, quarter hours included', () => {
    expect(berlin.iso(at('2025-03-30T00:59:59.250Z'))).toBe('2025-03-30T01:59:59.250+01:00');
    expect(berlin.iso(at('2025-03-30T01:00:00Z'))).toBe('2025-03-30T03:00:00.000+02:00');
    expect(clinicTime('Asia/Kathmandu').iso(0)).toBe('1970-01-01T05:30:00.000+05:30');
    expect(clinicTime('Asia/Kathmandu').iso(at('2025-01-01T00:00:00Z'))).toBe('2025-01-01T05:45:00.000+05:45');
    expect(clinicTime('America/St_Johns').offsetLabel(at('2025-01-01T00:00:00Z'))).toBe('UTC−3:30');
  });

  it('an unknown zone is refused', () => {
    expect(() => clinicTime('Europe/Atlantis')).toThrow(RangeError);
  });
});

describe('ticks of a time axis', () => {
  const berlin = clinicTime('Europe/Berlin');

  it('stand at round local times and never at an hour that does not exist', () => {
    const ticks = berlin.ticks(at('2025-03-29T11:00:00Z'), at('2025-03-30T11:00:00Z'), 12);
    expect(ticks.map((tick) => tick.label)).toEqual([
      '12:00',
      '14:00',
      '16:00',
      '18:00',
      '20:00',
      '22:00',
      '30 Mar',
      '04:00',
      '06:00',
      '08:00',
      '10:00',
      '12:00',
    ]);
    expect(ticks.filter((tick) => tick.day).map((tick) => tick.atMs)).toEqual([at('2025-03-29T23:00:00Z')]);
  });

  it('of more than a season are firsts of months, found at once even for decades', () => {
    const ticks = berlin.ticks(0, at('2025-03-29T11:00:00Z'), 12);
    expect(ticks.length).toBeLessThanOrEqual(12);
    for (const tick of ticks) expect(berlin.iso(tick.atMs)).toMatch(/-01T00:00:00/);
    expect(berlin.ticks(at('2024-12-10T00:00:00Z'), at('2025-05-10T00:00:00Z'), 12).map((tick) => tick.label)).toEqual([
      'Jan 2025',
      'Feb 2025',
      'Mar 2025',
      'Apr 2025',
      'May 2025',
    ]);
  });

  it('are at most about as many as asked, from minutes to months, and in order', () => {
    for (const minutes of [7, 45, 180, 24 * 60, 3 * 24 * 60, 14 * 24 * 60, 90 * 24 * 60]) {
      const from = at('2025-10-20T08:13:00Z');
      const ticks = berlin.ticks(from, from + minutes * 60_000, 12);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(13);
      expect([...ticks].sort((a, b) => a.atMs - b.atMs)).toEqual(ticks);
      for (const tick of ticks) {
        expect(tick.atMs).toBeGreaterThanOrEqual(from);
        expect(tick.atMs).toBeLessThanOrEqual(from + minutes * 60_000);
      }
    }
  });
});

describe('words for times', () => {
  it('durations have two units at most', () => {
    expect([400, 12_000, 90_000, 7_500_000, 7_200_000, 356_400_000].map(duration)).toEqual([
      '0 s',
      '12 s',
      '1 min 30 s',
      '2 h 5 min',
      '2 h',
      '4 d 3 h',
    ]);
  });

  it('the age goes up on the birthday, not before', () => {
    expect(ageYears('1960-05-01', '2025-04-30')).toBe(64);
    expect(ageYears('1960-05-01', '2025-05-01')).toBe(65);
    expect(calendarDate('1960-05-01')).toBe('1 May 1960');
  });
});

// Rules of the ECG strip: paper speed and gain, gaps as gaps, a pen that neither waits nor lags, nothing drawn beyond what came.
import { describe, expect, it } from 'vitest';
import { TracePen } from '../../src-renderer/charts/ecg-canvas.ts';
import { EcgPen, EcgSweep, NOMINAL_PX_PER_MM, samplesAcross, yOf } from '../../src-renderer/charts/ecg-sweep.ts';
import { ecgDescription, ecgProblem } from '../../src-renderer/screens/patient/ecg-words.ts';
import type { EcgState } from '../../src-renderer/screens/patient/use-ecg.ts';

const RATE = 250;
const frame = (samples: readonly number[], change: { leadOff?: boolean; missingBefore?: number } = {}) => ({
  samples,
  leadOff: false,
  missingBefore: 0,
  nanovoltPerCount: 1000,
  ...change,
});
const filled = (seconds: number): EcgSweep => {
  const sweep = new EcgSweep(RATE);
  sweep.add(frame(new Array<number>(seconds * RATE).fill(500)));
  return sweep;
};

describe('paper', () => {
  const geometry = { widthPx: 10 * 25 * NOMINAL_PX_PER_MM, heightPx: 40 * NOMINAL_PX_PER_MM, pxPerMm: NOMINAL_PX_PER_MM };

  it('runs at 25 mm a second: 250 mm are ten seconds', () => {
    expect(samplesAcross(geometry, RATE)).toBe(2500);
  });

  it('shows a millivolt as ten millimetres, upwards', () => {
    expect(yOf(0, geometry) - yOf(1, geometry)).toBeCloseTo(10 * NOMINAL_PX_PER_MM, 9);
    expect(NOMINAL_PX_PER_MM).toBeCloseTo(3.7795, 4);
  });
});

describe('samples', () => {
  it('become millivolt by the wearable’s own scale', () => {
    const sweep = new EcgSweep(RATE);
    sweep.add(frame([1000, -250]));
    expect([sweep.at(0), sweep.at(1), sweep.end]).toEqual([1, -0.25, 2]);
  });

  it('missing ones and those of a lead that is off are gaps in their place', () => {
    const sweep = new EcgSweep(RATE);
    sweep.add(frame([100]));
    sweep.add(frame([200], { missingBefore: 3 }));
    sweep.add(frame([300, 300], { leadOff: true }));
    expect(Array.from({ length: 7 }, (_, index) => Number.isNaN(sweep.at(index)))).toEqual([
      false,
      true,
      true,
      true,
      false,
      true,
      true,
    ]);
  });

  it('older than a minute are forgotten, and a gap of hours takes no hours to take in', () => {
    const sweep = filled(1);
    sweep.add(frame([1], { missingBefore: 10_000_000 }));
    expect(sweep.start).toBeGreaterThan(0);
    expect(sweep.at(0)).toBeNaN();
    expect(sweep.at(sweep.end - 1)).toBeCloseTo(0.001, 6);
  });
});

describe('the pen', () => {
  it('follows evenly, a little behind, and stands where nothing has come', () => {
    const sweep = filled(2);
    const pen = new EcgPen();
    pen.leapTo(sweep);
    const began = pen.advance(sweep, 1000);
    expect(sweep.end - began).toBeLessThan(0.5 * RATE);
    expect(pen.advance(sweep, 1100) - began).toBe(25);
    expect(pen.advance(sweep, 9000)).toBe(sweep.end);
    expect(pen.advance(sweep, 9100)).toBe(sweep.end);
  });

  it('leaps where it would run late', () => {
    const sweep = filled(2);
    const pen = new EcgPen();
    pen.leapTo(sweep);
    pen.advance(sweep, 0);
    sweep.add(frame(new Array<number>(5 * RATE).fill(0)));
    expect(sweep.end - pen.advance(sweep, 16)).toBeLessThan(0.5 * RATE);
  });
});

describe('the trace', () => {
  /** Notes what a canvas would be told. */
  function recorded() {
    const calls: [name: string, ...numbers: number[]][] = [];
    const note =
      (name: string) =>
      (...numbers: number[]): void => {
        calls.push([name, ...numbers]);
      };
    const context = {
      clearRect: note('clear'),
      moveTo: note('move'),
      lineTo: note('line'),
      beginPath: note('begin'),
      stroke: note('stroke'),
    } as unknown as CanvasRenderingContext2D;
    return { calls, context, named: (name: string) => calls.filter(([each]) => each === name) };
  }
  const geometry = { widthPx: 1000, heightPx: 150, pxPerMm: 4 };
  const colours = { minor: '', major: '', trace: '', mark: '' };

  it('is erased before the pen, drawn in one stroke, and joined to what was drawn before', () => {
    const { calls, context, named } = recorded();
    new TracePen(context, geometry, RATE, colours).draw(filled(2), 100, 110);
    expect(calls[0]).toEqual(['clear', 40, 0, 18, 150]);
    expect(named('stroke')).toHaveLength(1);
    expect(named('move')).toEqual([['move', 39.6, 55]]);
    expect(named('line')).toHaveLength(10);
  });

  it('has a hole where there is a gap', () => {
    const sweep = new EcgSweep(RATE);
    sweep.add(frame([1, 1]));
    sweep.add(frame([1, 1], { missingBefore: 2 }));
    const { context, named } = recorded();
    new TracePen(context, geometry, RATE, colours).draw(sweep, 0, 6);
    expect([named('move').length, named('line').length]).toEqual([2, 2]);
  });

  it('begins again at the left edge, without a line across, and erases there too', () => {
    const { context, named } = recorded();
    const pen = new TracePen(context, geometry, RATE, colours);
    expect(pen.across).toBe(2500);
    pen.draw(filled(12), 2495, 2505);
    expect(named('move')).toHaveLength(2);
    expect(named('clear').map(([, x]) => x)).toEqual([998, 0]);
    for (const [, x] of named('line')) expect(x).toBeLessThanOrEqual(1000);
  });

  it('never draws more than one strip', () => {
    const { context, named } = recorded();
    new TracePen(context, geometry, RATE, colours).draw(filled(30), 0, 30 * RATE);
    expect(named('line').length + named('move').length).toBeLessThanOrEqual(2502);
  });
});

describe('in words', () => {
  const ecg: EcgState = { signal: 'live', saturated: false, lead: 'II', sampleRateHz: RATE, heardAtMs: 0, problem: '' };
  const value = (kind: 'heartRate' | 'pulseRate', number: number) => ({
    kind,
    value: number,
    special: null,
    takenAtMs: 0,
    receivedAtMs: 0,
    source: 'device' as const,
    deviceId: 'BAND',
    quality: [],
    trendPerMinute: null,
  });
  const about = {
    ecg,
    deviceName: 'Band 1',
    heartRate: value('heartRate', 72.4),
    pulseRate: undefined,
    paused: false,
    nowMs: 4000,
  };

  it('tells lead, speed, gain and both rates with their age', () => {
    expect(ecgDescription(about)).toBe(
      'Live ECG, lead II, 25 mm per second, 10 mm per millivolt. Signal present. Heart rate 72 /min, 4 s ago. Pulse rate not known',
    );
    expect(ecgDescription({ ...about, paused: true })).toContain('paused');
  });

  it.each([
    [{ signal: 'lead-off' }, 'Lead off'],
    [{ signal: 'silent' }, 'stands still'],
    [{ signal: 'waiting' }, 'Waiting for the ECG of Band 1'],
    [{ saturated: true }, 'cut off'],
    [{ problem: 'One screen can watch at most 16 ECGs.' }, 'at most 16'],
  ] as const)('%o says what is wrong', (change, words) => {
    expect(ecgProblem({ ...ecg, ...change }, 'Band 1')).toContain(words);
  });

  it('says nothing while all is well', () => {
    expect(ecgProblem(ecg, 'Band 1')).toBe('');
  });
});

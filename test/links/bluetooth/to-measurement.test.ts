// Frames become measurements in canonical units, with specials, quality bits and a moment that can be believed.
import { describe, expect, it } from 'vitest';
import { validate } from '../../../src-main/intake/validate.ts';
import { clockFromCurrentTime, clockInZone } from '../../../src-main/links/bluetooth/device-clock.ts';
import { ReceiptSlots } from '../../../src-main/links/bluetooth/identity.ts';
import { MEASUREMENT_PROFILES } from '../../../src-main/links/bluetooth/profiles/catalogue.ts';
import { decodeCurrentTime } from '../../../src-main/links/bluetooth/profiles/current-time.ts';
import { type FrameContext, toMeasurements } from '../../../src-main/links/bluetooth/profiles/to-measurement.ts';
import { type Measurement, QUALITY } from '../../../src-main/links/link.ts';
import { hex } from './hex.ts';

const CUFF_TIME = Date.UTC(2024, 5, 15, 17, 17, 27);

function measure(characteristic: string, text: string, changes: Partial<FrameContext> = {}): readonly Measurement[] {
  const frame = MEASUREMENT_PROFILES.get(characteristic)?.decode(hex(text), { cgm: {} });
  if (frame?.ok !== true) throw new Error(`${text} is not a frame`);
  return toMeasurements(frame.value, {
    deviceId: 'HS-1',
    receivedAtMs: CUFF_TIME + 2_345,
    clock: clockInZone('UTC'),
    slots: new ReceiptSlots(),
    cgmSessionStartMs: null,
    ...changes,
  });
}

describe('heart rate and oximeter', () => {
  it('a frame without a time is taken when it is received', () => {
    expect(measure('2a37', '00 55')).toEqual([
      {
        deviceId: 'HS-1',
        takenAtMs: CUFF_TIME + 2_345,
        receivedAtMs: CUFF_TIME + 2_345,
        sequence: 0,
        origin: 'live',
        values: { heartRate: 85 },
        specials: {},
        quality: 0,
      },
    ]);
  });

  it('a heart rate without skin contact is marked, and a rate of 0 is no rate', () => {
    expect(measure('2a37', '04 FF')[0]).toMatchObject({ values: { heartRate: 255 }, quality: QUALITY.sensorOff });
    expect(measure('2a37', '04 00')[0]).toMatchObject({ values: {}, specials: { heartRate: 'NaN' } });
  });

  it('frames received in one millisecond do not share an identity, nor take that of a record dated to the second', () => {
    const slots = new ReceiptSlots();
    const at = (receivedAtMs: number, characteristic: string, text: string) =>
      measure(characteristic, text, { slots, receivedAtMs })[0];
    const received = [
      at(CUFF_TIME + 5, '2a37', '00 55'),
      at(CUFF_TIME + 5, '2a37', '00 56'),
      at(CUFF_TIME + 5, '2a5f', '00 64 00 5A 00'),
      at(CUFF_TIME + 1000, '2a37', '00 55'),
    ];
    const identities = received.map((one) => `${one?.takenAtMs}/${one?.sequence}`);
    expect(new Set(identities).size).toBe(4);
    expect(received[3]?.sequence).toBe(1);
  });

  it('oximeter status becomes quality: demonstration, questionable, low perfusion, off the finger', () => {
    const frame = (status: string, sensor: string) => measure('2a5f', `0C 62 00 5A 00 ${status} ${sensor}`)[0];
    expect(frame('20 00', '00 00 00')).toMatchObject({ values: { spo2: 98, pulseRate: 90 }, quality: 0 });
    expect(frame('00 04', '00 00 00')?.quality).toBe(QUALITY.demonstration);
    expect(frame('00 40', '22 00 00')?.quality).toBe(QUALITY.questionable | QUALITY.sensorFault | QUALITY.lowPerfusion);
    expect(frame('00 A0', '00 88 00')?.quality).toBe(QUALITY.invalid | QUALITY.sensorOff);
    expect(frame('00 02', '00 00 00')?.origin).toBe('backfill');
  });

  it('special values stay special', () => {
    expect(measure('2a5f', '00 FF 07 00 08')[0]).toMatchObject({ values: {}, specials: { spo2: 'NaN', pulseRate: 'NRes' } });
  });
});

describe('cuff', () => {
  it('a measurement keeps the time of the cuff', () => {
    expect(measure('2a35', '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 27 00')).toMatchObject([
      {
        takenAtMs: CUFF_TIME,
        sequence: 0,
        origin: 'live',
        values: { systolic: 124, diastolic: 86, meanPressure: 97, pulseRate: 51 },
        quality: QUALITY.movement | QUALITY.cuffLoose | QUALITY.irregularPulse | QUALITY.badPosition,
      },
    ]);
  });

  it('a failed measurement has no value, never 2047', () => {
    const [failed] = measure('2a35', '16 FF 07 FF 07 FF 07 E8 07 06 17 0E 23 0A FF 07 00 00', {
      receivedAtMs: Date.UTC(2024, 5, 23, 14, 36),
    });
    expect(failed?.values).toEqual({});
    expect(failed?.specials).toEqual({ systolic: 'NaN', diastolic: 'NaN', meanPressure: 'NaN', pulseRate: 'NaN' });
  });

  it('kilopascals become mmHg', () => {
    expect(measure('2a35', '15 BD F0 0B 00 9F F0 3C 00 12 00')[0]?.values).toEqual({
      systolic: 141.8,
      diastolic: 82.5,
      meanPressure: 119.3,
      pulseRate: 60,
    });
  });

  it('a mean pressure the cuff does not compute is left out', () => {
    for (const none of ['00 00', 'FF 07'])
      expect(measure('2a35', `00 7C 00 56 00 ${none}`)[0]).toMatchObject({ values: { systolic: 124 }, specials: {} });
    expect(measure('2a35', '00 7C 00 56 00 00 00')[0]?.values).not.toHaveProperty('meanPressure');
  });

  it('a clock that was never set, or runs ahead, gives the time of receipt and says so', () => {
    const ahead = { receivedAtMs: CUFF_TIME - 3_600_000 };
    for (const [text, changes] of [
      ['1E 8A 00 58 00 78 00 00 00 04 11 14 29 3B 3C 00 01 00 00', {}],
      ['16 7C 00 56 00 61 00 D0 07 01 01 00 00 05 33 00 00 00', {}],
      ['16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 00 00', ahead],
    ] as const) {
      const [one] = measure('2a35', text, changes);
      expect(one?.takenAtMs).toBe(one?.receivedAtMs);
      expect(one?.quality).toBe(QUALITY.clockUnset);
    }
  });

  it('no clock is believed that intake would refuse: the reading would be lost', () => {
    for (const aheadMs of [-4, 4, 6, 8, 9.9, 11].map((minutes) => minutes * 60_000)) {
      const changes = { receivedAtMs: CUFF_TIME - aheadMs };
      const [one] = measure('2a35', '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 00 00', changes);
      expect(one === undefined ? one : validate(one, changes.receivedAtMs)).toEqual([]);
    }
  });

  it('a record the cuff kept goes to history', () => {
    expect(
      measure('2a35', '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 00 00', { receivedAtMs: CUFF_TIME + 3_600_000 })[0],
    ).toMatchObject({
      origin: 'backfill',
      takenAtMs: CUFF_TIME,
    });
  });

  it('wall clocks are read in the zone of the clinic, or in that which the device shows', () => {
    const text = '16 7C 00 56 00 61 00 E8 07 06 0F 11 11 1B 33 00 00 00';
    expect(
      measure('2a35', text, { clock: clockInZone('America/New_York'), receivedAtMs: CUFF_TIME + 4 * 3_600_000 })[0]?.takenAtMs,
    ).toBe(CUFF_TIME + 4 * 3_600_000);
    const shown = decodeCurrentTime(hex('E8 07 06 0F 16 2F 25 06 00 00'));
    const clock = shown.ok ? clockFromCurrentTime(shown.value, CUFF_TIME, 'UTC') : null;
    expect(clock?.offsetMs).toBe(10_000);
    expect(clock?.toUtcMs(Date.UTC(2024, 5, 15, 22, 47, 27))).toBe(CUFF_TIME);
  });

  it('a clock days off is in the zone of the clinic and its error is known', () => {
    const shown = decodeCurrentTime(hex('E8 07 06 0D 13 11 1B 04 00 00'));
    const clock = shown.ok ? clockFromCurrentTime(shown.value, CUFF_TIME, 'Europe/Berlin') : null;
    expect(clock?.offsetMs).toBe(-48 * 3_600_000);
  });
});

describe('glucose', () => {
  const HELD = { receivedAtMs: Date.UTC(2024, 5, 23, 7, 46) };

  it('kg/L and mol/L both become mg/dL', () => {
    expect(measure('2a18', '0B 01 00 E8 07 06 17 08 00 00 F1 FF 78 B0 11 00 00', HELD)[0]).toMatchObject({
      takenAtMs: Date.UTC(2024, 5, 23, 7, 45),
      sequence: 1,
      values: { glucose: 120 },
    });
    expect(measure('2a18', '06 02 00 E8 07 06 17 07 2D 00 37 C0 11', HELD)[0]?.values).toEqual({ glucose: 99.1 });
  });

  it('control solution is never scored, and results outside the range of the meter are HI and LO', () => {
    expect(measure('2a18', '02 03 00 E8 07 06 17 07 2D 00 78 B0 1A', HELD)[0]?.quality).toBe(QUALITY.demonstration);
    expect(measure('2a18', '0A 04 00 E8 07 06 17 07 2D 00 FE 07 11 20 00', HELD)[0]).toMatchObject({
      values: {},
      specials: { glucose: 'HI' },
    });
    expect(measure('2a18', '0A 05 00 E8 07 06 17 07 2D 00 14 B0 11 40 00', HELD)[0]).toMatchObject({
      values: {},
      specials: { glucose: 'LO' },
    });
  });

  it('a sensor counts minutes from the start of its session', () => {
    const cgmSessionStartMs = Date.UTC(2024, 5, 15, 17, 11, 0);
    expect(measure('2aa7', '06 00 0C 10 05 00 06 00 0C 10 06 00', { cgmSessionStartMs })).toMatchObject([
      { takenAtMs: cgmSessionStartMs + 300_000, values: { glucose: 120 }, quality: 0 },
      { takenAtMs: cgmSessionStartMs + 360_000, values: { glucose: 120 } },
    ]);
  });

  it('without a session start the newest record is of now and the others of minutes before', () => {
    const [first, second] = measure('2aa7', '06 00 0C 10 05 00 06 00 0C 10 0F 00');
    expect(second).toMatchObject({ takenAtMs: CUFF_TIME + 2_345, origin: 'live', quality: QUALITY.clockUnset });
    expect(first).toMatchObject({ takenAtMs: CUFF_TIME + 2_345 - 600_000, receivedAtMs: CUFF_TIME + 2_345, origin: 'backfill' });
  });

  it('a second value in the same minute is not lost, the same value again is the same record', () => {
    const slots = new ReceiptSlots();
    const cgmSessionStartMs = Date.UTC(2024, 5, 15, 17, 11, 0);
    const send = (text: string, receivedAtMs: number) => measure('2aa7', text, { slots, cgmSessionStartMs, receivedAtMs })[0];
    const first = send('06 00 78 00 06 00', CUFF_TIME + 1_001);
    expect(send('06 00 78 00 06 00', CUFF_TIME + 2_002)?.takenAtMs).toBe(first?.takenAtMs);
    expect(send('06 00 79 00 06 00', CUFF_TIME + 3_003)?.takenAtMs).toBe(CUFF_TIME + 3_003);
  });

  it('a sensor outside its range says HI or LO, and what it wants is told', () => {
    expect(measure('2aa7', '07 20 0C 10 06 00 80')[0]).toMatchObject({ values: {}, specials: { glucose: 'HI' } });
    expect(measure('2aa7', '07 20 0C 10 06 00 40')[0]).toMatchObject({ values: {}, specials: { glucose: 'LO' } });
    expect((measure('2aa7', '07 40 0C 10 06 00 08')[0]?.quality ?? 0) & QUALITY.calibrationRequired).toBe(
      QUALITY.calibrationRequired,
    );
    expect((measure('2aa7', '07 80 0C 10 06 00 08')[0]?.quality ?? 0) & QUALITY.sensorFault).toBe(QUALITY.sensorFault);
  });
});

describe('temperature and breath', () => {
  it('Fahrenheit becomes Celsius', () => {
    expect(measure('2a1c', '01 DA 03 00 FF')[0]?.values).toEqual({ temperature: 37 });
    expect(measure('2a1c', '00 FF FF 7F 00')[0]).toMatchObject({ values: {}, specials: { temperature: 'NaN' } });
  });

  it('respiratory rate carries the state of its sensor', () => {
    const uuid = '5c4d0002b8a3472c9f5d61e0a8d7c3f2';
    expect(measure(uuid, '02 92 F0 05')[0]).toMatchObject({
      values: { respiratoryRate: 14.6 },
      quality: QUALITY.sensorOff | QUALITY.questionable,
    });
  });
});

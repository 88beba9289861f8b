// Rules of the Devices screen in words: proof, clock, back-fill, tray, adapters; hostile names stay text.
import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src-main/contract/models.ts';
import { DeviceRemarks } from '../../src-renderer/screens/devices/device-remarks.tsx';
import {
  backfillWords,
  bindingEndWords,
  clockRemark,
  lostWords,
  spanTimeWords,
  spanVitalsWords,
  trustRemark,
} from '../../src-renderer/screens/devices/device-words.ts';
import {
  adapterKey,
  adapterOptions,
  formOf,
  formProblems,
  SERIAL,
  settingsOf,
} from '../../src-renderer/screens/settings/bluetooth-form.ts';
import { initialDevices } from './fake-ward.ts';

const NOW = Date.UTC(2026, 10, 24, 14);
const MINUTE = 60_000;
const UNITS = { glucoseUnit: 'mmol/L', temperatureUnit: 'Cel' } as const;
const ZONE = 'Europe/Berlin';
const [first] = initialDevices();
if (first === undefined) throw new Error('no device');
const device = (change: Partial<Device> = {}): Device => ({ ...first, ...change });

describe('a device in words', () => {
  it.each([
    [{ trust: 'proved' }, 'good', 'proved'],
    [{ trust: 'token', transport: 'mqtt' }, 'good', 'token, by MQTT'],
    [{ trust: 'paired', addedAtMs: NOW }, 'calm', 'paired by a person on 24 Nov 2026, 15:00'],
    [{ trust: 'refused' }, 'bad', 'nothing it sends is taken'],
  ] as const)('%o says why it is believed', (change, tone, words) => {
    const remark = trustRemark(device(change), ZONE, NOW);
    expect(remark.tone).toBe(tone);
    expect(remark.text).toContain(words);
  });

  it('says of a token when it was last used and from where, and of a revoked one that it is', () => {
    const used = { trust: 'token', transport: 'http', tokenUsedAtMs: NOW - 3 * MINUTE, tokenUsedFrom: '10.0.0.7' } as const;
    expect(trustRemark(device(used), ZONE, NOW).text).toBe(
      'Proves itself with its token, by HTTP; token last used 3 min ago from 10.0.0.7',
    );
    const unused = { ...used, tokenUsedAtMs: null, tokenUsedFrom: null };
    expect(trustRemark(device(unused), ZONE, NOW).text).toContain('; its token was never used');
    expect(trustRemark(device({ ...used, revokedAtMs: NOW }), ZONE, NOW)).toEqual({
      tone: 'bad',
      text: 'Revoked on 24 Nov 2026, 15:00: nothing it sends is taken; token last used 3 min ago from 10.0.0.7',
    });
    expect(trustRemark(device({ trust: 'paired', transport: 'bluetooth' }), ZONE, NOW).text).not.toContain('token');
  });

  it('a wrong clock is told with its error and what is done about it; a right one is not worth a word', () => {
    expect(clockRemark({ clock: 'corrected', clockOffsetMs: -7 * MINUTE })?.text).toBe(
      'Its clock is 7 min behind; corrected on arrival',
    );
    expect(clockRemark({ clock: 'corrected', clockOffsetMs: 90_000 })?.text).toContain('is 90 s ahead');
    expect(clockRemark({ clock: 'corrected', clockOffsetMs: 19_200_000 })?.text).toContain('5 h 20 min ahead');
    expect(clockRemark({ clock: 'unset', clockOffsetMs: null })?.text).toContain('dated on arrival');
    expect(clockRemark({ clock: 'right', clockOffsetMs: 300 })).toBeNull();
  });

  it('back-fill shows how far it is, and never more than all of it', () => {
    expect(backfillWords({ backfill: { received: 120, expected: 340 } })).toMatchObject({
      text: 'Handing in what it kept: 120 of 340',
    });
    expect(backfillWords({ backfill: { received: 12, expected: 10 } })?.percent).toBe(100);
    expect(backfillWords({ backfill: null })).toBeNull();
  });

  it('a lost one says since when, and a binding when it ends', () => {
    expect(lostWords({ state: 'lost', lastHeardAtMs: NOW - 19 * MINUTE }, NOW)).toBe('last heard 19 min ago');
    expect(lostWords({ state: 'connected', lastHeardAtMs: NOW }, NOW)).toBe('heard 0 s ago');
    expect(bindingEndWords({ untilMs: NOW + 3 * 60 * MINUTE }, NOW)).toBe('ends by itself in 3 h');
    expect(bindingEndWords({ untilMs: null }, NOW)).toBe('');
  });

  it('counts what was rejected with each reason, and what a device calls itself stays text', () => {
    const html = renderToStaticMarkup(
      <MantineProvider>
        <DeviceRemarks
          device={device({
            rejected: 12,
            rejections: [
              { reason: 'CRC is wrong <b>', count: 9, lastAtMs: NOW - MINUTE },
              { reason: 'frame is 3 bytes short', count: 3, lastAtMs: NOW },
            ],
          })}
          nowMs={NOW}
          timeZone={ZONE}
        />
      </MantineProvider>,
    );
    expect(html).toContain('12 rejected');
    expect(html).toContain('CRC is wrong &lt;b&gt;');
    expect(html).toContain('aria-expanded="false"');
  });
});

describe('the unclaimed tray', () => {
  it('tells what was measured in the clinic’s units, to recognise somebody by', () => {
    const vitals = [
      { kind: 'glucose', count: 3, min: 90.08, max: 180.16 },
      { kind: 'heartRate', count: 1, min: 61, max: 61 },
    ] as const;
    expect(spanVitalsWords({ vitals }, UNITS)).toBe('Glucose 5.0–10.0 mmol/L, Heart rate 61 /min');
  });

  it('tells one time for one reading', () => {
    expect(spanTimeWords({ fromMs: NOW, toMs: NOW }, ZONE)).toBe('24 Nov 2026, 15:00');
    expect(spanTimeWords({ fromMs: NOW, toMs: NOW + 41 * MINUTE }, ZONE)).toContain(' to ');
  });
});

describe('the choice of an adapter', () => {
  const system = { kind: 'system', hci: null } as const;
  const dongle = { kind: 'usb', vendorId: 0x0a12, productId: 1 } as const;
  const offers = [{ adapter: system, title: 'First adapter' }];

  it('keeps one that is chosen and not found now, and says so', () => {
    const options = adapterOptions({ adapter: dongle }, offers);
    expect(options[0]).toEqual({ value: adapterKey(dongle), label: 'USB dongle 0a12:0001 (chosen, not found now)' });
    expect(options.at(-1)?.value).toBe(SERIAL);
  });

  it('goes out and back unchanged', () => {
    for (const settings of [
      { adapter: system, bindingHours: 72 },
      { adapter: dongle, bindingHours: null },
      { adapter: { kind: 'uart', port: '/dev/ttyACM0', baud: 115_200 }, bindingHours: 1 },
    ] as const) {
      expect(settingsOf(formOf(settings), settings.adapter, offers)).toEqual(settings);
      expect(formProblems(formOf(settings))).toEqual({});
    }
  });

  it('a port by name must have one, and hours must be hours', () => {
    const form = { ...formOf({ adapter: system, bindingHours: 72 }), adapter: SERIAL, port: ' ', baud: 10, bindingHours: 0 };
    expect(Object.keys(formProblems(form))).toEqual(['port', 'baud', 'bindingHours']);
    const named = { ...form, port: ' COM3 ', baud: 9600, runsOut: false };
    expect(formProblems(named)).toEqual({});
    expect(settingsOf(named, system, offers)).toEqual({
      adapter: { kind: 'uart', port: 'COM3', baud: 9600 },
      bindingHours: null,
    });
  });
});

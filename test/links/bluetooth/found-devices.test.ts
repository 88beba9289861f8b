// What the radio has heard of late, told to whoever looks for a device.
import { expect, test } from 'vitest';
import { FoundDevices } from '../../../src-main/links/bluetooth/found-devices.ts';

test('a clock set back by an hour holds up no news of what is found; within a second nothing is told twice', () => {
  let nowMs = Date.UTC(2026, 2, 3, 8);
  const found = new FoundDevices({ nowMs: () => nowMs, after: () => () => undefined }, () => null);
  const advert = { address: 'AA', name: 'Band', rssiDbm: -50, services: [], connectable: true };
  expect(found.heard(advert, true)).toMatchObject({ address: 'AA' });
  expect(found.heard(advert, true)).toBeNull();
  nowMs -= 3_600_000;
  expect(found.heard(advert, true)).toMatchObject({ address: 'AA', seenAtMs: nowMs });
});

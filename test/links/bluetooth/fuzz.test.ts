// A hundred thousand random and mutated frames: nothing throws, nothing hangs, no value is anything but a finite number.
import { expect, it } from 'vitest';
import { Chance } from '../../../firmware/raspberry-pi/random.ts';
import { clockInZone } from '../../../src-main/links/bluetooth/device-clock.ts';
import { ReceiptSlots } from '../../../src-main/links/bluetooth/identity.ts';
import { MEASUREMENT_PROFILES } from '../../../src-main/links/bluetooth/profiles/catalogue.ts';
import { decodeCgmFeatures, decodeCgmSessionStart, decodeCgmStatus } from '../../../src-main/links/bluetooth/profiles/cgm.ts';
import { decodeCurrentTime } from '../../../src-main/links/bluetooth/profiles/current-time.ts';
import { decodeText } from '../../../src-main/links/bluetooth/profiles/device-information.ts';
import { toMeasurements } from '../../../src-main/links/bluetooth/profiles/to-measurement.ts';
import { VECTORS } from './gatt-vectors.ts';
import { hex, toHex } from './hex.ts';

const FRAMES = 100_000;
const profiles = [...MEASUREMENT_PROFILES.values()];
const seeds = VECTORS.map((vector) => ({ characteristic: vector.characteristic, bytes: hex(vector.hex) }));

it('random and mutated frames are decoded to finite numbers or rejected with a reason', () => {
  const chance = new Chance(20_260_314);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance.next() * list.length)] as T;
  const slots = new ReceiptSlots();
  const clock = clockInZone('Europe/Berlin');
  let understood = 0;
  let refused = 0;
  for (let count = 0; count < FRAMES; count += 1) {
    const seed = pick(seeds);
    const random = chance.next() < 0.3;
    const bytes = random
      ? Uint8Array.from({ length: Math.floor(chance.next() * 40) }, () => chance.next() * 256)
      : mutated(seed.bytes, chance);
    const profile = random ? pick(profiles) : (MEASUREMENT_PROFILES.get(seed.characteristic) ?? pick(profiles));
    const frame = profile.decode(bytes, { cgm: chance.next() < 0.5 ? {} : { crc: chance.next() < 0.5 } });
    if (!frame.ok) {
      refused += 1;
      if (frame.reason === '') throw new Error(`no reason: ${toHex(bytes)}`);
      continue;
    }
    understood += 1;
    const context = {
      deviceId: 'HS-1',
      receivedAtMs: 1_750_000_000_000 + count,
      clock,
      slots,
      cgmSessionStartMs: count % 2 === 0 ? null : 1_749_990_000_000,
    };
    for (const one of toMeasurements(frame.value, context)) {
      const numbers = [...Object.values(one.values), one.takenAtMs, one.sequence, one.quality];
      if (!numbers.every(Number.isFinite) || !Number.isInteger(one.takenAtMs))
        throw new Error(`${profile.title}: ${toHex(bytes)}`);
      for (const kind of Object.keys(one.specials)) if (kind in one.values) throw new Error(`both: ${toHex(bytes)}`);
    }
    for (const read of [decodeCgmFeatures, decodeCgmSessionStart, decodeCgmStatus, decodeCurrentTime, decodeText]) read(bytes);
  }
  expect(understood).toBeGreaterThan(FRAMES / 20);
  expect(refused).toBeGreaterThan(FRAMES / 5);
});

/** A few bits flipped, sometimes cut or lengthened. */
function mutated(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let flips = Math.floor(chance.next() * 4); flips > 0; flips -= 1) {
    const at = Math.floor(chance.next() * copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(chance.next() * 8));
  }
  const how = chance.next();
  if (how < 0.15) return copy.subarray(0, Math.floor(chance.next() * copy.length));
  return how < 0.25 ? Uint8Array.from([...copy, ...copy.subarray(0, Math.floor(chance.next() * 6))]) : copy;
}

// One device at two places is told apart from one that moves.
import { expect, it } from 'vitest';
import { Whereabouts } from '../../src-main/intake/whereabouts.ts';

const SECOND_MS = 1000;

it('a device that goes from one network to another, and home again, is one device', () => {
  const places = new Whereabouts();
  const heard = ['home', 'home', 'ward', 'ward', 'home'].map((place, index) => places.heard('A', place, index * SECOND_MS));
  expect(heard).toEqual([null, null, null, null, null]);
});

it('a device heard here and there in turn is at both, until it is quiet at one for five minutes', () => {
  const places = new Whereabouts();
  let told: unknown = null;
  for (let n = 0; n < 6; n++) told = places.heard('A', n % 2 === 0 ? '10.0.0.1' : '10.0.0.2', n * SECOND_MS) ?? told;
  expect(told).toEqual(['10.0.0.1', '10.0.0.2']);
  places.heard('A', '10.0.0.2', 100 * SECOND_MS);
  expect(places.settled(200 * SECOND_MS)).toEqual([]);
  expect(places.settled(400 * SECOND_MS)).toEqual(['A']);
  expect(places.settled(500 * SECOND_MS)).toEqual([]);
});

it('changes of network hours apart are no sign of two devices', () => {
  const places = new Whereabouts();
  const heard = Array.from({ length: 12 }, (_, n) => places.heard('A', n % 2 === 0 ? 'home' : 'ward', n * 3_600 * SECOND_MS));
  expect(heard.every((each) => each === null)).toBe(true);
});

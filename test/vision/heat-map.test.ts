// The heat map as a picture: clear where nothing raised the probability, strongest at the place that raised it most, and a PNG browsers read.
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { heatMapPng } from '../../src-main/risk/vision/heat-map.ts';

const SIDE = 112;

/** Opacity 0–255 of a pixel: our own PNGs have one IDAT, filter Sub in each row. */
function opacity(png: Uint8Array, x: number, y: number): number {
  const bytes = Buffer.from(png);
  const at = bytes.indexOf('IDAT');
  const raw = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  const row = raw.subarray(y * (SIDE * 4 + 1) + 1);
  let value = 0;
  for (let column = 0; column <= x; column += 1) value = (value + (row[column * 4 + 3] ?? 0)) & 0xff;
  return value;
}

describe('the heat map', () => {
  it('is strongest where the weight is greatest, weaker where it is less, clear where it is not above zero', () => {
    const png = heatMapPng([8, 0, 4, -5], 2) ?? new Uint8Array();
    const [first, right, below, last] = [
      opacity(png, 10, 10),
      opacity(png, 101, 10),
      opacity(png, 10, 101),
      opacity(png, 101, 101),
    ];
    expect(first).toBe(204);
    expect(below).toBe(102);
    expect([right, last]).toEqual([0, 0]);
    expect(opacity(png, 56, 10)).toBeGreaterThan(right);
    expect(opacity(png, 56, 10)).toBeLessThan(first);
  });

  it('is none where nothing is above zero', () => {
    expect(heatMapPng([0, -1, -2, 0], 2)).toBeNull();
  });
});

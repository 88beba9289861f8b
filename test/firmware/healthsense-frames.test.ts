// The golden frames of the HealthSense and ECG services: the wearable makes them of their records, and reads what a console asks.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as frames from '../../firmware/raspberry-pi/healthsense-frames.ts';
import * as proofs from '../../firmware/raspberry-pi/proof.ts';
import { QUALITY } from '../../src-main/links/link.ts';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import { hex, toHex } from '../links/bluetooth/hex.ts';

interface Golden {
  readonly name: string;
  readonly encoder?: string;
  readonly decoder?: string;
  readonly record: unknown;
  readonly hex: string;
}

interface GoldenProof {
  readonly token: string;
  readonly deviceId: string;
  readonly consoleNonce: string;
  readonly wearableNonce: string;
}

const golden: readonly Golden[] = JSON.parse(
  readFileSync(new URL('../../firmware/protocol/healthsense.json', import.meta.url), 'utf8'),
);

type Encode = (record: unknown) => Uint8Array;

function encoderOf(name: string): Encode {
  const proof = Object.entries(proofs).find(([key]) => key === name)?.[1] as
    | ((input: proofs.ProofInput) => Uint8Array)
    | undefined;
  if (proof === undefined) return Object.entries(frames).find(([key]) => key === name)?.[1] as Encode;
  return (record) => {
    const { token, deviceId, consoleNonce, wearableNonce } = record as GoldenProof;
    const nonces = { consoleNonce: hex(consoleNonce), wearableNonce: hex(wearableNonce) };
    return proof({ key: proofs.keyOfToken(token), deviceId, ...nonces });
  };
}

describe('golden frames of the HealthSense service', () => {
  it.each(golden.filter(({ encoder }) => encoder !== undefined))('$name: the record encodes to the bytes', (frame) => {
    expect(toHex(encoderOf(frame.encoder ?? '')(frame.record))).toBe(frame.hex);
  });

  it.each(golden.filter(({ decoder }) => decoder !== undefined))('$name: the bytes decode to the request', (frame) => {
    expect(frames.decodeControl(hex(frame.hex))).toEqual(frame.record);
  });
});

describe('one word for one thing', () => {
  it('a record says what a value is worth in the bits of a measurement', () => {
    // The console has bits of its own beside them.
    expect(QUALITY).toMatchObject(frames.RECORD_QUALITY);
  });

  it('a record holds the kinds in the order that the protocol fixes', () => {
    const bitOf = (kind: string) =>
      frames.encodeRecord({ sequence: 1, takenAtMs: 0, values: { [kind]: 1 }, quality: 0 })[10] ?? 0;
    expect(VITAL_KINDS.slice(0, 8).map(bitOf)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
    expect(frames.encodeRecord({ sequence: 1, takenAtMs: 0, values: { temperature: 1 }, quality: 0 })[11]).toBe(1);
  });
});

// Who is at the other end: what wearable and console prove to each other with the device token (protocol/PROTOCOL.md).
import { createHash, createHmac } from 'node:crypto';

export const NONCE_OCTETS = 16;
export const PROOF_OCTETS = 32;

/** @param token as the console printed it. */
export function keyOfToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest();
}

export interface ProofInput {
  readonly key: Uint8Array;
  readonly consoleNonce: Uint8Array;
  readonly wearableNonce: Uint8Array;
  readonly deviceId: string;
}

/** What Proof reads as: the wearable's nonce and its proof, 48 octets. */
export function wearableProof({ key, consoleNonce, wearableNonce, deviceId }: ProofInput): Uint8Array {
  const proof = hmac(key, 'healthsense wearable v1', consoleNonce, wearableNonce, deviceId);
  return Uint8Array.from([...wearableNonce, ...proof]);
}

/** What the console writes to Proof, 32 octets. */
export function consoleProof({ key, consoleNonce, wearableNonce, deviceId }: ProofInput): Uint8Array {
  return hmac(key, 'healthsense console v1', wearableNonce, consoleNonce, deviceId);
}

function hmac(key: Uint8Array, label: string, first: Uint8Array, second: Uint8Array, deviceId: string): Uint8Array {
  return createHmac('sha256', key).update(label, 'ascii').update(first).update(second).update(deviceId, 'utf8').digest();
}

// Who is it: a HealthSense wearable and this console prove to each other that they know the wearable's token (HMAC-SHA-256).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const NONCE_BYTES = 16;
const MAC_BYTES = 32;
const WEARABLE = 'healthsense wearable v1';
const CONSOLE = 'healthsense console v1';

export interface ProofParts {
  /** SHA-256 of the token as 64 hexadecimal digits. */
  readonly tokenHash: string;
  readonly deviceId: string;
  /** Hands the 16 bytes to the wearable. */
  readonly challenge: (nonce: Uint8Array) => Promise<void>;
  /** @returns the wearable's nonce (16 bytes) and its proof (32 bytes). */
  readonly readProof: () => Promise<Uint8Array>;
  /** Hands over this console's own proof, without which the wearable lets nobody acknowledge its records. */
  readonly writeProof: (proof: Uint8Array) => Promise<void>;
}

/** @returns whether the wearable knows its token; only then has the console proved itself in turn. */
export async function proveEachOther(parts: ProofParts): Promise<boolean> {
  const key = Buffer.from(parts.tokenHash, 'hex');
  const nonceC = randomBytes(NONCE_BYTES);
  await parts.challenge(nonceC);
  const answer = await parts.readProof();
  if (answer.length !== NONCE_BYTES + MAC_BYTES) return false;
  const nonceW = answer.subarray(0, NONCE_BYTES);
  const expected = proofOf(key, WEARABLE, nonceC, nonceW, parts.deviceId);
  if (!timingSafeEqual(expected, answer.subarray(NONCE_BYTES))) return false;
  await parts.writeProof(proofOf(key, CONSOLE, nonceW, nonceC, parts.deviceId));
  return true;
}

function proofOf(key: Buffer, who: string, first: Uint8Array, second: Uint8Array, deviceId: string): Buffer {
  return createHmac('sha256', key).update(who).update(first).update(second).update(deviceId, 'utf8').digest();
}

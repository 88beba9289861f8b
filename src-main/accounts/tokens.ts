// Tokens of sessions and devices: 256 random bits; only their hash is ever stored.
import { hash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** 43 characters of base64url. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** SHA-256 as 64 hexadecimal digits. A token is random, so it needs neither salt nor a slow hash. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Somebody who was not let in at the door. */
export interface TokenRefusal {
  readonly link: 'http' | 'mqtt';
  readonly address: string;
  /** What was shown: none, one that no device has, one that was not looked up for there were too many before it, or another device's. */
  readonly token: 'missing' | 'unknown' | 'unread' | { readonly of: string };
  /** The device the sender says it is, where its protocol has it say so. */
  readonly claimedId: string | null;
}

// Password hashes: scrypt with its parameters kept in the hash, so that they can be raised without locking anybody out.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  /** Base-2 logarithm of scrypt's N. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and three passes: one of the equivalent settings OWASP's password storage cheat sheet gives, fit for a Raspberry Pi. */
const COST: Cost = { logN: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** A stored hash may not ask for more than this, whoever wrote it. */
const MAX_LOG_N = 20;

const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9_-]{16,})\$([A-Za-z0-9_-]{32,})$/;

/** `$scrypt$ln=15,r=8,p=3$salt$key`, salt and key as base64url. Takes about 0.1 to 0.3 s on the thread pool. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, KEY_BYTES, COST);
  return `$scrypt$ln=${COST.logN},r=${COST.r},p=${COST.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Compares in constant time. A hash that cannot be read matches nothing. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = FORMAT.exec(stored);
  if (match === null) return false;
  const [, logN, r, p, salt, key] = match;
  if (salt === undefined || key === undefined) return false;
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  if (cost.logN < 1 || cost.logN > MAX_LOG_N || cost.r < 1 || cost.p < 1) return false;
  const expected = Buffer.from(key, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), expected.length, cost);
  return timingSafeEqual(actual, expected);
}

/** Costs as much as a real check, so that an unknown user name cannot be told from a wrong password by the clock. */
export async function verifyAgainstNobody(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES), KEY_BYTES, COST);
  return false;
}

function derive(password: string, salt: Buffer, bytes: number, cost: Cost): Promise<Buffer> {
  const N = 2 ** cost.logN;
  const options: ScryptOptions = { N, r: cost.r, p: cost.p, maxmem: 128 * cost.r * (N + cost.p + 2) + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    // The same letters typed on different keyboards may arrive composed or decomposed: NFKC makes them one.
    scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

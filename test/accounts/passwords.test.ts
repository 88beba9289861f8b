// Rules of password hashes and tokens.
import { describe, expect, it } from 'vitest';
import { hashPassword, verifyAgainstNobody, verifyPassword } from '../../src-main/accounts/passwords.ts';
import { hashToken, newToken } from '../../src-main/accounts/tokens.ts';

describe('passwords', () => {
  it('a hash matches its own password and no other', async () => {
    const hash = await hashPassword('correct horse');
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    expect(await verifyPassword('correct horsf', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('the hash carries its parameters, and the same password never gives the same hash twice', async () => {
    const [first, second] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(first).not.toBe(second);
  });

  it('a hash made with other parameters is checked with those (RFC 7914, third test vector)', async () => {
    const salt = Buffer.from('SodiumChlorideSodiumChlor').toString('base64url');
    expect(await verifyPassword('x', `$scrypt$ln=1,r=1,p=1$${salt}$${Buffer.alloc(32).toString('base64url')}`)).toBe(false);
    const vector = Buffer.from(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
      'hex',
    );
    const vectorSalt = Buffer.from('SodiumChloride').toString('base64url');
    expect(await verifyPassword('pleaseletmein', `$scrypt$ln=14,r=8,p=1$${vectorSalt}$${vector.toString('base64url')}`)).toBe(
      true,
    );
  });

  it('the same letters composed and decomposed are the same password', async () => {
    expect(await verifyPassword('Zoe\u0308', await hashPassword('Zo\u00eb'))).toBe(true);
  });

  it('a hash that cannot be read, or asks for too much memory, matches nothing', async () => {
    const key = Buffer.alloc(32).toString('base64url');
    for (const stored of [
      '',
      'plain',
      '$scrypt$ln=15$x$y',
      `$scrypt$ln=31,r=8,p=1$${key}$${key}`,
      `$scrypt$ln=15,r=0,p=1$${key}$${key}`,
    ]) {
      expect(await verifyPassword('', stored)).toBe(false);
    }
    expect(await verifyAgainstNobody('anything')).toBe(false);
  });
});

describe('tokens', () => {
  it('are 256 random bits as base64url, and are stored as SHA-256', () => {
    const token = newToken();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(newToken()).not.toBe(token);
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

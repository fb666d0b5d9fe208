import { getCiphers } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { blindIndexes } from './blind-index.ts';
import { type CipherName, valueCiphers } from './ciphers.ts';
import { decrypt, encrypt, encryptedPrefix, keyIdOf } from './encrypted-values.ts';
import { Keyring } from './keyring.ts';

const one: [string, Buffer] = ['one', Buffer.alloc(32, 1)];
const two: [string, Buffer] = ['two', Buffer.alloc(32, 2)];
const ring = (cipher?: CipherName, ...keys: [string, Buffer][]) =>
  new Keyring(new Map(keys.length ? keys : [one]), cipher);
const context = 'elder.phone/014aa2ca-b000-7069-8b53-5f745f24f085';

describe.each(Object.keys(valueCiphers) as CipherName[])('a value that is encrypted with %s', (cipher) => {
  const keyring = ring(cipher);

  it('has a cipher of Node, decrypts in its context, and never has the same ciphertext twice', () => {
    expect(getCiphers()).toContain(valueCiphers[cipher].algorithm);
    for (const text of [
      '',
      '3',
      '13800001111',
      '郑州市金水区 示例路 1 号',
      'x'.repeat(1000),
      'zeros\0\0',
      '\u0080',
    ]) {
      const ciphertext = encrypt(keyring, 'columns', context, text);
      expect(ciphertext.startsWith(encryptedPrefix(keyring, 'columns'))).toBe(true);
      expect(keyIdOf(ciphertext)).toBe('one');
      expect(decrypt(keyring, 'columns', context, ciphertext)).toBe(text);
      expect(encrypt(keyring, 'columns', context, text)).not.toBe(ciphertext);
    }
  });

  it('decrypts in no other context, with no other use or key, and not if it was changed', () => {
    const ciphertext = encrypt(keyring, 'columns', context, '13800001111');
    const other = context.replace('f085', 'f086');
    expect(() => decrypt(keyring, 'columns', other, ciphertext)).toThrow(other);
    expect(() => decrypt(keyring, 'columns', context.replace('phone', 'address'), ciphertext)).toThrow(
      'elder.address',
    );
    expect(() => decrypt(keyring, 'idempotency', context, ciphertext)).toThrow(
      'encrypted for another context',
    );
    expect(() => decrypt(ring(cipher, ['one', Buffer.alloc(32, 9)]), 'columns', context, ciphertext)).toThrow(
      'changed',
    );
    expect(() => decrypt(ring(cipher, two), 'columns', context, ciphertext)).toThrow('the key one');
    const at = ciphertext.length - 30;
    const changed = ciphertext.slice(0, at) + (ciphertext[at] === 'A' ? 'B' : 'A') + ciphertext.slice(at + 1);
    expect(() => decrypt(keyring, 'columns', context, changed)).toThrow('changed');
    expect(() => decrypt(keyring, 'columns', context, ciphertext.slice(0, 30))).toThrow(context);
    for (const error of [() => decrypt(keyring, 'columns', context, '13800001111')])
      expect(error).toThrow(/is not encrypted$/);
  });

  it('decrypts with a keyring whose current key or cipher is another', () => {
    const ciphertext = encrypt(keyring, 'columns', context, '3');
    for (const other of Object.keys(valueCiphers) as CipherName[])
      expect(decrypt(ring(other, two, one), 'columns', context, ciphertext)).toBe('3');
  });

  it('does not decrypt if another cipher or key of the keyring is named', () => {
    const ciphertext = encrypt(keyring, 'columns', context, '3');
    const mark = cipher === 'sm4-gcm' ? 'a' : 's';
    expect(() => decrypt(keyring, 'columns', context, mark + ciphertext.slice(1))).toThrow('changed');
    expect(() =>
      decrypt(ring(cipher, one, two), 'columns', context, ciphertext.replace('.one.', '.two.')),
    ).toThrow('changed');
  });
});

it('does not disclose a value by its length', () => {
  const lengths = ['ALONE', 'WITH_SPOUSE', 'WITH_CHILDREN', 'INSTITUTION'].map(
    (text) => encrypt(ring(), 'columns', context, text).length,
  );
  expect(new Set(lengths).size).toBe(1);
});

it('has a blind index under each key, the current one first, which differs by column, use and key', () => {
  const [current, former] = blindIndexes(ring(undefined, two, one), 'elder.idNumber', 'x');
  expect(current).toMatch(/^two\.[\w-]{43}$/);
  expect(blindIndexes(ring(), 'elder.idNumber', 'x')).toEqual([former]);
  const others = [
    blindIndexes(ring(), 'elder.phone', 'x'),
    blindIndexes(ring(), 'elder.idNumber', 'y'),
    blindIndexes(ring(), 'elder.idNumber', 'x', 'persons'),
  ];
  expect(new Set([former, ...others.flat()]).size).toBe(4);
});

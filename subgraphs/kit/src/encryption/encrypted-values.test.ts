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
const place = 'elder.phone/014aa2ca-b000-7069-8b53-5f745f24f085';

describe.each(Object.keys(valueCiphers) as CipherName[])('what is sealed with %s', (cipher) => {
  const keyring = ring(cipher);

  it('is there in Node, opens at its place, and is never the same twice', () => {
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
      const sealed = encrypt(keyring, 'columns', place, text);
      expect(sealed.startsWith(encryptedPrefix(keyring, 'columns'))).toBe(true);
      expect(keyIdOf(sealed)).toBe('one');
      expect(decrypt(keyring, 'columns', place, sealed)).toBe(text);
      expect(encrypt(keyring, 'columns', place, text)).not.toBe(sealed);
    }
  });

  it('opens nowhere else, under no other use and key, and not when changed', () => {
    const sealed = encrypt(keyring, 'columns', place, '13800001111');
    const other = place.replace('f085', 'f086');
    expect(() => decrypt(keyring, 'columns', other, sealed)).toThrow(other);
    expect(() => decrypt(keyring, 'columns', place.replace('phone', 'address'), sealed)).toThrow(
      'elder.address',
    );
    expect(() => decrypt(keyring, 'idempotency', place, sealed)).toThrow('not sealed for this place');
    expect(() => decrypt(ring(cipher, ['one', Buffer.alloc(32, 9)]), 'columns', place, sealed)).toThrow(
      'changed',
    );
    expect(() => decrypt(ring(cipher, two), 'columns', place, sealed)).toThrow('the key one');
    const at = sealed.length - 30;
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    expect(() => decrypt(keyring, 'columns', place, changed)).toThrow('changed');
    expect(() => decrypt(keyring, 'columns', place, sealed.slice(0, 30))).toThrow(place);
    for (const error of [() => decrypt(keyring, 'columns', place, '13800001111')])
      expect(error).toThrow(/is not sealed$/);
  });

  it('opens under a ring that has a newer key or another cipher in front', () => {
    const sealed = encrypt(keyring, 'columns', place, '3');
    for (const other of Object.keys(valueCiphers) as CipherName[])
      expect(decrypt(ring(other, two, one), 'columns', place, sealed)).toBe('3');
  });

  it('cannot be passed off as sealed with the other cipher or another key of the ring', () => {
    const sealed = encrypt(keyring, 'columns', place, '3');
    const mark = cipher === 'sm4-gcm' ? 'a' : 's';
    expect(() => decrypt(keyring, 'columns', place, mark + sealed.slice(1))).toThrow('changed');
    expect(() => decrypt(ring(cipher, one, two), 'columns', place, sealed.replace('.one.', '.two.'))).toThrow(
      'changed',
    );
  });
});

it('does not tell by its length how somebody lives', () => {
  const lengths = ['ALONE', 'WITH_SPOUSE', 'WITH_CHILDREN', 'INSTITUTION'].map(
    (text) => encrypt(ring(), 'columns', place, text).length,
  );
  expect(new Set(lengths).size).toBe(1);
});

it('is found by a blind index under each key, the current one first, which differs by column, use and key', () => {
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

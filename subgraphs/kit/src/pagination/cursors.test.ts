import { expect, it } from 'vitest';
import { developmentKeyring, Keyring } from '../encryption/keyring.ts';
import { decryptCursor, encryptCursor } from './cursors.ts';

const one: [string, Buffer] = ['one', Buffer.alloc(32, 1)];
const two: [string, Buffer] = ['two', Buffer.alloc(32, 2)];
const text = '["elders","410105007003","014aa2ca-b000-7069-8b53-5f745f24f085"]';

it('disclose nothing about the row, and are the same for the same row on every replica', () => {
  const cursor = encryptCursor(new Keyring(new Map([one])), text);
  expect(cursor).toMatch(/^one\.[\w-]+$/);
  expect(Buffer.from(cursor.split('.')[1] as string, 'base64url').toString('latin1')).not.toMatch(
    /elders|410105|014aa2ca/,
  );
  expect(encryptCursor(new Keyring(new Map([one])), text)).toBe(cursor);
  expect(decryptCursor(new Keyring(new Map([one])), cursor)).toBe(text);
});

it('are decrypted with any key of the keyring while keys are rotated, and with no other', () => {
  const cursor = encryptCursor(new Keyring(new Map([one])), text);
  expect(decryptCursor(new Keyring(new Map([two, one])), cursor)).toBe(text);
  expect(decryptCursor(new Keyring(new Map([two])), cursor)).toBeNull();
  expect(decryptCursor(new Keyring(new Map([['one', Buffer.alloc(32, 9)]])), cursor)).toBeNull();
});

it.each([
  ['nothing', () => ''],
  ['JSON in base64', () => Buffer.from(text).toString('base64url')],
  ['a key alone', () => 'development.'],
  ['too little', () => 'development.AAAA'],
  ['with text appended', (cursor: string) => `${cursor}.x`],
  [
    'a changed byte',
    (cursor: string) => `${cursor.slice(0, -3)}${cursor.at(-3) === 'A' ? 'B' : 'A'}${cursor.slice(-2)}`,
  ],
])('refuse %s', (_what, forge) => {
  expect(decryptCursor(developmentKeyring, forge(encryptCursor(developmentKeyring, text)))).toBeNull();
});

// Values that are sealed: told only with a key that is outside of the database, and only at the place they were sealed for.
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  type DecipherGCM,
  hkdfSync,
  randomFillSync,
} from 'node:crypto';
import { type ValueCipher, valueCiphers } from './ciphers.ts';
import type { Keyring, KeyUse } from './keyring.ts';

const byMark = new Map<string, ValueCipher>(
  Object.values(valueCiphers).map((cipher) => [cipher.mark, cipher]),
);

const nonceBytes = 12;
const tagBytes = 16;
/** Lengths are told in steps of this: not whether somebody lives ALONE or WITH_CHILDREN. */
const paddedTo = 16;
const authTag = { authTagLength: tagBytes };

/** Random bytes are drawn many at a time: a call for twelve costs as much as the sealing. */
const pool = Buffer.alloc(nonceBytes * 512);
let drawn = pool.length;

function newNonce(): Buffer {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += nonceBytes;
  return pool.subarray(drawn - nonceBytes, drawn);
}

/** No two algorithms share a key. */
const cipherKeys = new Map<ValueCipher, WeakMap<Buffer, Buffer>>(
  Object.values(valueCiphers).map((cipher) => [cipher, new WeakMap()]),
);

function cipherKey(key: Buffer, cipher: ValueCipher): Buffer {
  const keys = cipherKeys.get(cipher);
  let own = keys?.get(key);
  if (!own) {
    own = Buffer.from(hkdfSync('sha256', key, '', cipher.algorithm, cipher.keyBytes));
    keys?.set(key, own);
  }
  return own;
}

/** How what is sealed now begins: the mark of the cipher and the key. */
export const encryptedPrefix = (keyring: Keyring, use: KeyUse): string =>
  `${valueCiphers[keyring.cipher].mark}.${keyring.current(use).id}.`;

/** The key that a sealed text names. */
export const keyIdOf = (sealed: string): string => sealed.split('.', 2)[1] ?? '';

/**
 * Seals a text for its place: `<mark>.<key>.<base64url of nonce, ciphertext, tag>`. Cipher, key and place are authenticated
 * with it, so that it opens at no other place.
 */
export function encrypt(keyring: Keyring, use: KeyUse, place: string, text: string): string {
  const { id, key } = keyring.current(use);
  const cipher = valueCiphers[keyring.cipher];
  const header = `${cipher.mark}.${id}.`;
  const nonce = newNonce();
  const sealing = createCipheriv(cipher.algorithm as CipherGCMTypes, cipherKey(key, cipher), nonce, authTag);
  sealing.setAAD(Buffer.from(header + place));
  const ciphertext = sealing.update(padded(text));
  sealing.final();
  return header + Buffer.concat([nonce, ciphertext, sealing.getAuthTag()]).toString('base64url');
}

/** What was sealed for the place. Throws for what was not, was changed, or names a key that is not in the ring. */
export function decrypt(keyring: Keyring, use: KeyUse, place: string, sealed: string): string {
  const end = sealed.indexOf('.', 2);
  const cipher = sealed[1] === '.' && end > 0 ? byMark.get(sealed[0] as string) : undefined;
  if (!cipher) throw new Error(`${place} is not sealed`);
  const id = sealed.slice(2, end);
  const key = keyring.named(use, id);
  if (!key) throw new Error(`${place} is sealed with the key ${id}, which is not in the keyring`);
  const bytes = Buffer.from(sealed.slice(end + 1), 'base64url');
  try {
    const opening = createDecipheriv(
      cipher.algorithm as CipherGCMTypes,
      cipherKey(key, cipher),
      bytes.subarray(0, nonceBytes),
      authTag,
    ) as DecipherGCM;
    opening.setAAD(Buffer.from(sealed.slice(0, end + 1) + place));
    opening.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    const text = opening.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
    opening.final();
    return unpadded(text);
  } catch {
    throw new Error(`${place} was not sealed for this place, or was changed`);
  }
}

/** One bit and zeros to the next step (ISO/IEC 7816-4). */
function padded(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const bytes = Buffer.alloc(size + paddedTo - (size % paddedTo));
  bytes.write(text);
  bytes[size] = 0x80;
  return bytes;
}

function unpadded(bytes: Buffer): string {
  let end = bytes.length - 1;
  while (bytes[end] === 0) end -= 1;
  return bytes.toString('utf8', 0, end);
}

// Encrypts single values with a key outside of the database, each bound to the context that it was encrypted for.
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
/** Plaintexts are padded to multiples of this, so that the length does not disclose whether somebody lives ALONE or WITH_CHILDREN. */
const paddedTo = 16;
const authTag = { authTagLength: tagBytes };

/** Random bytes are drawn in bulk: one call for twelve bytes costs as much as the encryption. */
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
  let derived = keys?.get(key);
  if (!derived) {
    derived = Buffer.from(hkdfSync('sha256', key, '', cipher.algorithm, cipher.keyBytes));
    keys?.set(key, derived);
  }
  return derived;
}

/** The beginning of everything that is encrypted now: the mark of the cipher, and the key. */
export const encryptedPrefix = (keyring: Keyring, use: KeyUse): string =>
  `${valueCiphers[keyring.cipher].mark}.${keyring.current(use).id}.`;

/** The id of the key that a ciphertext names. */
export const keyIdOf = (ciphertext: string): string => ciphertext.split('.', 2)[1] ?? '';

/**
 * Encrypts a text for a context: `<mark>.<key>.<base64url of nonce, ciphertext, tag>`. Cipher, key and context are the
 * associated data, so that it decrypts in no other context.
 */
export function encrypt(keyring: Keyring, use: KeyUse, context: string, text: string): string {
  const { id, key } = keyring.current(use);
  const cipher = valueCiphers[keyring.cipher];
  const header = `${cipher.mark}.${id}.`;
  const nonce = newNonce();
  const encryption = createCipheriv(
    cipher.algorithm as CipherGCMTypes,
    cipherKey(key, cipher),
    nonce,
    authTag,
  );
  encryption.setAAD(Buffer.from(header + context));
  const ciphertext = encryption.update(padded(text));
  encryption.final();
  return header + Buffer.concat([nonce, ciphertext, encryption.getAuthTag()]).toString('base64url');
}

/** Throws for a text that is not encrypted, was encrypted for another context, was changed, or names a key that the keyring does not have. */
export function decrypt(keyring: Keyring, use: KeyUse, context: string, text: string): string {
  const end = text.indexOf('.', 2);
  const cipher = text[1] === '.' && end > 0 ? byMark.get(text[0] as string) : undefined;
  if (!cipher) throw new Error(`${context} is not encrypted`);
  const id = text.slice(2, end);
  const key = keyring.named(use, id);
  if (!key) throw new Error(`${context} is encrypted with the key ${id}, which is not in the keyring`);
  const bytes = Buffer.from(text.slice(end + 1), 'base64url');
  try {
    const decryption = createDecipheriv(
      cipher.algorithm as CipherGCMTypes,
      cipherKey(key, cipher),
      bytes.subarray(0, nonceBytes),
      authTag,
    ) as DecipherGCM;
    decryption.setAAD(Buffer.from(text.slice(0, end + 1) + context));
    decryption.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    const plain = decryption.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
    decryption.final();
    return unpadded(plain);
  } catch {
    throw new Error(`${context} was encrypted for another context, or was changed`);
  }
}

/** Pads with one bit and zeros to the next multiple (ISO/IEC 7816-4). */
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

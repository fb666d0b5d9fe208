// Encrypts the cursors that clients get, so that they disclose nothing about rows and cannot be forged.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import type { Keyring } from '../encryption/keyring.ts';
import type { SubgraphContext } from '../loaders.ts';
import { badCursor } from './connections.ts';

const nonceBytes = 12;
const tagBytes = 16;
const authTag = { authTagLength: tagBytes };

interface CursorKeys {
  encryption: Buffer;
  nonce: Buffer;
}

const derived = new WeakMap<Buffer, CursorKeys>();

function keysOf(key: Buffer): CursorKeys {
  let keys = derived.get(key);
  if (!keys) {
    const of = (use: string) => createHmac('sha256', key).update(use).digest();
    keys = { encryption: of('encryption'), nonce: of('nonce') };
    derived.set(key, keys);
  }
  return keys;
}

/**
 * `<key id>.<base64url>`. The nonce is a keyed hash of the text: the same row has the same cursor on every replica, and no nonce is
 * used for two texts.
 */
export function encryptCursor(keyring: Keyring, text: string): string {
  const { id, key } = keyring.current('cursors');
  const { encryption, nonce: nonceKey } = keysOf(key);
  const nonce = createHmac('sha256', nonceKey).update(text).digest().subarray(0, nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', encryption, nonce, authTag);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${id}.${Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url')}`;
}

/** The text of a cursor; null if it was not made with a key of the keyring. */
export function decryptCursor(keyring: Keyring, cursor: string): string | null {
  const [id = '', encoded = '', ...more] = cursor.split('.');
  const key = keyring.named('cursors', id);
  const bytes = Buffer.from(encoded, 'base64url');
  if (!key || more.length || bytes.length < nonceBytes + tagBytes) return null;
  try {
    const nonce = bytes.subarray(0, nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', keysOf(key).encryption, nonce, authTag);
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const ciphertext = bytes.subarray(nonceBytes, -tagBytes);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString();
  } catch {
    return null;
  }
}

/** Wraps the resolvers of a schema: encrypts each cursor they return, and decrypts each `after` argument they take. */
export function encryptCursors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (isCursor(type.name, field.name)) encryptResult(field);
      if (field.args.some(({ name }) => name === 'after'))
        decryptArgument(field, type.name === 'Query' ? field.name : `${type.name}.${field.name}`);
    }
  }
}

const isCursor = (type: string, field: string) =>
  type === 'PageInfo' ? field.endsWith('Cursor') : field === 'cursor' && type.endsWith('Edge');

type CursorField = GraphQLField<unknown, SubgraphContext>;

function encryptResult(field: CursorField): void {
  const { name } = field;
  field.resolve = (parent, _args, { keyring }) => {
    const cursor = (parent as Record<string, unknown>)[name];
    return typeof cursor === 'string' ? encryptCursor(keyring, cursor) : null;
  };
}

function decryptArgument(field: CursorField, list: string): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const decrypted = (args: { after?: string | null }, { keyring }: SubgraphContext) => {
    if (typeof args.after !== 'string') return args;
    const after = decryptCursor(keyring, args.after);
    if (after === null) throw badCursor(list);
    return { ...args, after };
  };
  // The length of a resolver shows whether it takes the info; the wrapper must have the same.
  field.resolve =
    resolve.length > 3
      ? (parent, args, context, info) => resolve(parent, decrypted(args, context), context, info)
      : (parent, args, context) => resolve(parent, decrypted(args, context), context, undefined as never);
}

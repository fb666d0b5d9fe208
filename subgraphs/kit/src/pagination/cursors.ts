// Cursors as callers have them: sealed, so that they tell nothing of the rows they stand at, and only we can make one.
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
 * `<key>.<base64url>`. The nonce is a keyed hash of what is sealed: the same row has the same cursor, on every replica, and
 * no nonce is used for two texts.
 */
export function encryptCursor(keyring: Keyring, text: string): string {
  const { id, key } = keyring.current('cursors');
  const { encryption, nonce: nonceKey } = keysOf(key);
  const nonce = createHmac('sha256', nonceKey).update(text).digest().subarray(0, nonceBytes);
  const sealing = createCipheriv('aes-256-gcm', encryption, nonce, authTag);
  const ciphertext = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
  return `${id}.${Buffer.concat([nonce, ciphertext, sealing.getAuthTag()]).toString('base64url')}`;
}

/** What the cursor says; null for one that was not made with a key of the ring. */
export function decryptCursor(keyring: Keyring, cursor: string): string | null {
  const [id = '', encoded = '', ...more] = cursor.split('.');
  const key = keyring.named('cursors', id);
  const bytes = Buffer.from(encoded, 'base64url');
  if (!key || more.length || bytes.length < nonceBytes + tagBytes) return null;
  try {
    const nonce = bytes.subarray(0, nonceBytes);
    const opening = createDecipheriv('aes-256-gcm', keysOf(key).encryption, nonce, authTag);
    opening.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([opening.update(bytes.subarray(nonceBytes, -tagBytes)), opening.final()]).toString();
  } catch {
    return null;
  }
}

/** Seals every cursor that the schema gives, and opens every `after` that it takes, before its resolver has it. */
export function encryptCursors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (isCursor(type.name, field.name)) giveSealed(field);
      if (field.args.some(({ name }) => name === 'after'))
        takeSealed(field, type.name === 'Query' ? field.name : `${type.name}.${field.name}`);
    }
  }
}

const isCursor = (type: string, field: string) =>
  type === 'PageInfo' ? field.endsWith('Cursor') : field === 'cursor' && type.endsWith('Edge');

type CursorField = GraphQLField<unknown, SubgraphContext>;

function giveSealed(field: CursorField): void {
  const { name } = field;
  field.resolve = (parent, _args, { keyring }) => {
    const cursor = (parent as Record<string, unknown>)[name];
    return typeof cursor === 'string' ? encryptCursor(keyring, cursor) : null;
  };
}

function takeSealed(field: CursorField, list: string): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const opened = (args: { after?: string | null }, { keyring }: SubgraphContext) => {
    if (typeof args.after !== 'string') return args;
    const after = decryptCursor(keyring, args.after);
    if (after === null) throw badCursor(list);
    return { ...args, after };
  };
  // Whether a resolver looks at the info is seen by its length.
  field.resolve =
    resolve.length > 3
      ? (parent, args, context, info) => resolve(parent, opened(args, context), context, info)
      : (parent, args, context) => resolve(parent, opened(args, context), context, undefined as never);
}

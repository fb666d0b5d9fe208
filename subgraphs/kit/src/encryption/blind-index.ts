// Blind indexes: by a keyed hash a sealed value is found exactly, without the database knowing it.
import { createHmac } from 'node:crypto';
import type { Keyring, KeyUse } from './keyring.ts';

/**
 * The index of a text under each key of the ring, the current one first: `<key>.<43 characters>`. What is written has the
 * first; what is looked up may have any.
 */
export const blindIndexes = (
  keyring: Keyring,
  column: string,
  text: string,
  use: KeyUse = 'blind-index',
): [string, ...string[]] =>
  keyring.ids.map((id) => {
    const hash = createHmac('sha256', keyring.named(use, id) as Buffer).update(`${column}\n${text}`);
    return `${id}.${hash.digest('base64url')}`;
  }) as [string, ...string[]];

// Blind indexes: keyed hashes by which an encrypted value is found exactly, without the database knowing the value.
import { createHmac } from 'node:crypto';
import type { Keyring, KeyUse } from './keyring.ts';

/**
 * The index of a text under each key of the keyring, the current one first: `<key>.<43 characters>`. Writes store the
 * first; lookups have to accept any.
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

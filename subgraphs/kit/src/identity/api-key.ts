// API keys of partner bureaus: their format, the record that is stored of a key, and the file of all records.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isDivisionCode } from '../divisions/divisions.ts';

/** The rate limit of a client. */
export interface Rate {
  ratePerSecond: number;
  /** Requests that may follow each other at once after a pause. */
  burst: number;
}

/** The stored record of a key, without its secret. */
export interface ApiKeyRecord {
  id: string;
  /** As `hashOf` makes it, base64url. */
  hash: string;
  bureau: string;
  scopes: readonly string[];
  divisions: readonly string[];
  purposes: readonly string[];
  /** RFC 3339. */
  createdAt: string;
  expiresAt: string;
  revokedAt: string | null;
  /** Null for the default rate. */
  rate: Rate | null;
}

const secretBytes = 32;
/** The prefix of an id distinguishes agreed keys from sandbox keys. It is part of the hash, so that neither becomes the other. */
const idForm = /^(key|sandbox)_[0-9a-f]{16}$/;
const keyForm = /^((?:key|sandbox)_[0-9a-f]{16})\.([\w-]{43})$/;

/**
 * A single SHA-256 is enough for a secret of 32 random bytes: it cannot be guessed, so a slow hash would only slow down the server.
 * The id is hashed too, so that no two keys have the same hash.
 */
const hashOf = (id: string, secret: string): Buffer =>
  createHash('sha256').update(`district-graph api key\n${id}.${secret}`).digest();

/** A new key: its id, the hash to store, and the full key, which is handed over once. */
export function newApiKey(prefix: 'key' | 'sandbox' = 'key'): { id: string; hash: string; key: string } {
  const id = `${prefix}_${randomBytes(8).toString('hex')}`;
  const secret = randomBytes(secretBytes).toString('base64url');
  return { id, hash: hashOf(id, secret).toString('base64url'), key: `${id}.${secret}` };
}

/** The parts of a key; null if the text does not have the format of a key. */
export function partsOf(key: string): { id: string; secret: string } | null {
  const [, id, secret] = keyForm.exec(key) ?? [];
  return id && secret ? { id, secret } : null;
}

/** Compared with if there is no record, so that it takes the same time. */
const dummyHash = randomBytes(32);

/** Whether the secret is the key's. Takes the same time for a key that does not exist. */
export function isSecretOf(record: ApiKeyRecord | undefined, id: string, secret: string): boolean {
  const stored = record ? Buffer.from(record.hash, 'base64url') : dummyHash;
  return timingSafeEqual(hashOf(id, secret), stored) && record !== undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isInstant = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));

/** Whether each member of an entry is valid. Unknown scopes and purposes are accepted and allow nothing. */
const checks: Record<keyof ApiKeyRecord, (value: unknown) => boolean> = {
  id: (value) => isText(value) && idForm.test(value),
  hash: (value) => isText(value) && Buffer.from(value, 'base64url').length === 32,
  bureau: isText,
  scopes: isTexts,
  divisions: (value) => isTexts(value) && value.every(isDivisionCode),
  purposes: isTexts,
  createdAt: isInstant,
  expiresAt: isInstant,
  revokedAt: (value) => value === null || isInstant(value),
  rate: (value) => value === null || isRate(value),
};

function isRate(value: unknown): boolean {
  const { ratePerSecond, burst } = Object(value) as Partial<Rate>;
  return Number(ratePerSecond) > 0 && Number.isInteger(burst) && Number(burst) > 0;
}

/** The records in the text of a file. Throws an error that names the invalid entry and member, but not their content. */
export function parseApiKeys(text: string): ApiKeyRecord[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('not valid JSON');
  }
  const { keys } = Object(parsed) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('no list of keys');
  const ids = new Set<string>();
  return keys.map((entry: unknown, index) => {
    for (const [name, isValid] of Object.entries(checks))
      if (!isValid((Object(entry) as Record<string, unknown>)[name]))
        throw new Error(`entry ${index + 1}: ${name} is not valid`);
    const record = entry as ApiKeyRecord;
    if (ids.has(record.id)) throw new Error(`entry ${index + 1}: its id is a duplicate`);
    ids.add(record.id);
    return record;
  });
}

export const apiKeysText = (keys: readonly ApiKeyRecord[]): string =>
  `${JSON.stringify({ keys }, null, 2)}\n`;

// API keys of partner bureaus: what one looks like, what is kept of it, and the file that they are kept in.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isDivisionCode } from '../divisions/divisions.ts';

/** How often its bearer may ask. */
export interface Rate {
  ratePerSecond: number;
  /** Requests at once after a rest. */
  burst: number;
}

/** What is kept of a key: everything but its secret. */
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
  /** Null for that of everybody. */
  rate: Rate | null;
}

const secretBytes = 32;
const idForm = /^key_[0-9a-f]{16}$/;
const keyForm = /^(key_[0-9a-f]{16})\.([\w-]{43})$/;

/**
 * Of a secret of 32 random bytes one SHA-256 is enough: there is nothing to guess, so nothing that a slow hash would slow
 * down but ourselves. With the id in front, no two keys have one hash.
 */
const hashOf = (id: string, secret: string): Buffer =>
  createHash('sha256').update(`district-graph api key\n${id}.${secret}`).digest();

/** A new key's id, its hash to keep, and the whole of it to hand over once. */
export function newApiKey(): { id: string; hash: string; key: string } {
  const id = `key_${randomBytes(8).toString('hex')}`;
  const secret = randomBytes(secretBytes).toString('base64url');
  return { id, hash: hashOf(id, secret).toString('base64url'), key: `${id}.${secret}` };
}

/** The parts of a key; null for what has not its form. */
export function partsOf(key: string): { id: string; secret: string } | null {
  const [, id, secret] = keyForm.exec(key) ?? [];
  return id && secret ? { id, secret } : null;
}

const nobodys = randomBytes(32);

/** Whether the secret is the key's. Takes as long for a key that does not exist. */
export function isSecretOf(record: ApiKeyRecord | undefined, id: string, secret: string): boolean {
  const kept = record ? Buffer.from(record.hash, 'base64url') : nobodys;
  return timingSafeEqual(hashOf(id, secret), kept) && record !== undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isInstant = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));

/** What is wrong with each field of an entry; scopes and purposes that are not known here allow nothing. */
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

/** The records of a file's text. Throws an error that says where it is broken, and nothing of what is in it. */
export function parseApiKeys(text: string): ApiKeyRecord[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('no JSON');
  }
  const { keys } = Object(parsed) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('no list of keys');
  const ids = new Set<string>();
  return keys.map((entry: unknown, index) => {
    for (const [name, isValid] of Object.entries(checks))
      if (!isValid((Object(entry) as Record<string, unknown>)[name]))
        throw new Error(`entry ${index + 1}: ${name} is not valid`);
    const record = entry as ApiKeyRecord;
    if (ids.has(record.id)) throw new Error(`entry ${index + 1}: its id is there twice`);
    ids.add(record.id);
    return record;
  });
}

export const apiKeysText = (keys: readonly ApiKeyRecord[]): string =>
  `${JSON.stringify({ keys }, null, 2)}\n`;

// Idempotency keys: a mutation with a key has one effect, and its first answer is kept, encrypted, and repeated for 24 hours.

import { createHmac, randomBytes } from 'node:crypto';
import type { Sql } from '../database/database.ts';
import { districtCodeOf } from '../divisions/divisions.ts';
import { decrypt, encrypt, keyIdOf } from '../encryption/encrypted-values.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { badInput, graphError } from '../errors.ts';
import type { Viewer } from '../identity/viewer.ts';

export const idempotencyHours = 24;
const maxKeyLength = 200;

/** Throws `BAD_USER_INPUT` for a key that is empty or too long. */
export function checkIdempotencyKey(key: string | null): string | null {
  if (key === null || (key.length > 0 && key.length <= maxKeyLength)) return key;
  throw badInput(
    'idempotencyKey',
    { zh: `1 到 ${maxKeyLength} 个字符`, en: `1 to ${maxKeyLength} characters` },
    key,
  );
}

/**
 * Runs a mutation under its key and keeps the answer, or repeats the first answer to the key. Waits for a transaction that
 * is using the key at this moment. Throws `IDEMPOTENCY_KEY_REUSED` where the key was used with a different input.
 */
export async function performOnce<Result extends object>(
  { sql, keyring, viewer }: { sql: Sql; keyring: Keyring; viewer: Viewer },
  { action, key, input }: { action: string; key: string; input: unknown },
  run: () => Promise<Result>,
): Promise<Result> {
  const districts = districtsOf(viewer);
  const caller = viewer.id;
  const claim: Claim = { caller, districts, key, input: `${action}\n${districts}\n${canonical(input)}` };
  const first = await claimKey(sql, keyring, claim);
  if (first) return first as Result;
  const result = await run();
  await sql`
    update idempotency_key set result = ${encrypt(keyring, 'idempotency', contextOf(claim), JSON.stringify(result))}
    where caller = ${caller} and districts = ${districts} and key = ${key}`;
  return result;
}

/** The districts that the viewer works in. A viewer that moves to another district has other keys, and no longer reads the answers of the former. */
const districtsOf = ({ divisions }: Viewer): string =>
  [...new Set(divisions.map((code) => districtCodeOf(code)))].sort().join(' ');

/** A key of a viewer in its districts, and the input that it is used for. Named as the columns: `caller` is the viewer's id. */
interface Claim {
  caller: string;
  districts: string;
  key: string;
  input: string;
}

type UsedKey = Pick<Claim, 'caller' | 'key'>;

/** The context that the answer is encrypted for. */
const contextOf = ({ caller, key }: UsedKey) => `idempotency_key.result/${caller}/${key}`;

/** The answer that is kept under a key. */
export const answerOf = (keyring: Keyring, kept: UsedKey & { result: string }): Record<string, unknown> =>
  JSON.parse(decrypt(keyring, 'idempotency', contextOf(kept), kept.result)) as Record<string, unknown>;

/** A keyed hash: personal input could be guessed from a hash without a key. */
const hashOf = (key: Buffer, { input }: Claim): Buffer => createHmac('sha256', key).update(input).digest();

/** Takes the key for this mutation (null), or returns the first answer to it. */
async function claimKey(sql: Sql, keyring: Keyring, claim: Claim): Promise<object | null> {
  const { caller, districts, key } = claim;
  const [claimed] = await sql`
    insert into idempotency_key (caller, districts, key, input_hash)
    values (${caller}, ${districts}, ${key}, ${hashOf(keyring.current('idempotency').key, claim)})
    on conflict (caller, districts, key) do update
      set input_hash = excluded.input_hash, result = null, created_at = now()
      where idempotency_key.created_at < now() - make_interval(hours => ${idempotencyHours})
    returning 1 as claimed`;
  if (claimed) return null;
  const [first] = await sql<{ inputHash: Buffer; result: string }[]>`
    select input_hash, result from idempotency_key
    where caller = ${caller} and districts = ${districts} and key = ${key}`;
  const hashKey = first && keyring.named('idempotency', keyIdOf(first.result));
  if (!first || !hashKey || !first.inputHash.equals(hashOf(hashKey, claim)))
    throw graphError(
      'IDEMPOTENCY_KEY_REUSED',
      '该 idempotencyKey 已用于另一输入；请换一个。 This idempotencyKey has been used with another input; use another key.',
      { argument: 'idempotencyKey' },
    );
  return answerOf(keyring, { caller, key, result: first.result });
}

export interface KeptAnswer extends UsedKey {
  districts: string;
  answer: unknown;
}

/** The kept answers that contain one of these record ids. */
export async function keptAnswersAbout(
  sql: Sql,
  keyring: Keyring,
  ids: readonly string[],
): Promise<KeptAnswer[]> {
  const found: KeptAnswer[] = [];
  const kept = sql<{ caller: string; districts: string; key: string; result: string }[]>`
    select caller, districts, key, result from idempotency_key where result is not null`;
  for await (const rows of kept.cursor(500))
    for (const { caller, districts, key, result } of rows) {
      const text = decrypt(keyring, 'idempotency', contextOf({ caller, key }), result);
      if (ids.some((id) => text.includes(id)))
        found.push({ caller, districts, key, answer: JSON.parse(text) });
    }
  return found;
}

/** Forgets those answers. Their keys stay used: what was done with them is not done again, even with the same input. */
export async function forgetAnswersAbout(
  sql: Sql,
  keyring: Keyring,
  ids: readonly string[],
): Promise<number> {
  const answers = await keptAnswersAbout(sql, keyring, ids);
  for (const { caller, districts, key } of answers) {
    const nothing = encrypt(keyring, 'idempotency', contextOf({ caller, key }), 'null');
    await sql`
      update idempotency_key set result = ${nothing}, input_hash = ${randomBytes(32)}
      where caller = ${caller} and districts = ${districts} and key = ${key}`;
  }
  return answers.length;
}

/** Deletes expired keys; returns how many. */
export async function deleteExpiredKeys(sql: Sql): Promise<number> {
  const deleted = await sql`
    delete from idempotency_key where created_at < now() - make_interval(hours => ${idempotencyHours})`;
  return deleted.count;
}

/** JSON with the names of each object sorted: the same input is the same text. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, each: unknown) =>
      each && typeof each === 'object' && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? 'null'
  );
}

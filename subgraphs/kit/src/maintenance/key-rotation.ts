// Rotates a subgraph's keys: re-encrypts everything with the current key, and reports what still needs an earlier one.

import type { Database } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';
import type { Bilingual } from '../errors.ts';
import { idempotencyHours } from '../mutations/idempotency.ts';
import { type Progress, showProgress } from '../progress.ts';
import { reencryptRows } from './encrypted-rows.ts';

/** Values that were made with earlier keys and cannot be remade: hashes of data that is not kept. */
interface StillKeyed {
  what: Bilingual;
  count: number;
  /** When the last of them no longer needs its key, RFC 3339; null if it needs it for as long as it is kept. */
  until: string | null;
}

/** Counts such values of a module under these keys. */
export type CountKeyed = (sql: Database, keyIds: readonly string[]) => Promise<StillKeyed>;

export interface Rotation {
  /** Re-encrypted rows by table. */
  reencrypted: Record<string, number>;
  /** The keys other than the current one that values were encrypted with: certainly earlier ones, which are no longer needed. */
  left: string[];
  /** What still needs an earlier key. */
  still: StillKeyed[];
}

/**
 * Re-encrypts table after table until a complete pass finds nothing, which includes rows that replicas write with an earlier key
 * meanwhile. It may be interrupted at any time and run again.
 */
export async function rotateKeys(
  database: Database,
  keyring: Keyring,
  { encrypted = [], keyed = [] }: { encrypted?: readonly EncryptedTable[]; keyed?: readonly CountKeyed[] },
  progressOf: (table: string) => Progress = showProgress,
): Promise<Rotation> {
  const reencrypted: Record<string, number> = {};
  const found = new Set<string>();
  for (const table of encrypted) {
    let total = 0;
    for (let rows = -1; rows !== 0; total += rows)
      rows = await reencryptRows(database, keyring, table, { progress: progressOf(table.table), found });
    reencrypted[table.table] = total;
  }
  const earlier = keyring.ids.slice(1);
  const still = await Promise.all(
    [answers, accessRecords, ...keyed].map((count) => count(database, earlier)),
  );
  return {
    reencrypted,
    left: earlier.filter((id) => found.has(id)),
    still: still.filter(({ count }) => count > 0),
  };
}

const answers: CountKeyed = async (sql, keyIds) => {
  const [row] = await sql<{ count: number; until: string | null }[]>`
    select count(*)::integer as count, max(created_at) + make_interval(hours => ${idempotencyHours}) as until
    from idempotency_key where split_part(result, '.', 2) = any(${keyIds as string[]}::text[])`;
  const what = { zh: '24 小时内写入的应答', en: 'answers of mutations of the last 24 hours' };
  return { what, count: row?.count ?? 0, until: row?.until ?? null };
};

const accessRecords: CountKeyed = async (sql, keyIds) => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from access_record where key_id = any(${keyIds as string[]}::text[])`;
  const what = { zh: '访问记录（核验时需要）', en: 'access records, which are verified with it' };
  return { what, count: row?.count ?? 0, until: null };
};

/** A report for the operator. */
export function rotationLines(
  subgraph: string,
  variable: string,
  keyring: Keyring,
  { reencrypted, left, still }: Rotation,
): string[] {
  const [current, ...earlier] = keyring.ids;
  const lines = Object.entries(reencrypted).map(
    ([table, rows]) =>
      `${subgraph} ${table}：以密钥 ${current} 重新加密 ${rows} 行。 ${rows} rows re-encrypted with the key ${current}.`,
  );
  if (earlier.length === 0)
    return [...lines, `${variable} 中没有旧密钥。 There is no earlier key in ${variable}.`];
  for (const { what, count, until } of still) {
    const [zh, en] = until ? [`，至 ${until}`, `, until ${until}`] : ['', ''];
    lines.push(
      `仍需旧密钥：${what.zh} ${count} 条${zh}。 An earlier key is still needed for ${count} ${what.en}${en}.`,
    );
  }
  if (still.length) return lines;
  if (left.length)
    lines.push(
      `完成：可从 ${variable} 中去掉 ${left.join('、')}。 Done: ${left.join(', ')} can be removed from ${variable}.`,
    );
  // A key without data may be a former one or a future one: the keyring does not tell them apart.
  for (const id of earlier.filter((id) => !left.includes(id)))
    lines.push(
      `没有以 ${id} 加密的数据。若它是新密钥，则尚未启用：请移到 ${variable} 最前，重启各副本，再运行一次。只有在 ${current} 之前用过的旧密钥才可去掉。 Nothing is encrypted with ${id}. If it is the new key, it is not in use yet: move it to the front of ${variable}, restart every replica and run this again. Only a key that was in use before ${current} can be removed.`,
    );
  return lines;
}

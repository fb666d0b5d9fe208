// Re-encrypts rows with the current key, and encrypts rows that are still plain.
import postgres from 'postgres';
import { type Database, openDatabase } from '../database/database.ts';
import type { EncryptedTable, Plain } from '../encryption/encrypted-columns.ts';
import { encryptedPrefix, keyIdOf } from '../encryption/encrypted-values.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { inTransaction } from '../mutations/mutation.ts';
import type { Progress } from '../progress.ts';

type Row = Record<string, string | null>;

/** Rows per transaction, which bounds how long each stays locked. */
const rowsPerBatch = 1000;

/**
 * Re-encrypts values that are not encrypted with the current key and cipher, and recomputes their blind indexes. Each batch is
 * committed: after an interruption another run does the rest. Returns the number of rows that it has changed. Replicas may write with an
 * earlier key meanwhile, so only a run that returns 0 proves that no such row is left. Adds the ids of the keys that values
 * were encrypted with to `found`.
 */
export async function reencryptRows(
  database: Database,
  keyring: Keyring,
  table: EncryptedTable,
  {
    areSomePlain = false,
    progress,
    found,
  }: { areSomePlain?: boolean; progress?: Progress; found?: Set<string> } = {},
): Promise<number> {
  const statements = statementsOf(table, keyring);
  const [{ count } = { count: 0 }] = await database.unsafe<{ count: number }[]>(statements.count);
  let total = 0;
  let after: (string | null)[] = Object.keys(table.key).map(() => null);
  for (;;) {
    const rows = await inTransaction(database, async (sql) => {
      const outdated = await sql.unsafe<Row[]>(statements.select, after);
      if (outdated.length === 0) return outdated;
      const reencrypted = outdated.map((row) =>
        table.encrypt(keyring, decryptRow(table, keyring, row, areSomePlain)),
      );
      await sql.unsafe(statements.update, [JSON.stringify(reencrypted)]);
      return outdated;
    });
    const last = rows.at(-1);
    if (!last) break;
    if (found) for (const row of rows) for (const id of keysOf(table, row)) found.add(id);
    total += rows.length;
    after = Object.keys(table.key).map((name) => last[name] ?? null);
    progress?.(total, total / Math.max(count, total));
  }
  progress?.(total, 1, true);
  return total;
}

function decryptRow(
  table: EncryptedTable,
  keyring: Keyring,
  row: Row,
  areSomePlain: boolean,
): Partial<Plain<object>> {
  const plain: Row = { ...row };
  for (const name of Object.keys(table.columns))
    if (row[name] != null && !(areSomePlain && !isEncrypted(row[name])))
      plain[name] = String(table.decrypt(keyring, row as object, name as never));
  return plain as Partial<Plain<object>>;
}

const keysOf = (table: EncryptedTable, row: Row): string[] =>
  Object.keys(table.columns).flatMap((name) =>
    isEncrypted(row[name] ?? '') ? keyIdOf(row[name] ?? '') : [],
  );

const isEncrypted = (text: string): boolean => /^[as]\.[\w-]{1,32}\.[\w-]{58,}$/.test(text);

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Names come from the declaration; prefixes consist of letters, digits, `_`, `-` and `.`. */
function statementsOf(table: EncryptedTable, keyring: Keyring) {
  const keys = Object.entries(table.key).map(([name, type]) => [postgres.fromCamel(name), type] as const);
  const columns = Object.keys(table.columns).map(postgres.fromCamel);
  const index = table.index ? [postgres.fromCamel(table.index.column)] : [];
  const hasOther = (column: string, prefix: string) => `not starts_with(${column}, ${quoted(prefix)})`;
  const isOutdated = [
    ...columns.map((column) => hasOther(column, encryptedPrefix(keyring, 'columns'))),
    ...index.map((column) => hasOther(column, `${keyring.current('blind-index').id}.`)),
  ].join(' or ');
  const names = keys.map(([name]) => name);
  const isAfter = `(${names.join(', ')}) > (${keys.map(([, type], at) => `$${at + 1}::text::${type}`).join(', ')})`;
  const set = [...columns, ...index];
  return {
    count: `select count(*)::integer as count from ${table.table} where ${isOutdated}`,
    select: `
      select ${names.map((name) => `${name}::text`).join(', ')}, ${set.join(', ')} from ${table.table}
      where ($1::text is null or ${isAfter}) and (${isOutdated}) order by ${names.join(', ')} limit ${rowsPerBatch} for no key update`,
    update: `
      update ${table.table} r set ${set.map((name) => `${name} = v."${postgres.toCamel(name)}"`).join(', ')}
      from jsonb_to_recordset($1::text::jsonb) v (
        ${[...keys, ...set.map((name) => [name, 'text'] as const)].map(([name, type]) => `"${postgres.toCamel(name)}" ${type}`).join(', ')})
      where ${names.map((name) => `r.${name} = v."${postgres.toCamel(name)}"`).join(' and ')}`,
  };
}

/**
 * Encrypts the plain values of a database from before columns were encrypted, then validates the constraint that refuses plain values.
 * Does nothing if the constraint is validated.
 */
export async function encryptPlainRows(
  databaseUrl: string,
  keyring: Keyring,
  tables: readonly EncryptedTable[],
): Promise<void> {
  const database = openDatabase(databaseUrl, {
    maxConnections: 1,
    statementTimeoutMs: 0,
    applicationName: 'encryption',
  });
  try {
    for (const table of tables) {
      const name = `${table.table}_sealed`;
      const [constraint] = await database<{ convalidated: boolean }[]>`
        select convalidated from pg_constraint where conname = ${name} and conrelid = ${table.table}::regclass`;
      if (!constraint) throw new Error(`${table.table} has no constraint ${name}`);
      if (constraint.convalidated) continue;
      const encrypted = await reencryptRows(database, keyring, table, { areSomePlain: true });
      await database.unsafe(`alter table ${table.table} validate constraint ${name}`);
      // Removes the plain values from the pages of the table's files; the write-ahead log is overwritten in time.
      if (encrypted > 0) await database.unsafe(`vacuum full ${table.table}`);
    }
  } finally {
    await database.end();
  }
}

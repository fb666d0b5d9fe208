// Rows brought to the current key: those of earlier keys sealed anew, and those that stand in plain from before.
import postgres from 'postgres';
import { type Database, openDatabase } from '../database/database.ts';
import type { EncryptedTable, Plain } from '../encryption/encrypted-columns.ts';
import { encryptedPrefix, keyIdOf } from '../encryption/encrypted-values.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { inTransaction } from '../mutations/mutation.ts';
import type { Progress } from '../progress.ts';

type Row = Record<string, string | null>;

/** Rows per transaction: bounds how long each is held. */
const rowsPerBatch = 1000;

/**
 * Seals anew what was not sealed with the current key and cipher, the indexes too. What is done stays done: after an
 * interruption it goes on with the rest. Gives the number of rows that it has changed; none is left of those that nobody
 * wrote meanwhile with an earlier key, so a run that gives 0 says that there is none at all. `found` learns the keys that
 * values had been sealed with.
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
  const of = (total: number, all: number) => progress?.(total, all ? total / all : 1);
  const [{ count } = { count: 0 }] = await database.unsafe<{ count: number }[]>(statements.count);
  let total = 0;
  let after: (string | null)[] = Object.keys(table.key).map(() => null);
  for (;;) {
    const rows = await inTransaction(database, async (sql) => {
      const former = await sql.unsafe<Row[]>(statements.select, after);
      if (former.length === 0) return former;
      const anew = former.map((row) => table.encrypt(keyring, opened(table, keyring, row, areSomePlain)));
      await sql.unsafe(statements.update, [JSON.stringify(anew)]);
      return former;
    });
    const last = rows.at(-1);
    if (!last) break;
    if (found) for (const row of rows) for (const id of keysOf(table, row)) found.add(id);
    total += rows.length;
    after = Object.keys(table.key).map((name) => last[name] ?? null);
    of(total, Math.max(count, total));
  }
  progress?.(total, 1, true);
  return total;
}

function opened(
  table: EncryptedTable,
  keyring: Keyring,
  row: Row,
  areSomePlain: boolean,
): Partial<Plain<object>> {
  const plain: Row = { ...row };
  for (const name of Object.keys(table.columns))
    if (row[name] != null && !(areSomePlain && !isSealed(row[name])))
      plain[name] = String(table.decrypt(keyring, row as object, name as never));
  return plain as Partial<Plain<object>>;
}

const keysOf = (table: EncryptedTable, row: Row): string[] =>
  Object.keys(table.columns).flatMap((name) => (isSealed(row[name] ?? '') ? keyIdOf(row[name] ?? '') : []));

const isSealed = (text: string): boolean => /^[as]\.[\w-]{1,32}\.[\w-]{58,}$/.test(text);

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The names are the declaration's own; the prefixes hold no more than letters, digits, `_`, `-` and `.`. */
function statementsOf(table: EncryptedTable, keyring: Keyring) {
  const keys = Object.entries(table.key).map(([name, type]) => [postgres.fromCamel(name), type] as const);
  const columns = Object.keys(table.columns).map(postgres.fromCamel);
  const index = table.index ? [postgres.fromCamel(table.index.column)] : [];
  const former = (column: string, prefix: string) => `not starts_with(${column}, ${quoted(prefix)})`;
  const wanting = [
    ...columns.map((column) => former(column, encryptedPrefix(keyring, 'columns'))),
    ...index.map((column) => former(column, `${keyring.current('blind-index').id}.`)),
  ].join(' or ');
  const names = keys.map(([name]) => name);
  const beyond = `(${names.join(', ')}) > (${keys.map(([, type], at) => `$${at + 1}::text::${type}`).join(', ')})`;
  const set = [...columns, ...index];
  return {
    count: `select count(*)::integer as count from ${table.table} where ${wanting}`,
    select: `
      select ${names.map((name) => `${name}::text`).join(', ')}, ${set.join(', ')} from ${table.table}
      where ($1::text is null or ${beyond}) and (${wanting}) order by ${names.join(', ')} limit ${rowsPerBatch} for no key update`,
    update: `
      update ${table.table} r set ${set.map((name) => `${name} = v."${postgres.toCamel(name)}"`).join(', ')}
      from jsonb_to_recordset($1::text::jsonb) v (
        ${[...keys, ...set.map((name) => [name, 'text'] as const)].map(([name, type]) => `"${postgres.toCamel(name)}" ${type}`).join(', ')})
      where ${names.map((name) => `r.${name} = v."${postgres.toCamel(name)}"`).join(' and ')}`,
  };
}

/**
 * Seals what a database from before sealing has in plain, then lets it accept nothing plain for good. Does nothing
 * where that has been done.
 */
export async function encryptPlainRows(
  databaseUrl: string,
  keyring: Keyring,
  tables: readonly EncryptedTable[],
): Promise<void> {
  const database = openDatabase(databaseUrl, {
    maxConnections: 1,
    statementTimeoutMs: 0,
    applicationName: 'sealing',
  });
  try {
    for (const table of tables) {
      const name = `${table.table}_sealed`;
      const [constraint] = await database<{ convalidated: boolean }[]>`
        select convalidated from pg_constraint where conname = ${name} and conrelid = ${table.table}::regclass`;
      if (!constraint) throw new Error(`${table.table} has no constraint ${name}`);
      if (constraint.convalidated) continue;
      const sealed = await reencryptRows(database, keyring, table, { areSomePlain: true });
      await database.unsafe(`alter table ${table.table} validate constraint ${name}`);
      // What was plain is in no page of the files any more; the server's log is written over in its time.
      if (sealed > 0) await database.unsafe(`vacuum full ${table.table}`);
    }
  } finally {
    await database.end();
  }
}

// Compares the encrypted values of staged rows with those of existing records by their plain values.
import postgres from 'postgres';
import type { Sql } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';

/** Bounds the memory. */
const rowsPerBatch = 10_000;

interface Row {
  /** The physical location (ctid) of the staged row. */
  rowId: string;
  stagedId: string;
  id: string;
  staged: Record<string, string | null>;
  current: Record<string, string | null>;
}

/** Throws if blind indexes of records were made with an earlier key: the import would not find them, and insert them again. */
export async function checkIndexes(
  sql: Sql,
  keyring: Keyring,
  { table, index }: EncryptedTable,
): Promise<void> {
  if (!index) return;
  const column = sql(postgres.fromCamel(index.column));
  const [outdated] = await sql`
    select from ${sql(table)} where not starts_with(${column}, ${`${keyring.current('blind-index').id}.`}) limit 1`;
  if (outdated)
    throw new Error(
      '有记录仍以旧密钥登记；请先运行 npm run keys:rotate。 Some records are still indexed with an earlier key: run npm run keys:rotate first.',
    );
}

/**
 * The rows of existing records were encrypted before their records were found, for another id. A value that is equal to the record's
 * becomes the record's ciphertext, so that it does not differ; other values are encrypted for the record. `columns` are the table's own names.
 */
export async function reencryptForRecords(
  sql: Sql,
  keyring: Keyring,
  table: EncryptedTable,
  columns: readonly string[],
): Promise<void> {
  const names = columns.map(postgres.toCamel).filter((name) => Object.hasOwn(table.columns, name));
  if (names.length === 0) return;
  const valuesOf = (alias: string) =>
    names.map((name) => `'${name}', ${alias}.${postgres.fromCamel(name)}`).join(', ');
  // One cursor, and updates by ctid: pages by line number would join all rows again each time.
  await sql.unsafe(`
    declare known_row no scroll cursor for
    select s.ctid as row_id, s.staged_id, s.id, jsonb_build_object(${valuesOf('s')}) as staged, jsonb_build_object(${valuesOf('r')}) as current
    from import_row s join ${table.table} r on r.id = s.id where s.found`);
  const update = `
    update import_row s set ${names.map((name) => `${postgres.fromCamel(name)} = v."${name}"`).join(', ')}
    from jsonb_to_recordset($1::text::jsonb) v ("rowId" tid, ${names.map((name) => `"${name}" text`).join(', ')})
    where s.ctid = v."rowId"`;
  for (;;) {
    const rows = await sql.unsafe<Row[]>(`fetch ${rowsPerBatch} from known_row`);
    if (rows.length === 0) break;
    await sql.unsafe(update, [JSON.stringify(rows.map((row) => reencrypted(keyring, table, names, row)))]);
  }
  await sql.unsafe('close known_row');
}

function reencrypted(
  keyring: Keyring,
  table: EncryptedTable,
  names: readonly string[],
  { rowId, stagedId, id, staged, current }: Row,
): object {
  const plain: Record<string, unknown> = { id };
  const same: Record<string, unknown> = {};
  for (const name of names) {
    const value = table.decrypt(keyring, { ...staged, id: stagedId }, name as never) as unknown;
    if (value === (table.decrypt(keyring, { ...current, id }, name as never) as unknown))
      same[name] = current[name];
    else plain[name] = value;
  }
  return { rowId, ...table.encrypt(keyring, plain), ...same };
}

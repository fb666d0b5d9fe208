// What is sealed in the rows of a file, beside the records that are there already: compared by what it holds.
import postgres from 'postgres';
import type { Sql } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import type { Keyring } from '../encryption/keyring.ts';

/** Bounds what waits in memory. */
const rowsPerBatch = 10_000;

interface Row {
  /** Where the row of the file is in its table. */
  place: string;
  stagedId: string;
  id: string;
  staged: Record<string, string | null>;
  kept: Record<string, string | null>;
}

/** Throws where records are found by an index of an earlier key: they would not be known again, and come in twice. */
export async function checkIndexes(
  sql: Sql,
  keyring: Keyring,
  { table, index }: EncryptedTable,
): Promise<void> {
  if (!index) return;
  const column = sql(postgres.fromCamel(index.column));
  const [former] = await sql`
    select from ${sql(table)} where not starts_with(${column}, ${`${keyring.current('blind-index').id}.`}) limit 1`;
  if (former)
    throw new Error(
      '有记录仍以旧密钥登记；请先运行 npm run keys:rotate。 Some records are still known by an earlier key: run npm run keys:rotate first.',
    );
}

/**
 * A row of a record that is there was sealed before that was known. What says the same becomes the record's own text, so
 * that it differs in nothing; what says something else is sealed for the record. `columns` in the table's own names.
 */
export async function reencryptForRecords(
  sql: Sql,
  keyring: Keyring,
  sealed: EncryptedTable,
  columns: readonly string[],
): Promise<void> {
  const names = columns.map(postgres.toCamel).filter((name) => Object.hasOwn(sealed.columns, name));
  if (names.length === 0) return;
  const of = (alias: string) =>
    names.map((name) => `'${name}', ${alias}.${postgres.fromCamel(name)}`).join(', ');
  // One walk over the rows, each then changed where it is: a page by line would join all of them anew.
  await sql.unsafe(`
    declare known_row no scroll cursor for
    select s.ctid as place, s.staged_id, s.id, jsonb_build_object(${of('s')}) as staged, jsonb_build_object(${of('r')}) as kept
    from import_row s join ${sealed.table} r on r.id = s.id where s.found`);
  const update = `
    update import_row s set ${names.map((name) => `${postgres.fromCamel(name)} = v."${name}"`).join(', ')}
    from jsonb_to_recordset($1::text::jsonb) v (place tid, ${names.map((name) => `"${name}" text`).join(', ')})
    where s.ctid = v.place`;
  for (;;) {
    const rows = await sql.unsafe<Row[]>(`fetch ${rowsPerBatch} from known_row`);
    if (rows.length === 0) break;
    await sql.unsafe(update, [JSON.stringify(rows.map((row) => settled(keyring, sealed, names, row)))]);
  }
  await sql.unsafe('close known_row');
}

function settled(
  keyring: Keyring,
  table: EncryptedTable,
  names: readonly string[],
  { place, stagedId, id, staged, kept }: Row,
): object {
  const plain: Record<string, unknown> = { id };
  const same: Record<string, unknown> = {};
  for (const name of names) {
    const now = table.decrypt(keyring, { ...staged, id: stagedId }, name as never) as unknown;
    if (now === (table.decrypt(keyring, { ...kept, id }, name as never) as unknown)) same[name] = kept[name];
    else plain[name] = now;
  }
  return { place, ...table.encrypt(keyring, plain), ...same };
}

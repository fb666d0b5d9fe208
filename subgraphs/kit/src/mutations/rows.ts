// The rows that mutations write: read, locked, inserted, and changed with a new version.
import { columnsOf, type Sql } from '../database/database.ts';
import { isId } from '../database/ids.ts';

/** The row; null for an invalid id or if there is no such row. */
export async function findRecord<Row>(sql: Sql, table: string, id: string): Promise<Row | null> {
  if (!isId(id)) return null;
  const [row] = await sql`select * from ${sql(table)} where id = ${id}`;
  return (row as Row | undefined) ?? null;
}

/** Locks the row until the transaction ends; null for an invalid id or if there is no such row. Inserts of rows that refer to it are not blocked. */
export async function lockRecord<Row>(sql: Sql, table: string, id: string): Promise<Row | null> {
  if (!isId(id)) return null;
  const [row] = await sql`select * from ${sql(table)} where id = ${id} for no key update`;
  return (row as Row | undefined) ?? null;
}

/** Inserts a row; columns that it does not have get their default. */
export async function insertRecord<Row>(sql: Sql, table: string, row: Partial<Row> & object): Promise<Row> {
  const [inserted] = await sql`insert into ${sql(table)} ${sql(columnsOf(row))} returning *`;
  return inserted as Row;
}

/** Changes a locked row and increments its version. Undefined columns stay unchanged. */
export async function changeRecord<Row>(
  sql: Sql,
  table: string,
  id: string,
  changes: Partial<Row> & object,
): Promise<Row> {
  const columns = columnsOf(changes);
  const [changed] = Object.keys(columns).length
    ? await sql`update ${sql(table)} set ${sql(columns)}, version = version + 1 where id = ${id} returning *`
    : await sql`update ${sql(table)} set version = version + 1 where id = ${id} returning *`;
  return changed as Row;
}

// Column types that the tables of all subgraphs share, so that ids and codes have one form.
import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  doublePrecision,
  type PgColumn,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { cityBox } from '../divisions/geography.ts';

declare const plainValue: unique symbol;

/** The value of an encrypted column: a ciphertext of `Value`. */
export type Encrypted<Value extends string | number = string> = string & { readonly [plainValue]: Value };

/** A division code in C order, so that "inside a division" is a range of an index. */
export const divisionCode = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** A UUIDv7 primary key that contains the row's district (schema/decisions/0001). */
export const id = () => uuid('id').primaryKey();

/** An instant, read as RFC 3339. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

/** An encrypted column (../encryption/encrypted-columns.ts). */
export const encryptedColumn = <Value extends string | number = string>(name: string) =>
  customType<{ data: Encrypted<Value> }>({ dataType: () => 'text' })(name);

/** The check constraint that these columns hold ciphertexts only. */
export const encryptedColumnCheck = (name: string, columns: readonly PgColumn[]) =>
  check(
    `${name}_sealed`,
    sql.join(
      columns.map((column) => sql`is_sealed(${column})`),
      sql` and `,
    ),
  );

/** The row's number in the bureau's own register, by which an import finds it; null for a row without one. */
export const registrationKey = () => text('registration_key');

/** A registration number identifies one row. */
export const registrationKeyOnce = (name: string, table: { registrationKey: PgColumn }) =>
  uniqueIndex(`${name}_registration_key`)
    .on(table.registrationKey)
    .where(sql`${table.registrationKey} is not null`);

/** A WGS 84 point in two columns. */
export const location = () => ({
  longitude: doublePrecision('longitude').notNull(),
  latitude: doublePrecision('latitude').notNull(),
});

/** The check constraints of the division code, and that the id contains its district. */
export const homeChecks = (name: string, table: { id: PgColumn; divisionCode: PgColumn }) => [
  check(`${name}_division_code_form`, sql`is_division_code(${table.divisionCode})`),
  check(`${name}_id_home`, sql`is_home(${table.id}, ${table.divisionCode})`),
];

const between = (column: PgColumn, [least, most]: readonly [number, number]) =>
  sql`${column} between ${sql.raw(`${least} and ${most}`)}`;

/** The check constraint that a point is inside the box around Zhengzhou. */
export const locationCheck = (name: string, table: { longitude: PgColumn; latitude: PgColumn }) =>
  check(
    `${name}_location`,
    sql`${between(table.longitude, cityBox.longitude)} and ${between(table.latitude, cityBox.latitude)}`,
  );

/** The check constraint that a column has one of the values. */
export const oneOf = (name: string, column: PgColumn, values: readonly string[]) =>
  check(name, sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`);

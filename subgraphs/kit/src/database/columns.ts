// Column types that every subgraph's tables use, so that keys and codes mean the same everywhere.
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

declare const holds: unique symbol;

/** What a sealed column has: the text that `seal` made of the value. */
export type Encrypted<Value extends string | number = string> = string & { readonly [holds]: Value };

/** A division code in C order, so that "inside" is a range of an index. */
export const divisionCode = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** A UUIDv7 key whose random bits bear the row's district (see the decision on keys). */
export const id = () => uuid('id').primaryKey();

/** An instant, read as RFC 3339 text. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

/** A column whose value is sealed (sealed-columns.ts). */
export const encryptedColumn = <Value extends string | number = string>(name: string) =>
  customType<{ data: Encrypted<Value> }>({ dataType: () => 'text' })(name);

/** The check of a table that nothing stands unsealed in these columns. */
export const encryptedColumnCheck = (name: string, columns: readonly PgColumn[]) =>
  check(
    `${name}_sealed`,
    sql.join(
      columns.map((column) => sql`is_sealed(${column})`),
      sql` and `,
    ),
  );

/** The number under which the bureau's own register has the row, by which an import knows it again; null for what has none. */
export const registrationKey = () => text('registration_key');

/** A bureau's number names one row. */
export const registrationKeyOnce = (name: string, table: { registrationKey: PgColumn }) =>
  uniqueIndex(`${name}_registration_key`)
    .on(table.registrationKey)
    .where(sql`${table.registrationKey} is not null`);

/** A WGS 84 point in two columns. */
export const location = () => ({
  longitude: doublePrecision('longitude').notNull(),
  latitude: doublePrecision('latitude').notNull(),
});

/** The checks of a row that is keyed by its district and placed in a division. */
export const homeChecks = (name: string, table: { id: PgColumn; divisionCode: PgColumn }) => [
  check(`${name}_division_code_form`, sql`is_division_code(${table.divisionCode})`),
  check(`${name}_id_home`, sql`is_home(${table.id}, ${table.divisionCode})`),
];

const between = (column: PgColumn, [least, most]: readonly [number, number]) =>
  sql`${column} between ${sql.raw(`${least} and ${most}`)}`;

/** The check of a point: inside the box around Zhengzhou. */
export const locationCheck = (name: string, table: { longitude: PgColumn; latitude: PgColumn }) =>
  check(
    `${name}_location`,
    sql`${between(table.longitude, cityBox.longitude)} and ${between(table.latitude, cityBox.latitude)}`,
  );

/** A column that takes one of the values. */
export const oneOf = (name: string, column: PgColumn, values: readonly string[]) =>
  check(name, sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`);

// Encrypted columns of a table: declared beside it, encrypted by its writes, decrypted when a field is resolved.
import { LRUCache } from 'lru-cache';
import postgres from 'postgres';
import type { Encrypted } from '../database/columns.ts';
import type { CopyValue } from '../database/copy.ts';
import type { Resolver } from '../loaders.ts';
import { type MaskName, masks } from '../masking.ts';
import { blindIndexes } from './blind-index.ts';
import { decrypt, encrypt } from './encrypted-values.ts';
import type { Keyring } from './keyring.ts';

/** A row with its encrypted columns decrypted. */
export type Plain<Row> = { [Name in keyof Row]: Row[Name] extends infer Column ? Decrypted<Column> : never };
type Decrypted<Column> = Column extends Encrypted<infer Value> ? Value : Column;

type EncryptedColumnName<Row> = {
  [Name in keyof Row]-?: Extract<Row[Name], Encrypted | Encrypted<number>> extends never ? never : Name;
}[keyof Row] &
  string;

interface Declaration<Row> {
  table: string;
  /** The columns of its primary key and their types; `id` by default. */
  key?: { readonly [Name in keyof Row & string]?: 'uuid' | 'smallint' };
  columns: { readonly [Name in EncryptedColumnName<Row>]: 'text' | 'number' };
  /** The column with the blind index, and the encrypted column that is found by it. */
  index?: { column: keyof Row & string; of: EncryptedColumnName<Row> };
}

/** Names are those of the row, in camelCase. */
export class EncryptedTable<Row extends object = object> {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, 'text' | 'number'>>;
  readonly index: { column: string; of: string } | null;
  #keyNames: readonly string[];

  constructor({ table, key, columns, index }: Declaration<Row>) {
    this.table = table;
    this.key = (key as Record<string, string> | undefined) ?? { id: 'uuid' };
    this.columns = columns;
    this.index = index ?? null;
    this.#keyNames = Object.keys(this.key);
  }

  /** The context of a value: table, column and primary key. It decrypts in no other context. */
  contextOf(name: string, row: Partial<Row>): string {
    const keys = this.#keyNames.map((key) => (row as Record<string, unknown>)[key]);
    if (keys.includes(undefined)) throw new Error(`${this.table}.${name} without its key`);
    return `${this.table}.${name}/${keys.join('/')}`;
  }

  /** Encrypts the encrypted columns among those of `row`, which includes the primary key, and adds the blind index unless the row has it as null. */
  encrypt(keyring: Keyring, row: Partial<Plain<Row>>): Partial<Row> {
    const encrypted = { ...row } as Record<string, unknown>;
    for (const name of Object.keys(this.columns)) {
      const value = encrypted[name];
      if (value === null || value === undefined) continue;
      if (name === this.index?.of && encrypted[this.index.column] !== null)
        encrypted[this.index.column] = this.indexesOf(keyring, String(value))[0];
      encrypted[name] = encrypt(keyring, 'columns', this.contextOf(name, row as Partial<Row>), String(value));
    }
    return encrypted as Partial<Row>;
  }

  /** Encrypts the rows of a seed; `columns` are the table's own names. Seeds have no blind index. */
  *encryptRows(
    keyring: Keyring,
    columns: readonly string[],
    rows: Iterable<readonly CopyValue[]>,
  ): Generator<CopyValue[]> {
    const names = columns.map(postgres.toCamel);
    for (const row of rows) {
      const keyed = Object.fromEntries(Object.keys(this.key).map((name) => [name, row[names.indexOf(name)]]));
      yield row.map((value, at) => {
        const name = names[at] as string;
        if (value === null || !Object.hasOwn(this.columns, name)) return value;
        return encrypt(keyring, 'columns', this.contextOf(name, keyed as Partial<Row>), String(value));
      });
    }
  }

  /** The plain value of a column of the row. */
  decrypt<Name extends keyof Row & string>(keyring: Keyring, row: Row, name: Name): Plain<Row>[Name] {
    const value = row[name];
    if (!Object.hasOwn(this.columns, name) || value === null) return value as Plain<Row>[Name];
    const text = decrypt(keyring, 'columns', this.contextOf(name, row), value as string);
    return (this.columns[name] === 'number' ? Number(text) : text) as Plain<Row>[Name];
  }

  /** The blind index of a value under each key of the keyring, the current one first. */
  indexesOf(keyring: Keyring, value: string): [string, ...string[]] {
    return blindIndexes(keyring, `${this.table}.${this.index?.of}`, value);
  }

  /** The resolvers of its encrypted columns. Each of these fields needs a mask in the SDL. */
  fields(): Record<string, Resolver> {
    return Object.fromEntries(
      Object.keys(this.columns).map((name) => [
        name,
        (row: Row, _args: unknown, { keyring }) => {
          const value = (row as Record<string, unknown>)[name];
          return typeof value === 'string'
            ? new EncryptedValue(keyring, this.contextOf(name, row), value, this.columns[name] === 'number')
            : null;
        },
      ]),
    );
  }
}

/** Declares the encrypted columns of a table. */
export const encryptedTable = <Row extends object>(declaration: Declaration<Row>): EncryptedTable<Row> =>
  new EncryptedTable<Row>(declaration);

/** Masked values, by ciphertext. Every viewer that may see the row may see them: a page that is requested again decrypts nothing. */
const maskedValues = new LRUCache<string, { context: string; mask: MaskName; value: string }>({
  max: 20_000,
});

/** The value of a resolver of an encrypted column. It is decrypted once it is known what the viewer may see of it. */
export class EncryptedValue {
  #keyring: Keyring;
  #context: string;
  #ciphertext: string;
  #isNumber: boolean;

  constructor(keyring: Keyring, context: string, ciphertext: string, isNumber: boolean) {
    this.#keyring = keyring;
    this.#context = context;
    this.#ciphertext = ciphertext;
    this.#isNumber = isNumber;
  }

  decrypt(): string | number {
    const text = decrypt(this.#keyring, 'columns', this.#context, this.#ciphertext);
    return this.#isNumber ? Number(text) : text;
  }

  /** The masked value. A hidden one is not decrypted. */
  masked(mask: MaskName): unknown {
    if (mask === 'HIDDEN') return null;
    const known = maskedValues.get(this.#ciphertext);
    if (known?.context === this.#context && known.mask === mask) return known.value;
    const value = masks[mask](this.decrypt());
    if (typeof value === 'string')
      maskedValues.set(this.#ciphertext, { context: this.#context, mask, value });
    return value;
  }
}

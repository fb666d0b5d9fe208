// Sealed columns of a table: declared beside it, sealed by its writes, opened when a field is asked for.
import { LRUCache } from 'lru-cache';
import postgres from 'postgres';
import type { Encrypted } from '../database/columns.ts';
import type { CopyValue } from '../database/copy.ts';
import type { Resolver } from '../loaders.ts';
import { type MaskName, masks } from '../masking.ts';
import { blindIndexes } from './blind-index.ts';
import { decrypt, encrypt } from './encrypted-values.ts';
import type { Keyring } from './keyring.ts';

/** A row with its sealed columns as they are told. */
export type Plain<Row> = { [Name in keyof Row]: Row[Name] extends infer Column ? Opened<Column> : never };
type Opened<Column> = Column extends Encrypted<infer Value> ? Value : Column;

type EncryptedColumnName<Row> = {
  [Name in keyof Row]-?: Extract<Row[Name], Encrypted | Encrypted<number>> extends never ? never : Name;
}[keyof Row] &
  string;

interface Declaration<Row> {
  table: string;
  /** The columns of its key and their types; `id` unless given. */
  key?: { readonly [Name in keyof Row & string]?: 'uuid' | 'smallint' };
  columns: { readonly [Name in EncryptedColumnName<Row>]: 'text' | 'number' };
  /** By which column a sealed one is found. */
  index?: { column: keyof Row & string; of: EncryptedColumnName<Row> };
}

/** The names are the row's, in camelCase. */
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

  /** Where a value stands: it opens nowhere else. */
  contextOf(name: string, row: Partial<Row>): string {
    const keys = this.#keyNames.map((key) => (row as Record<string, unknown>)[key]);
    if (keys.includes(undefined)) throw new Error(`${this.table}.${name} without its key`);
    return `${this.table}.${name}/${keys.join('/')}`;
  }

  /** The columns given with those sealed that are to be, and their index unless it is given as null. They include the key. */
  encrypt(keyring: Keyring, row: Partial<Plain<Row>>): Partial<Row> {
    const sealed = { ...row } as Record<string, unknown>;
    for (const name of Object.keys(this.columns)) {
      const value = sealed[name];
      if (value === null || value === undefined) continue;
      if (name === this.index?.of && sealed[this.index.column] !== null)
        sealed[this.index.column] = this.indexesOf(keyring, String(value))[0];
      sealed[name] = encrypt(keyring, 'columns', this.contextOf(name, row as Partial<Row>), String(value));
    }
    return sealed as Partial<Row>;
  }

  /** Rows of a seed with what is to be sealed; `columns` in the table's own names. Seeds are looked up by no index. */
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

  /** What a column of the row holds. */
  decrypt<Name extends keyof Row & string>(keyring: Keyring, row: Row, name: Name): Plain<Row>[Name] {
    const sealed = row[name];
    if (!Object.hasOwn(this.columns, name) || sealed === null) return sealed as Plain<Row>[Name];
    return this.#read(name, decrypt(keyring, 'columns', this.contextOf(name, row), sealed as string));
  }

  /** Under each key of the ring, the current one first. */
  indexesOf(keyring: Keyring, value: string): [string, ...string[]] {
    return blindIndexes(keyring, `${this.table}.${this.index?.of}`, value);
  }

  /** The resolvers of its sealed columns; each of these fields bears a mask. */
  fields(): Record<string, Resolver> {
    return Object.fromEntries(
      Object.keys(this.columns).map((name) => [
        name,
        (row: Row, _args: unknown, { keyring }) => {
          const sealed = (row as Record<string, unknown>)[name];
          return typeof sealed === 'string'
            ? new EncryptedValue(keyring, this.contextOf(name, row), sealed, this.columns[name] === 'number')
            : null;
        },
      ]),
    );
  }

  #read<Value>(name: string, text: string): Value {
    return (this.columns[name] === 'number' ? Number(text) : text) as Value;
  }
}

/** Declares the sealed columns of a table. */
export const encryptedTable = <Row extends object>(declaration: Declaration<Row>): EncryptedTable<Row> =>
  new EncryptedTable<Row>(declaration);

/** Masks of sealed values, which anyone may see who may see the row: a page that is asked for again opens nothing. */
const masked = new LRUCache<string, { place: string; mask: MaskName; value: string }>({ max: 20_000 });

/** What a resolver gives of a sealed column: opened only when it is known who is told what of it. */
export class EncryptedValue {
  #keyring: Keyring;
  #place: string;
  #sealed: string;
  #isNumber: boolean;

  constructor(keyring: Keyring, place: string, sealed: string, isNumber: boolean) {
    this.#keyring = keyring;
    this.#place = place;
    this.#sealed = sealed;
    this.#isNumber = isNumber;
  }

  decrypt(): string | number {
    const text = decrypt(this.#keyring, 'columns', this.#place, this.#sealed);
    return this.#isNumber ? Number(text) : text;
  }

  /** Under the mask; what is hidden stays sealed. */
  masked(mask: MaskName): unknown {
    if (mask === 'HIDDEN') return null;
    const known = masked.get(this.#sealed);
    if (known?.place === this.#place && known.mask === mask) return known.value;
    const value = masks[mask](this.decrypt());
    if (typeof value === 'string') masked.set(this.#sealed, { place: this.#place, mask, value });
    return value;
  }
}

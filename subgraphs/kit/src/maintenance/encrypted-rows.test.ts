import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Encrypted } from '../database/columns.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { newId } from '../database/ids.ts';
import { encryptedTable } from '../encryption/encrypted-columns.ts';
import { Keyring } from '../encryption/keyring.ts';
import { encryptPlainRows, reencryptRows } from './encrypted-rows.ts';

interface Person {
  id: string;
  number: Encrypted | null;
  numberIndex: string | null;
  level: Encrypted<number> | null;
  name: string;
}

const persons = encryptedTable<Person>({
  table: 'person',
  columns: { number: 'text', level: 'number' },
  index: { column: 'numberIndex', of: 'number' },
});

const secretOf = (id: string): [string, Buffer] => [id, Buffer.alloc(32, id)];
const before = new Keyring(new Map([secretOf('one')]));
const during = new Keyring(new Map([secretOf('two'), secretOf('one')]));
const after = new Keyring(new Map([secretOf('two')]));

const urlOf = (database: string) => new URL(database, process.env.TEST_POSTGRES_URL).href;
const admin = postgres(urlOf('/postgres'), { max: 1, onnotice: () => {} });
const database = `sealed_rows_${process.pid}`;
let sql: Database;
beforeAll(async () => {
  await admin.unsafe(`create database "${database}"`);
  sql = openDatabase(urlOf(`/${database}`), { maxConnections: 2 });
  const [isSealedFunction = ''] = readFileSync(
    new URL('../../migrations/0003_sealed.sql', import.meta.url),
    'utf8',
  ).split('--> statement-breakpoint');
  await sql.unsafe(isSealedFunction);
});
beforeEach(async () => {
  await sql.unsafe(`
    drop table if exists person;
    create table person (id uuid primary key, number text, number_index text unique, level text, name text not null);
    alter table person add constraint person_sealed check (is_sealed(number) and is_sealed(level)) not valid`);
});
afterAll(async () => {
  await sql.end();
  await admin.unsafe(`drop database "${database}"`);
  await admin.end();
});

const insert = async (
  keyring: Keyring,
  count: number,
  number = (nth: number): string | null => `N${nth}`,
) => {
  const rows = Array.from({ length: count }, (_, nth) =>
    persons.encrypt(keyring, {
      id: newId('410105'),
      number: number(nth),
      level: nth % 5,
      name: `示例${nth}`,
    }),
  ) as Person[];
  for (let at = 0; at < rows.length; at += 500)
    await sql`insert into person ${sql(rows.slice(at, at + 500).map(({ numberIndex = null, ...row }) => ({ ...row, number_index: numberIndex })))}`;
};
const plainRows = async (keyring: Keyring) => {
  const rows = await sql<Person[]>`select * from person order by substr(name, 3)::integer`;
  return rows.map((row) => [
    persons.decrypt(keyring, row, 'number'),
    persons.decrypt(keyring, row, 'level'),
    row.name,
  ]);
};

describe('rows that were encrypted with an earlier key', () => {
  it('are re-encrypted, found by their index, and no longer need the earlier key', async () => {
    await insert(before, 1200);
    const same = await plainRows(before);
    await expect(plainRows(after)).rejects.toThrow('the key one');
    expect(await reencryptRows(sql, during, persons)).toBe(1200);
    expect(await plainRows(after)).toEqual(same);
    const found =
      await sql`select name from person where number_index = any(${persons.indexesOf(after, 'N7')})`;
    expect([...found]).toEqual([{ name: '示例7' }]);
    expect(await reencryptRows(sql, during, persons)).toBe(0);
  });

  it('are re-encrypted further after an interruption, without repeating what was done', async () => {
    await insert(before, 2500);
    const interrupted = reencryptRows(sql, during, persons, {
      progress: () => {
        throw new Error('interrupted');
      },
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    expect(await reencryptRows(sql, during, persons)).toBe(1500);
    expect(await plainRows(after)).toHaveLength(2500);
  });

  it('include those that a replica writes meanwhile, and keep null values and indexes', async () => {
    await insert(before, 2, () => null);
    await reencryptRows(sql, during, persons);
    const { id } = await first();
    const { level = '' } = persons.encrypt(before, { id, level: 4 });
    await sql`update person set level = ${level} where id = ${id}`;
    expect(await reencryptRows(sql, during, persons)).toBe(1);
    expect(await plainRows(after)).toEqual([
      [null, 4, '示例0'],
      [null, 1, '示例1'],
    ]);
    expect(await sql`select from person where number_index is not null`).toHaveLength(0);
  });

  it('are re-encrypted with another cipher in the same way', async () => {
    await insert(before, 3);
    const sm4 = new Keyring(new Map([secretOf('one')]), 'sm4-gcm');
    const same = await plainRows(before);
    expect(await reencryptRows(sql, sm4, persons)).toBe(3);
    expect(await plainRows(sm4)).toEqual(same);
    const [{ marks } = { marks: null }] =
      await sql`select array_agg(distinct left(number, 2)) as marks from person`;
    expect(marks).toEqual(['s.']);
  });

  it('stay unchanged if one of them cannot be decrypted', async () => {
    await insert(before, 2);
    await expect(reencryptRows(sql, after, persons)).rejects.toThrow('the key one');
    expect(await plainRows(before)).toHaveLength(2);
  });
});

describe('a database with plain values', () => {
  it('is encrypted, and accepts no plain values afterwards', async () => {
    const id = newId('410105');
    await sql.unsafe('alter table person drop constraint person_sealed');
    await sql`insert into person (id, number, level, name) values (${id}, '410105********0019', '3', '示例0')`;
    await sql.unsafe(
      'alter table person add constraint person_sealed check (is_sealed(number) and is_sealed(level)) not valid',
    );
    await encryptPlainRows(urlOf(`/${database}`), before, [persons]);
    expect(await plainRows(before)).toEqual([['410105********0019', 3, '示例0']]);
    const [constraint] = await sql`select convalidated from pg_constraint where conname = 'person_sealed'`;
    expect(constraint).toEqual({ convalidated: true });
    expect(await sql`select from person where number_index is not null`).toHaveLength(0);
    await expect(sql`update person set number = 'plain'`).rejects.toThrow('person_sealed');
    await encryptPlainRows(urlOf(`/${database}`), after, [persons]);
    expect(await plainRows(before)).toHaveLength(1);
  });

  it('is refused without the constraint that refuses plain values', async () => {
    await sql.unsafe('alter table person drop constraint person_sealed');
    await expect(encryptPlainRows(urlOf(`/${database}`), before, [persons])).rejects.toThrow('person_sealed');
  });
});

const first = async () => {
  const [row] = await sql<Person[]>`select * from person order by name limit 1`;
  return row as Person;
};

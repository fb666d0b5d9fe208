import { readdirSync, readFileSync } from 'node:fs';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';

const urlOf = (database: string) => new URL(database, process.env.TEST_POSTGRES_URL).href;
const admin = postgres(urlOf('/postgres'), { max: 1, onnotice: () => {} });
const database = `columns_${process.pid}`;
let sql: postgres.Sql;

beforeAll(async () => {
  await admin.unsafe(`create database "${database}"`);
  sql = postgres(urlOf(`/${database}`), { max: 1, onnotice: () => {} });
  const migrations = new URL('../../migrations/', import.meta.url);
  for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql')))
    await sql.unsafe(readFileSync(new URL(file, migrations), 'utf8'));
});
afterAll(async () => {
  await sql.end();
  await admin.unsafe(`drop database "${database}"`);
  await admin.end();
});

it.each([
  ['410100', true],
  ['410105007', true],
  ['410105007003', true],
  [null, null],
  ['', false],
  ['41010', false],
  ['4101050', false],
  ['4101050070', false],
  ['41010500700', false],
  ['4101050070031', false],
  ['41010a', false],
  ['410105\n', false],
  ['410１05', false],
  ['-10105', false],
])('is_division_code(%j) is %j', async (code, is) => {
  expect([...(await sql`select is_division_code(${code}) as is`)]).toEqual([{ is }]);
});

const text = 'aZ09_-'.repeat(10);
it.each([
  [`a.key-1_A.${text}`, true],
  [`s.${'k'.repeat(32)}.${text}`, true],
  [`a.k.${text.slice(0, 58)}`, true],
  [null, null],
  [`a.k.${text.slice(0, 57)}`, false],
  [`a.${'k'.repeat(33)}.${text}`, false],
  [`a..${text}`, false],
  [`b.k.${text}`, false],
  [`a.k.${text}.`, false],
  [`a.k.${text}.${text}`, false],
  [`a.k.${text}=`, false],
  [`a.k.${text}\n`, false],
  [`\na.k.${text}`, false],
  [`a.钥.${text}`, false],
  ['13800001111', false],
])('is_sealed(%j), which recognises ciphertexts, is %j', async (value, is) => {
  expect([...(await sql`select is_sealed(${value}) as is`)]).toEqual([{ is }]);
});

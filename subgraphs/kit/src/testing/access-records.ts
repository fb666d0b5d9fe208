// A database with the kit's own tables only, for tests of access records.
import { readdirSync, readFileSync } from 'node:fs';
import postgres from 'postgres';
import type { Disclosure } from '../access/disclosures.ts';
import type { AccessCause } from '../access-log/records.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { type Viewer, viewerFromClaims } from '../identity/viewer.ts';

export interface KitDatabase {
  /** Connected as a superuser, who can disable triggers. */
  sql: Database;
  url: string;
  drop: () => Promise<void>;
}

export async function kitDatabase(name: string): Promise<KitDatabase> {
  const urlOf = (database: string) => new URL(database, process.env.TEST_POSTGRES_URL).href;
  const admin = postgres(urlOf('/postgres'), { max: 1, onnotice: () => {} });
  const database = `${name}_${process.pid}`;
  await admin.unsafe(`create database "${database}"`);
  const url = urlOf(`/${database}`);
  const sql = openDatabase(url, { maxConnections: 4, statementTimeoutMs: 60_000 });
  const migrations = new URL('../../migrations/', import.meta.url);
  const files = readdirSync(migrations).filter((file) => file.endsWith('.sql'));
  for (const file of files.sort()) await sql.unsafe(readFileSync(new URL(file, migrations), 'utf8'));
  const drop = async () => {
    await sql.end();
    await admin.unsafe(`drop database "${database}"`);
    await admin.end();
  };
  return { sql, url, drop };
}

/** Changes access records with the triggers that protect them disabled. */
export const tampering = (sql: Database, tamper: (sql: Database) => Promise<unknown>): Promise<void> =>
  sql
    .begin(async (transaction) => {
      await transaction`alter table access_record disable trigger all`;
      await tamper(transaction as unknown as Database);
      await transaction`alter table access_record enable trigger all`;
    })
    .then(() => {});

export const careWorker = (id: string): Viewer => ({
  ...viewerFromClaims({ id, bureau: 'civil-affairs', roles: ['care-worker'], divisions: ['410105'] }),
  purpose: 'CARE',
});

export const causeOf = (viewer: Viewer, operation = 'ElderHome'): AccessCause => ({
  viewer,
  operation,
  requestId: 'request-1',
  address: '203.0.113.7',
});

export const elder = (number: number, divisionCode = '410105001003'): Disclosure => ({
  type: 'Elder',
  id: `elder-${number}`,
  divisionCode,
  fields: ['name'],
});

export const elders = (from: number, count: number): Disclosure[] =>
  Array.from({ length: count }, (_, index) => elder(from + index));

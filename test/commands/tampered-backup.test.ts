// A tampered backup is rejected and executes nothing: an attacker who can write its folder does not have its keys.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { insertElder } from '@district-graph/elderly-care/made-up';
import { openDatabase } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { Keyring } from '@district-graph/kit/encryption/keyring';
import { type DatabaseBackup, manifestText, readManifest } from '@district-graph/kit/maintenance/manifest';
import { emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { variablePrefix } from '@district-graph/schema/registry';
import { runCommand } from '@district-graph/scripts/command-line/run-command';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-tampered-'));
const backup = join(folder, 'backup');
const division = '410105007003';
const keyring = new Keyring(new Map([['one', Buffer.alloc(32, 'one')]]));
const keys = { ELDERLY_CARE_KEYS: `one:${Buffer.alloc(32, 'one').toString('base64url')}` };
const variables: Record<string, string> = { DATA_DIR: join(folder, 'data'), ACCESS_ANCHORS_DIR: '' };
const admin = openDatabase(process.env.TEST_POSTGRES_URL ?? '', { maxConnections: 1 });
const drops: (() => Promise<unknown>)[] = [];
let made = 0;
let target: string;

beforeAll(async () => {
  for (const subgraph of subgraphs) {
    const { url, sql, drop } = await emptyDatabase(subgraph);
    variables[`${variablePrefix(subgraph.name)}_DATABASE_URL`] = url;
    drops.push(drop);
    if (subgraph === elderlyCare)
      await insertElder(
        sql,
        { id: newId(division), divisionCode: division, idNumber: '410105194001010001' },
        keyring,
      );
  }
  expect(await runCommand('backup', [backup], { ...variables, ...keys })).toMatchObject({ code: 0 });
});
beforeEach(async () => {
  made += 1;
  const name = `tampered_${process.pid}_${made}`;
  await admin.unsafe(`create database "${name}" template template0 encoding 'UTF8' locale 'C'`);
  drops.push(() => admin.unsafe(`drop database "${name}" with (force)`));
  target = Object.assign(new URL(process.env.TEST_POSTGRES_URL ?? ''), { pathname: `/${name}` }).href;
});
afterAll(async () => {
  for (const drop of drops) await drop();
  await admin.end();
  rmSync(folder, { recursive: true });
});

const restore = (args: string[], env: Record<string, string>, from: string) =>
  runCommand('restore', [from, '--subgraph', 'elderly-care', ...args], {
    ...variables,
    ELDERLY_CARE_DATABASE_URL: target,
    ...env,
  });
async function tablesOf(url: string): Promise<unknown[]> {
  const sql = openDatabase(url, { maxConnections: 1 });
  try {
    return [...(await sql`select from pg_tables where schemaname in ('public', 'migrations')`)];
  } finally {
    await sql.end();
  }
}

describe('a backup that was tampered with, with a new checksum,', () => {
  const others = { ELDERLY_CARE_KEYS: `one:${Buffer.alloc(32, 'x').toString('base64url')}` };
  let copy: string;
  let copies = 0;
  const tamper = (change: (database: DatabaseBackup) => DatabaseBackup) => {
    copies += 1;
    copy = join(folder, `tampered ${copies}`);
    cpSync(backup, copy, { recursive: true });
    const { databases, ...manifest } = readManifest(copy);
    const changed = databases.map((each) => (each.subgraph === 'elderly-care' ? change(each) : each));
    const [name, text] = manifestText({ ...manifest, databases: changed });
    writeFileSync(join(copy, name), text);
  };
  const withTable = (database: DatabaseBackup, change: object): DatabaseBackup => {
    const [first, ...rest] = database.tables;
    return { ...database, tables: first ? [{ ...first, ...change }, ...rest] : [] };
  };
  const refusal = async (args: string[] = [], env = keys) => {
    const { code, errorOutput } = await restore(args, env, copy);
    expect(code).toBe(1);
    expect(await tablesOf(target)).toHaveLength(0);
    return errorOutput;
  };

  it('in its rows, is rejected', async () => {
    const file = join(backup, 'elderly-care/public.elder.copy.gz');
    const rows = gzipSync(gunzipSync(readFileSync(file)).toString().replace(division, '410105007004'));
    const sha256 = createHash('sha256').update(rows).digest('hex');
    tamper((database) => ({
      ...database,
      tables: database.tables.map((each) =>
        each.table === 'public.elder' ? { ...each, bytes: rows.length, sha256 } : each,
      ),
    }));
    writeFileSync(join(copy, 'elderly-care/public.elder.copy.gz'), rows);
    expect(await refusal()).toContain('authentication code does not match');
    expect(await refusal(['--without-mac'])).toContain('authentication code does not match');
  });

  it('in the names of tables, columns or sequences, executes nothing, even without the keys', async () => {
    const program = '; create table public.pwned (id integer); --';
    for (const change of [
      (database: DatabaseBackup) => withTable(database, { table: `public.elder${program}` }),
      (database: DatabaseBackup) => withTable(database, { columns: [`id) from stdin${program}`] }),
      (database: DatabaseBackup) => ({ ...database, tables: database.tables.slice(1) }),
      (database: DatabaseBackup) => ({
        ...database,
        sequences: [{ sequence: 'public.none', value: '1' }],
      }),
    ]) {
      tamper(change);
      expect(await refusal(['--without-keys'], others)).toContain('nothing was written');
    }
    expect(await refusal()).toContain('authentication code does not match');
  });

  it('in the names of files, reads no file outside its folder', async () => {
    for (const change of [
      { file: '../outside.copy.gz' },
      { table: '../outside', file: 'elderly-care/../outside.copy.gz' },
    ]) {
      tamper((database) => withTable(database, change));
      expect(await refusal(['--without-keys'], others)).toContain('contains an invalid file name');
    }
  });

  it('so that it has no authentication code, as in earlier versions, is restored only with --without-mac', async () => {
    tamper(({ mac: _, ...database }) => database);
    expect(await refusal()).toContain('--without-mac');
    expect(await restore(['--without-mac'], keys, copy)).toMatchObject({ code: 0 });
  });
});

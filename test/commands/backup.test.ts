// A backup of every subgraph restores everything, or reports why not: rows, rollups, access records and query results.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { insertElder } from '@district-graph/elderly-care/made-up';
import { AccessAnchors, anchorsFile } from '@district-graph/kit/access-log/anchors';
import { AccessRecords } from '@district-graph/kit/access-log/records';
import { type Database, openDatabase } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { Keyring } from '@district-graph/kit/encryption/keyring';
import { ChangeStream } from '@district-graph/kit/mutations/change-stream';
import { careWorker, causeOf, elder } from '@district-graph/kit/testing/access-records';
import { emptyDatabase, seededDatabase } from '@district-graph/kit/testing/test-subgraph';
import { variablePrefix } from '@district-graph/schema/registry';
import { commandFile, runCommand } from '@district-graph/scripts/command-line/run-command';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

const folder = mkdtempSync(join(tmpdir(), 'district-graph-backup-'));
const admin = openDatabase(process.env.TEST_POSTGRES_URL ?? '', { maxConnections: 1 });
const made: string[] = [];
afterAll(async () => {
  for (const name of made) await admin.unsafe(`drop database if exists "${name}" with (force)`);
  await admin.end();
  rmSync(folder, { recursive: true });
});

/** Creates a database without tables. */
async function bareDatabase(): Promise<string> {
  const name = `restored_${process.pid}_${made.length}`;
  made.push(name);
  await admin.unsafe(`create database "${name}" template template0 encoding 'UTF8' locale 'C'`);
  return Object.assign(new URL(process.env.TEST_POSTGRES_URL ?? ''), { pathname: `/${name}` }).href;
}

type Urls = Record<string, string>;

async function bareDatabases(): Promise<Urls> {
  const urls: Urls = {};
  for (const { name } of subgraphs) urls[name] = await bareDatabase();
  return urls;
}

const variablesOf = (urls: Urls): Record<string, string> => ({
  DATA_DIR: join(folder, 'data'),
  ACCESS_ANCHORS_DIR: '',
  ...Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [`${variablePrefix(name)}_DATABASE_URL`, url]),
  ),
});

async function withDatabase<Result>(url: string, work: (sql: Database) => Promise<Result>): Promise<Result> {
  const sql = openDatabase(url, { maxConnections: 2, statementTimeoutMs: 120_000 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** The number and a digest of the rows of every table, every sequence, and all definitions. */
const contentsOf = (url: string) =>
  withDatabase(url, async (sql) => {
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'migrations') order by 1`;
    const rows: Record<string, unknown> = {};
    for (const { name } of tables) {
      // Transaction ids differ between servers.
      const [summed] = await sql.unsafe(
        `select count(*), md5(string_agg(t.row, '' order by t.row)) as digest
         from (select md5((to_jsonb(r) - 'transaction_id')::text) as row from ${name} r) t`,
      );
      rows[name] = { ...summed };
    }
    const sequences = await sql`select schemaname, sequencename, last_value from pg_sequences order by 1, 2`;
    const definitions = await sql`
      select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
        from pg_constraint where connamespace = 'public'::regnamespace
      union all select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
      union all select tgrelid::regclass::text, tgname, tgenabled::text || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
      order by 1, 2, 3`;
    return { rows, sequences: [...sequences], definitions: [...definitions] };
  });

describe('the city', () => {
  const sources: Urls = {};
  let restored: Urls;
  beforeAll(async () => {
    for (const subgraph of subgraphs) sources[subgraph.name] = await seededDatabase(subgraph);
    const backup = join(folder, 'city');
    expect(await runCommand('backup', [backup], variablesOf(sources))).toMatchObject({ code: 0 });
    restored = await bareDatabases();
    expect(await runCommand('restore', [backup], variablesOf(restored))).toMatchObject({
      code: 0,
      output: expect.stringContaining('audit:verify'),
    });
  }, 900_000);

  it.each(subgraphs.map(({ name }) => name))(
    'has every row, rollup and definition of %s after a restore',
    async (name) => {
      const url = restored[name] ?? '';
      expect(await contentsOf(url)).toEqual(await contentsOf(sources[name] ?? ''));
      expect(await withDatabase(url, (sql) => sql`select * from tally_recount()`)).toHaveLength(0);
    },
    240_000,
  );

  it('has valid access records', async () => {
    expect((await runCommand('audit:verify', [], variablesOf(restored))).code).toBe(0);
  });

  it('gives the same response as before', async () => {
    const example = new URL('../../portal/src/playground/examples/district-board.graphql', import.meta.url);
    // The share of devices that are online changes every minute.
    const query = readFileSync(example, 'utf8').replace('devicesOnlineRate', '');
    const answerOf = async (graph: TestGraph) => {
      try {
        return await graph.query(query, { period: { from: '2018-01-01', to: '2026-12-31' } });
      } finally {
        await graph.stop();
      }
    };
    const answer = await answerOf(await startTestGraph({ databases: restored }));
    expect(answer.errors).toBeUndefined();
    expect(answer.data.divisions.nodes).toHaveLength(15);
    expect(answer).toEqual(await answerOf(await startTestGraph()));
  });
});

describe('a backup', () => {
  const secrets = new Map([['one', Buffer.alloc(32, 'one')]]);
  const keyring = new Keyring(secrets);
  const keys = { ELDERLY_CARE_KEYS: `one:${Buffer.alloc(32, 'one').toString('base64url')}` };
  const division = '410105007003';
  const elderId = newId(division);
  const sources: Urls = {};
  const drops: (() => Promise<void>)[] = [];
  const backup = join(folder, 'small');
  const onlyElders = ['--subgraph', 'elderly-care'];
  let sql: Database;

  const give = async (from: number, until: number) => {
    const records = new AccessRecords({ sql, keyring, log: () => {} });
    for (let number = from; number <= until; number += 1)
      await records.disclose(causeOf(careWorker('li')), [elder(number)]);
    await records.stop();
  };
  const anchor = () =>
    new AccessAnchors({ sql, keyring, subgraph: 'elderly-care', directory: folder, log: () => {} }).write();
  const change = (on: Database) => on`
    insert into change_event (caller, action, entity_type, entity_id, division_code)
    values ('a', 'a', 'Elder', ${elderId}, ${division})`;

  beforeAll(async () => {
    for (const subgraph of subgraphs) {
      const { url, sql: own, drop } = await emptyDatabase(subgraph);
      sources[subgraph.name] = url;
      drops.push(drop);
      if (subgraph === elderlyCare) sql = own;
    }
    await insertElder(sql, { id: elderId, divisionCode: division, idNumber: '410105194001010001' }, keyring);
    await change(sql);
    await give(1, 5);
    const written = await runCommand('backup', [backup], { ...variablesOf(sources), ...keys });
    expect(written).toMatchObject({
      code: 0,
      output: expect.stringMatching(/needs the keys one \([0-9a-f]{16}\)/),
    });
  });
  afterAll(async () => {
    for (const drop of drops) await drop();
  });

  let target: string;
  beforeEach(async () => {
    target = await bareDatabase();
  });
  const restore = (args: string[] = [], env: Record<string, string> = keys, from = backup) =>
    runCommand('restore', [from, ...onlyElders, ...args], {
      ...variablesOf({ ...sources, 'elderly-care': target }),
      ...env,
    });
  const tablesOf = (url: string) =>
    withDatabase(url, (on) => on`select from pg_tables where schemaname in ('public', 'migrations')`);

  it('restores encrypted values, and contains no key', async () => {
    expect(await restore()).toMatchObject({ code: 0 });
    const [row] = await withDatabase(target, (on) => on`select * from elder`);
    const table = elderlyCare.encrypted?.find((encrypted) => encrypted.table === 'elder');
    expect(table?.decrypt(keyring, row as never, 'name' as never)).toBe('示例老人');
    expect(readFileSync(join(backup, 'manifest.json'), 'utf8')).not.toContain(
      keys.ELDERLY_CARE_KEYS.slice(4),
    );
  });

  it('has its events ordered by the new server: new events come last, and a subscriber with a later cursor continues from now', async () => {
    expect(await restore()).toMatchObject({ code: 0 });
    await withDatabase(target, async (on) => {
      const stream = new ChangeStream(on, () => {});
      const begin = await stream.resume('9223372036854775807.1');
      expect(BigInt(begin.split('.')[0] ?? '0')).toBeLessThan(9_223_372_036_854_775_807n);
      await change(on);
      const aborting = new AbortController();
      const sequences: string[] = [];
      for await (const page of stream.follow('0.0', aborting.signal)) {
        sequences.push(...page.map(({ cursor }) => cursor.split('.')[1] ?? ''));
        if (sequences.length >= 2) aborting.abort();
      }
      await stream.close();
      expect(sequences).toEqual(['1', '2']);
    });
  });

  it('is not restored into a database with data, which stay unchanged', async () => {
    target = sources['elderly-care'] ?? '';
    const before = await contentsOf(target);
    const { code, errorOutput } = await restore();
    expect([code, errorOutput]).toEqual([1, expect.stringContaining('not empty')]);
    expect(await contentsOf(target)).toEqual(before);
  });

  it.each([
    ['cut short', (file: string) => truncateSync(file, 100)],
    [
      'changed in one byte',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
        writeFileSync(file, bytes);
      },
    ],
    ['missing', (file: string) => rmSync(file)],
  ])('with a file that is %s is rejected before anything is written', async (how, damage) => {
    const copy = join(folder, `damaged ${how}`);
    cpSync(backup, copy, { recursive: true });
    damage(join(copy, 'elderly-care/public.elder.copy.gz'));
    const { code, errorOutput } = await restore([], keys, copy);
    expect([code, errorOutput]).toEqual([1, expect.stringContaining('public.elder.copy.gz')]);
    expect(errorOutput).toContain('nothing was written');
    expect(await tablesOf(target)).toHaveLength(0);
  });

  it('with a changed or missing manifest is rejected', async () => {
    const copy = join(folder, 'manifest');
    cpSync(backup, copy, { recursive: true });
    const manifest = join(copy, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"rows": 1\b/, '"rows": 0'));
    expect((await restore([], keys, copy)).errorOutput).toContain('damaged');
    rmSync(manifest);
    expect((await restore([], keys, copy)).errorOutput).toContain('no complete backup');
    expect(await tablesOf(target)).toHaveLength(0);
  });

  it('reports the keys that it needs, and is restored without them only with --without-keys', async () => {
    const keysFile = join(folder, 'data', 'keys.json');
    const before = existsSync(keysFile);
    const others = { ELDERLY_CARE_KEYS: `one:${Buffer.alloc(32, 'x').toString('base64url')}` };
    for (const wrong of [others, { ELDERLY_CARE_KEYS: '' }]) {
      const { code, errorOutput } = await restore([], wrong);
      expect([code, errorOutput]).toEqual([1, expect.stringMatching(/lacks the keys one \([0-9a-f]{16}\)/)]);
      expect(errorOutput).toContain('ELDERLY_CARE_KEYS');
    }
    expect(await tablesOf(target)).toHaveLength(0);
    expect(existsSync(keysFile)).toBe(before);
    expect(await restore(['--without-keys'], others)).toMatchObject({ code: 0 });
    expect(await withDatabase(target, (on) => on`select from elder`)).toHaveLength(1);
  });

  it('leaves nothing when a restore fails half-way', async () => {
    await withDatabase(target, (on) => on`create schema migrations`);
    expect((await restore()).errorOutput).toContain('migrations');
    expect(await tablesOf(target)).toHaveLength(0);
  });

  it('that is older than the anchors lacks records, which audit:verify detects', async () => {
    expect(await restore()).toMatchObject({ code: 0 });
    await give(6, 8);
    await anchor();
    const { code, output } = await runCommand(
      'audit:verify',
      [...onlyElders, '--anchors', join(folder, anchorsFile)],
      { ...variablesOf({ ...sources, 'elderly-care': target }), ...keys },
    );
    expect([code, output]).toEqual([1, expect.stringContaining('#6–8 TRUNCATED')]);
  });

  it('does not overwrite another backup, and is refused for a database with foreign tables', async () => {
    const env = { ...variablesOf(sources), ...keys };
    expect((await runCommand('backup', [backup], env)).errorOutput).toContain('exists already');
    await sql`create table notes (id integer)`;
    try {
      const elsewhere = join(folder, 'foreign');
      const { code, errorOutput } = await runCommand('backup', [elsewhere], env);
      expect([code, errorOutput]).toEqual([1, expect.stringMatching(/tables of others.*notes/)]);
      expect(existsSync(elsewhere) || existsSync(`${elsewhere}.partial`)).toBe(false);
    } finally {
      await sql`drop table notes`;
    }
  });

  describe('that is interrupted', () => {
    const interrupted = join(folder, 'interrupted');
    afterEach(() => rmSync(`${interrupted}.partial`, { recursive: true, force: true }));

    /** Kills a backup while it waits for a table lock. */
    const interrupt = (signal: NodeJS.Signals) =>
      sql.begin(async (transaction) => {
        await transaction`lock table elder`;
        const child = spawn(process.execPath, [commandFile('backup'), interrupted], {
          env: { ...process.env, ...variablesOf(sources), ...keys },
          stdio: 'ignore',
        });
        await expect
          .poll(() => transaction`select from pg_locks where not granted and relation = 'elder'::regclass`)
          .toHaveLength(1);
        child.kill(signal);
        return once(child, 'close');
      });

    it('leaves nothing', async () => {
      expect(await interrupt('SIGINT')).toEqual([1, null]);
      expect(existsSync(interrupted) || existsSync(`${interrupted}.partial`)).toBe(false);
    });

    it('leaves no complete backup, even when it was killed', async () => {
      expect(await interrupt('SIGKILL')).toEqual([null, 'SIGKILL']);
      expect(existsSync(interrupted)).toBe(false);
      expect((await restore([], keys, `${interrupted}.partial`)).errorOutput).toContain('no complete backup');
    });
  });
});

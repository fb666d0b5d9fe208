// pg_dump and pg_restore bring back every row. TEST_POSTGRES_BIN is the folder with these tools, which the package of the embedded
// server does not contain.
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@district-graph/kit/database/database';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { accountFor } from '@district-graph/kit/postgres/program';
import { seedDatabase } from '@district-graph/kit/seed/seeding';
import { migrateSubgraph } from '@district-graph/kit/subgraph';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = process.env.TEST_POSTGRES_BIN;
const port = 21_915;

describe.runIf(bin)('pg_dump and pg_restore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'district-graph-dump-'));
  const program = (name: string) => join(bin ?? '', name);
  const account = accountFor(join(folder, 'cluster'));
  const connection = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const options = { cwd: folder, stdio: 'ignore' as const, ...account };

  beforeAll(async () => {
    if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid);
    execFileSync(
      program('initdb'),
      ['-D', 'cluster', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
      options,
    );
    const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: "''", fsync: 'off' };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    execFileSync(
      program('pg_ctl'),
      ['-D', 'cluster', '-l', 'log', '-w', '-o', flags.join(' '), 'start'],
      options,
    );
  });
  afterAll(() => {
    execFileSync(program('pg_ctl'), ['-D', 'cluster', '-m', 'fast', 'stop'], options);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(subgraphs.map((subgraph) => [subgraph.name, subgraph] as const))(
    'restore every row of %s',
    async (name, subgraph) => {
      const database = name.replaceAll('-', '_');
      const dump = join(folder, `${database}.dump`);
      for (const made of [database, `${database}_restored`])
        execFileSync(program('createdb'), [...connection, '-T', 'template0', made]);
      await migrateSubgraph(subgraph, urlOf(database), developmentKeyring);
      await seedDatabase(subgraph, urlOf(database), 'default');
      execFileSync(program('pg_dump'), [...connection, '-Fc', '-f', dump, database]);
      execFileSync(program('pg_restore'), [
        ...connection,
        '--exit-on-error',
        '-d',
        `${database}_restored`,
        dump,
      ]);
      const countsOf = async (url: string) => {
        const sql = openDatabase(url, { maxConnections: 1, statementTimeoutMs: 120_000 });
        try {
          const tables = await sql<{ name: string }[]>`
            select tablename as name from pg_tables where schemaname = 'public' order by 1`;
          const counts = [];
          for (const { name: table } of tables)
            counts.push([table, (await sql`select count(*) from ${sql(table)}`)[0]?.count]);
          return [counts, (await sql`select * from tally_recount()`).length];
        } finally {
          await sql.end();
        }
      };
      const restored = await countsOf(urlOf(`${database}_restored`));
      expect(restored).toEqual(await countsOf(urlOf(database)));
      expect(restored[1]).toBe(0);
      // The restored database can be migrated, as at every start.
      await migrateSubgraph(subgraph, urlOf(`${database}_restored`), developmentKeyring);
    },
    240_000,
  );
});

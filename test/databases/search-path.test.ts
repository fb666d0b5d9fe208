// Nothing in a database depends on search_path: pg_restore sets an empty one, and clients may too.

import { type Database, openDatabase } from '@district-graph/kit/database/database';
import { emptyDatabase, seededDatabase } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as places } from '@district-graph/places';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { beforeAll, describe, expect, it } from 'vitest';

/** Functions whose body is resolved with the search_path of the session: SQL functions with a string body, PL/pgSQL without a fixed path. */
const dependentFunctions = (sql: Database) => sql<{ name: string }[]>`
  select p.oid::regprocedure::text as name from pg_proc p join pg_language l on l.oid = p.prolang
  where p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    and (l.lanname = 'sql' and p.prosqlbody is null
      or l.lanname = 'plpgsql' and not coalesce(array_to_string(p.proconfig, ','), '') like '%search_path=%')
  order by 1`;

const undone = new Error('undone');

describe.each(subgraphs.map((subgraph) => [subgraph.name, subgraph] as const))('%s', (_name, subgraph) => {
  let seeded: string;
  beforeAll(async () => {
    seeded = await seededDatabase(subgraph);
  });

  it('has no function that depends on search_path', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    try {
      expect((await dependentFunctions(sql)).map(({ name }) => name)).toEqual([]);
    } finally {
      await drop();
    }
  });

  it('checks, counts and writes rows without a search_path', async () => {
    const sql = openDatabase(seeded, {
      maxConnections: 1,
      statementTimeoutMs: 60_000,
    });
    try {
      const faults: string[] = [];
      const attempt = (statement: string) =>
        sql
          .begin(async (transaction) => {
            await transaction.unsafe(statement);
            throw undone;
          })
          .catch((error: Error & { code?: string }) => {
            // Class 42 is an undefined name. Other errors come from triggers that forbid changes.
            if (error !== undone && error.code?.startsWith('42'))
              faults.push(`${statement}: ${error.message}`);
          });
      await sql.unsafe("set search_path = ''");
      const checks = await sql<{ relation: string; expression: string }[]>`
        select c.conrelid::regclass::text as relation, pg_get_expr(c.conbin, c.conrelid) as expression
        from pg_constraint c where c.contype = 'c' and c.conrelid <> 0`;
      expect(checks.length).toBeGreaterThan(10);
      for (const { relation, expression } of checks)
        await attempt(`select ${expression} from ${relation} limit 100`);
      const columns = await sql<{ relation: string; column: string }[]>`
        select distinct on (a.attrelid) a.attrelid::regclass::text as relation, quote_ident(a.attname) as column
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''`;
      for (const { relation, column } of columns)
        await attempt(
          `update ${relation} set ${column} = ${column} where ctid in (select ctid from ${relation} limit 1)`,
        );
      expect(faults).toEqual([]);
    } finally {
      await sql.end();
    }
  });
});

it('pins the functions of an older installation', async () => {
  const { sql, drop } = await emptyDatabase(places);
  try {
    await sql.unsafe(`
      create or replace function is_home(id uuid, division_code text) returns boolean language sql immutable strict parallel safe as $$
        select id_district(id) = substr(division_code, 4, 3)::integer
      $$;
      alter function tally_recount() reset search_path`);
    expect((await dependentFunctions(sql)).map(({ name }) => name)).toEqual([
      'is_home(uuid,text)',
      'tally_recount()',
    ]);
    await sql`select pin_search_path()`;
    expect(await dependentFunctions(sql)).toEqual([]);
    const [home] = await sql`select is_home('01a1fc14-c3c1-7069-8000-000000000000', '410105007003')`;
    expect(home).toEqual({ isHome: true });
  } finally {
    await drop();
  }
});

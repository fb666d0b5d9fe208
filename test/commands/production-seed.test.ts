// A database after `seed` in production: it contains the division register and reported figures, and no synthetic data.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Database } from '@district-graph/kit/database/database';
import { emptyDatabase, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as places } from '@district-graph/places';
import { variablePrefix } from '@district-graph/schema/registry';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { expect, it } from 'vitest';

const key = `a:${Buffer.alloc(32, 1).toString('base64url')}`;

async function seedInProduction(name: string, url: string): Promise<void> {
  const file = fileURLToPath(new URL(`../../subgraphs/${name}/src/subgraph.ts`, import.meta.url));
  await promisify(execFile)(process.execPath, [file, 'seed'], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      SEED_SCALE: 'city',
      [`${variablePrefix(name)}_DATABASE_URL`]: url,
      [`${variablePrefix(name)}_KEYS`]: key,
    },
  });
}

/** The rows of every table. */
async function rowsByTable(sql: Database): Promise<Map<string, number>> {
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by tablename`;
  const counts = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from ${sql(name)}`;
      return [name, row?.count ?? 0] as const;
    }),
  );
  return new Map(counts);
}

/** The rows of each table after a seed in production, for the tables that it changed. */
async function rowsAfterSeed(name: string, { url, sql }: { url: string; sql: Database }) {
  const before = await rowsByTable(sql);
  await seedInProduction(name, url);
  const after = await rowsByTable(sql);
  return Object.fromEntries([...after].filter(([table, count]) => count !== (before.get(table) ?? 0)));
}

it.each(subgraphs.filter(({ name }) => name !== 'places'))(
  'writes nothing into $name except the row that marks it as seeded',
  async (subgraph) => {
    const database = await emptyDatabase(subgraph);
    try {
      expect(await rowsAfterSeed(subgraph.name, database)).toEqual({ seed: 1 });
    } finally {
      await database.drop();
    }
  },
);

const reportedFigures =
  readFileSync(new URL('../../schema/data/reported-figures.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n').length - 1;

it('writes the register and the reported figures into places, each division at the seat of its district', async () => {
  const database = await emptyDatabase(places);
  try {
    const { division, reported_figure: figures, seed, ...others } = await rowsAfterSeed('places', database);
    expect({ division, figures, seed }).toEqual({ division: 3530, figures: reportedFigures, seed: 1 });
    // Rollups, which count the divisions.
    expect(Object.keys(others).filter((table) => !['rollup', 'tally'].includes(table))).toEqual([]);
    const running = await testSubgraph(places, database.url);
    try {
      const { data, errors } = await running.request(`{
        divisionsByCode(codes: ["410105", "410105007003"]) {
          name location { longitude latitude } communityStatistics { residents } serviceCentres { totalCount }
        }
      }`);
      expect(errors).toBeUndefined();
      const [district, community] = data.divisionsByCode;
      expect(community).toEqual({ ...district, name: '群英社区居民委员会' });
      expect(community).toMatchObject({
        communityStatistics: { residents: 0 },
        serviceCentres: { totalCount: 0 },
      });
    } finally {
      await running.stop();
    }
  } finally {
    await database.drop();
  }
});

// Seeds an empty database in one transaction, by COPY, and marks it as seeded.
import { today } from '../calendar.ts';
import { type CopyValue, copyText, type OpenCopy, openCopy } from '../database/copy.ts';
import { openDatabase, type Sql } from '../database/database.ts';
import type { EncryptedTable } from '../encryption/encrypted-columns.ts';
import { developmentKeyring, type Keyring } from '../encryption/keyring.ts';
import { showProgress } from '../progress.ts';
import { withDeferredRollups } from '../rollups/deferred-rollups.ts';
import { replacePopulations } from '../rollups/populations.ts';
import { loadSyntheticCity, type SeedScale, type SyntheticCity } from './synthetic-city.ts';

/** What is seeded: the synthetic city at a scale, or reference data only. */
export type SeedExtent = SeedScale | 'reference';

export interface Seeds {
  name: string;
  /** Fills an empty database with the synthetic city. */
  seed: (tools: SeedTools) => Promise<void>;
  /** Whether it registers communities itself, so that it keeps no second record of how many people live in them. */
  registersCommunities?: boolean;
  /** Fills it with reference data only, which is real: registers and reports. Production has no other seeds. */
  seedReference?: (tools: SeedTools) => Promise<void>;
}

export interface SeedTools {
  /** The transaction: either everything is seeded or nothing. */
  sql: Sql;
  city: SyntheticCity;
  scale: SeedScale;
  /** The day of seeding, up to which there is activity. */
  today: string;
  /** Copies rows into a table and encrypts its encrypted columns; `columns` are the table's own names. */
  copy: (
    table: string | EncryptedTable,
    columns: readonly string[],
    rows: Iterable<readonly CopyValue[]>,
    expected?: number,
  ) => Promise<void>;
}

export type { CopyValue };

/** Rows per COPY, which bounds the memory of a statement's triggers. */
const rowsPerCopy = 100_000;

/**
 * Seeds the subgraph's database unless it is seeded. A database with reference data counts as seeded: no synthetic data
 * is added to it later.
 */
export async function seedDatabase(
  subgraph: Seeds,
  databaseUrl: string,
  extent: SeedExtent,
  keyring: Keyring = developmentKeyring,
): Promise<void> {
  const pool = openDatabase(databaseUrl, {
    maxConnections: 1,
    statementTimeoutMs: 0,
    applicationName: `${subgraph.name} seed`,
  });
  try {
    let seeded = false;
    await pool.begin(async (transaction) => {
      const sql = transaction as unknown as Sql;
      await sql`select pg_advisory_xact_lock(hashtext('district-graph seed'))`;
      const [existing] = await sql<{ scale: SeedExtent }[]>`select scale from seed`;
      if (existing) {
        await addPopulations(sql, subgraph, existing.scale);
        return;
      }
      await sql`set local synchronous_commit = off`;
      const day = today();
      const scale = extent === 'reference' ? 'default' : extent;
      const seed = extent === 'reference' ? subgraph.seedReference : subgraph.seed;
      const city = loadSyntheticCity(scale);
      const copy = copier(sql, subgraph.name, keyring);
      await withDeferredRollups(sql, async () => {
        await seed?.({ sql, city, scale, today: day, copy });
        await addPopulations(sql, subgraph, extent);
      });
      await sql`insert into seed (scale, day) values (${extent}, ${day})`;
      seeded = true;
    });
    if (seeded) await pool.unsafe('vacuum analyze');
  } finally {
    await pool.end();
  }
}

/** The synthetic populations of communities, also in a database that was seeded before there was a table for them. */
async function addPopulations(sql: Sql, { registersCommunities }: Seeds, extent: SeedExtent): Promise<void> {
  if (registersCommunities || extent === 'reference') return;
  if ((await sql`select from division_population limit 1`).length > 0) return;
  await replacePopulations(sql, loadSyntheticCity(extent).communities);
}

function copier(sql: Sql, name: string, keyring: Keyring): SeedTools['copy'] {
  return async (target, columns, plainRows, expected) => {
    const [table, rows] =
      typeof target === 'string'
        ? [target, plainRows]
        : [target.table, target.encryptRows(keyring, columns, plainRows)];
    const statement = `copy ${table} (${columns.join(', ')}) from stdin`;
    const progress = showProgress(`${name} ${table}`);
    let open: OpenCopy | null = null;
    let inCopy = 0;
    let buffered = '';
    let total = 0;
    try {
      for (const row of rows) {
        open ??= await openCopy(sql, statement);
        buffered += copyText(row);
        total += 1;
        inCopy += 1;
        if (buffered.length > 65_536) {
          await open.write(buffered);
          buffered = '';
          progress(total, expected ? total / expected : 1);
        }
        if (inCopy >= rowsPerCopy) {
          await open.end(buffered);
          open = null;
          inCopy = 0;
          buffered = '';
        }
      }
      await open?.end(buffered);
    } catch (error) {
      open?.abort();
      throw error;
    }
    // Foreign key checks of other tables are planned from the statistics of this one.
    await sql.unsafe(`analyze ${table}`);
    progress(total, 1, true);
  };
}

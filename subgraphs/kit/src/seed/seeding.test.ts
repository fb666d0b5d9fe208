import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { type CopyValue, type Seeds, seedDatabase } from './seeding.ts';
import { elderId, loadSyntheticCity } from './synthetic-city.ts';

it('repeats its random numbers', () => {
  const numbers = (seed: string) => {
    const random = new Random(seed);
    return [random.next(), random.whole(1, 6), random.pick(['a', 'b', 'c'])];
  };
  expect(numbers('a')).toEqual(numbers('a'));
  expect(numbers('a')).not.toEqual(numbers('b'));
});

it('makes the same city each time, with the divisions of the register', () => {
  const city = loadSyntheticCity('default');
  expect(city).toMatchObject({
    divisions: { length: 3530 },
    districts: { length: 15 },
    communities: { length: 3306 },
  });
  expect(city.communitiesOf('410105')).toHaveLength(287);
  expect(city.centres).toEqual(loadSyntheticCity('default').centres);
  expect(elderId('410105007001', 0)).toBe(elderId('410105007001', 0));
});

it('makes a city of about 1.9 million elderly people at full size', () => {
  const elders = loadSyntheticCity('city').communities.reduce(
    (total, community) => total + community.elders,
    0,
  );
  expect(elders).toBeGreaterThan(1_800_000);
  expect(elders).toBeLessThan(2_000_000);
});

describe('seeding a database', () => {
  const urlOf = (database: string) => new URL(database, process.env.TEST_POSTGRES_URL).href;
  const admin = postgres(urlOf('/postgres'), { max: 1, onnotice: () => {} });
  const database = `filling_${process.pid}`;
  const sql = postgres(urlOf(`/${database}`), { max: 1 });
  beforeAll(async () => {
    await admin.unsafe(`create database ${database}`);
    await sql`create table reading (
      id integer primary key constraint never_negative check (id >= 0), words text, tags text[], noted boolean
    )`;
    await sql`create table seed (scale text not null, day date not null)`;
  });
  afterAll(async () => {
    await sql.end();
    await admin.unsafe(`drop database ${database}`);
    await admin.end();
  });

  /** Seeds a subgraph that copies these rows. */
  const fill = (rows: Iterable<CopyValue[]>, table = 'reading') =>
    seedDatabase(
      {
        name: 'readings',
        // The database has no table of populations.
        registersCommunities: true,
        seed: ({ copy }) => copy(table, ['id', 'words', 'tags', 'noted'], rows),
      },
      urlOf(`/${database}`),
      'default',
    );
  const readings = (count: number, wrong?: number) =>
    Array.from({ length: count }, (_, id): CopyValue[] => [id === wrong ? -1 : id, '示例', [], true]);

  it.each([
    ['the only row', 1, 0],
    ['the last of a few rows', 3, 2],
    ['an early row of many', 250_000, 5],
    ['the last row of many', 250_000, 249_999],
  ])('fails with the constraint that %s violates, and leaves nothing', async (_what, count, wrong) => {
    await expect(fill(readings(count, wrong))).rejects.toThrow(/never_negative/);
    expect(await sql`select from reading`).toHaveLength(0);
    expect(await sql`select from seed`).toEqual([]);
  });

  it('fails for a table that does not exist, and for rows that cannot be generated', async () => {
    await expect(fill(readings(3), 'nowhere')).rejects.toThrow(/nowhere/);
    const broken = function* (): Generator<CopyValue[]> {
      yield* readings(2);
      throw new Error('no third row');
    };
    await expect(fill(broken())).rejects.toThrow('no third row');
    expect(await sql`select from reading`).toHaveLength(0);
  });

  it('seeds reference data only, if requested, and no synthetic data afterwards', async () => {
    const columns = ['id', 'words', 'tags', 'noted'];
    const subgraph: Seeds = {
      name: 'readings',
      seed: ({ copy }) => copy('reading', columns, readings(3)),
      seedReference: ({ copy }) => copy('reading', columns, [[7, '登记', [], true]]),
    };
    await seedDatabase(subgraph, urlOf(`/${database}`), 'reference');
    await seedDatabase(subgraph, urlOf(`/${database}`), 'default');
    expect([...(await sql`select id from reading`)]).toEqual([{ id: 7 }]);
    await sql`truncate reading, seed`;
    const { seedReference: _none, ...syntheticOnly } = subgraph;
    await seedDatabase(syntheticOnly, urlOf(`/${database}`), 'reference');
    await seedDatabase(syntheticOnly, urlOf(`/${database}`), 'default');
    expect(await sql`select from reading`).toHaveLength(0);
    await sql`truncate seed`;
  });

  it('copies every character unchanged, and seeds only once', async () => {
    const words = 'a\\b\tc\nd\re"f\'g{h},郑州\u2028';
    await fill([
      [1, words, ['a,b', '"', '\\', '郑'], false],
      [2, null, null, null],
    ]);
    await fill([[3, '', [], true]]);
    expect([...(await sql`select * from reading order by id`)]).toEqual([
      { id: 1, words, tags: ['a,b', '"', '\\', '郑'], noted: false },
      { id: 2, words: null, tags: null, noted: null },
    ]);
  });
});

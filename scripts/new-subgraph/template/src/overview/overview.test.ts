import { addDays, today } from '@district-graph/kit/calendar';
import {
  type TestSubgraph,
  testSubgraph,
  type WritableSubgraph,
} from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRecord, writableSampleRecords } from '../sample-record/testing.ts';
import { subgraph } from '../subgraph.ts';

/** The overviews as the gateway requests them: by the divisions' codes. */
async function overviews(server: TestSubgraph, codes: string[], fields: string) {
  const { data, errors } = await server.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { sampleBureau { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
  );
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { sampleBureau: unknown } | null) => entity?.sampleBureau ?? null);
}

const period = `period: { from: "${addDays(today(), -400)}", to: "${today()}" }`;
const fields = `sampleRecordCount sampleRecordsByKind { kind count }
  sampleRecordSummary(${period}) { registered closed }
  trend(metric: REGISTERED, ${period}, interval: MONTH) { value }`;

interface SampleBureau {
  sampleRecordCount: number;
  sampleRecordsByKind: { count: number }[];
  sampleRecordSummary: { registered: number; closed: number };
  trend: { value: number }[];
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

describe('the overview of seeded divisions', () => {
  let server: TestSubgraph;
  beforeAll(async () => {
    server = await testSubgraph(subgraph);
  });
  afterAll(() => server.stop());

  it('adds up from level to level, by kind, and over the series', async () => {
    const codes = ['102', '103', '104', '105', '106', '108', '122', '171', '172', '173', '181', '182', '183'];
    const districts = [...codes, '184', '185'].map((code) => `410${code}`);
    const [city, ...parts] = (await overviews(server, ['410100', ...districts], fields)) as [
      SampleBureau,
      ...SampleBureau[],
    ];
    expect(city.sampleRecordCount).toBeGreaterThan(1000);
    expect(city.sampleRecordCount).toBe(sum(parts.map(({ sampleRecordCount }) => sampleRecordCount)));
    expect(city.sampleRecordCount).toBe(sum(city.sampleRecordsByKind.map(({ count }) => count)));
    const { registered, closed } = city.sampleRecordSummary;
    expect(registered).toBe(sum(parts.map(({ sampleRecordSummary }) => sampleRecordSummary.registered)));
    expect(registered).toBe(sum(city.trend.map(({ value }) => value)));
    expect(closed).toBeGreaterThan(0);
  });

  it('takes one statement for each kind of figure, however many divisions', async () => {
    server.statements();
    await overviews(server, ['410100', '410105', '410105007', '410105007003'], fields);
    expect(server.statements()).toHaveLength(1);
  });

  it('is null for an invalid division code, and zero for a division without sample records', async () => {
    expect(await overviews(server, ['x', '419999'], 'sampleRecordCount')).toEqual([
      null,
      { sampleRecordCount: 0 },
    ]);
  });

  it('equals a recount of the rows', async () => {
    expect(await server.sql`select * from tally_recount()`).toEqual([]);
  });
});

describe('the overview of a division that is written to', () => {
  let server: WritableSubgraph;
  beforeAll(async () => {
    server = await writableSampleRecords();
  });
  afterAll(() => server.stop());

  it('follows every write at every level', async () => {
    const levels = ['410100', '410105', '410105007', '410105007003'];
    const counted = async () =>
      (await overviews(server, levels, 'sampleRecordCount')).map(
        ({ sampleRecordCount }: SampleBureau) => sampleRecordCount,
      );
    const { result } = await server.write('registerSampleRecord', newRecord);
    expect(await counted()).toEqual([1, 1, 1, 1]);
    await server.write('closeSampleRecord', { sampleRecordId: result.id });
    expect(await counted()).toEqual([0, 0, 0, 0]);
    const [{ sampleRecordSummary }] = await overviews(
      server,
      ['410105'],
      `sampleRecordSummary(${period}) { registered closed }`,
    );
    expect(sampleRecordSummary).toEqual({ registered: 1, closed: 1 });
    await server.sql`delete from sample_record`;
    expect(await server.sql`select * from tally_recount()`).toEqual([]);
  });
});

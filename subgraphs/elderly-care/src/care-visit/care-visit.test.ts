import { addDays, today } from '@district-graph/kit/calendar';
import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { encryptCursor } from '@district-graph/kit/pagination/cursors';
import { elderId, loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { trusted } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCareWorker, insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { careVisitStatuses } from './tables.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

const days = (from: number, to: number) => ({ from: addDays(today(), from), to: addDays(today(), to) });
const unknown = '014aa2ca-6000-7069-8000-000000000000';

interface Page {
  totalCount: number | null;
  nodes: { id: string; status: string; scheduledAt: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}
const listed = 'totalCount nodes { id status scheduledAt } pageInfo { hasNextPage endCursor }';
const careVisits = `query ($within: ID!, $period: DateRange!, $status: CareVisitStatus, $first: Int, $after: String) {
  careVisits(within: $within, period: $period, status: $status, first: $first, after: $after) { ${listed} }
}`;
const visitsOfElders = `query ($r: [_Any!]!, $period: DateRange, $status: CareVisitStatus, $first: Int, $after: String) {
  _entities(representations: $r) { ... on Elder { visits(period: $period, status: $status, first: $first, after: $after) { ${listed} } } }
}`;
const eldersOf = (ids: string[]) => ids.map((id) => ({ __typename: 'Elder', id }));
const cursor = (...values: string[]) => encryptCursor(developmentKeyring, JSON.stringify(values));
const reversed = { from: '2026-02-01', to: '2026-01-31' };
const morning = `${today()}T09:00:00+08:00`;

/** Every page of a list, one after another. */
async function walk(read: (after: string | null) => Promise<Page>) {
  const pages: Page[] = [];
  let after: string | null = null;
  do {
    const page = await read(after);
    pages.push(page);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  const totals = [...new Set(pages.map(({ totalCount }) => totalCount))];
  return { rows: pages.flatMap(({ nodes }) => nodes), pages: pages.length, totals };
}

/** A community requires a purpose. */
const caring = { ...trusted, 'x-purpose': 'CARE' };
const headersFor = (within: unknown) => (String(within).length > 9 ? caring : trusted);

async function page(variables: Record<string, unknown>) {
  const { data, errors } = await care.request(careVisits, variables, headersFor(variables.within));
  expect(errors).toBeUndefined();
  return data.careVisits;
}

describe('the visits inside a division', () => {
  it.each([
    ['a city', '410100', '4101', days(-7, 7), 100],
    ['a district', '410105', '410105', days(-30, 21), 40],
    ['a subdistrict', '410105007', '410105007', days(-400, 21), 7],
    ['a community', '410105001003', '410105001003', days(-400, 21), 3],
  ])(
    'are paged for %s in the order of time, latest first, each once',
    async (_level, within, prefix, period, first) => {
      const { rows, pages, totals } = await walk((after) => page({ within, period, first, after }));
      const expected = await care.sql<{ id: string }[]>`
        select id from care_visit where starts_with(division_code, ${prefix})
          and scheduled_at >= ${`${period.from}T00:00:00+08:00`} and scheduled_at < ${`${addDays(period.to, 1)}T00:00:00+08:00`}
        order by scheduled_at desc, id desc`;
      expect(pages).toBeGreaterThan(2);
      expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(totals).toEqual([rows.length]);
      const times = rows.map(({ scheduledAt }) => scheduledAt);
      expect(times).toEqual([...times].sort().reverse());
      // Pages also end between visits of the same time.
      if (first > 7) expect(new Set(times).size).toBeLessThan(times.length);
    },
  );

  it('are separated by status: the parts add up to the whole', async () => {
    const variables = { within: '410105', period: days(-20, 10), first: 100 };
    let sum = 0;
    for (const status of careVisitStatuses) {
      const { totalCount, nodes } = await page({ ...variables, status });
      expect(nodes.length).toBe(Math.min(totalCount, 100));
      for (const node of nodes) expect(node.status).toBe(status);
      sum += totalCount;
    }
    expect(sum).toBe((await page(variables)).totalCount);
    const { totalCount } = await page({ ...variables, status: 'REQUESTED', period: days(-20, -1) });
    expect(totalCount).toBe(0);
  });

  it('are not counted above 10,000, and empty where there are none', async () => {
    const city = await page({ within: '410100', period: days(-400, 21), first: 1 });
    expect(city).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: true } });
    const none = { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    for (const within of ['419999', '410199', '410105999', '410105001999'])
      expect(await page({ within, period: days(-400, 21) })).toEqual(none);
  });

  it('come with the elders and the workers in one statement each', async () => {
    care.statements();
    const { data } = await care.request(
      `query ($period: DateRange!) { careVisits(within: "410105", period: $period, status: COMPLETED, first: 30) {
        nodes { division { code } startedAt completedAt cancelledAt elder { id name } careWorker { id name } }
      } }`,
      { period: days(-60, -1) },
    );
    expect(care.statements()).toHaveLength(3);
    expect(data.careVisits.nodes).toHaveLength(30);
    const masked = { name: expect.stringMatching(/^.\*+$/) };
    for (const { division, startedAt, completedAt, ...visit } of data.careVisits.nodes) {
      expect(division.code).toMatch(/^410105\d{3}$/);
      expect(completedAt > startedAt).toBe(true);
      expect(visit).toMatchObject({ cancelledAt: null, elder: masked, careWorker: masked });
    }
  });

  it.each([
    ['a page of 101', { first: 101 }, 'first'],
    ['a page of none', { first: 0 }, 'first'],
    ['a period that ends before it begins', { period: reversed }, 'period.to'],
    ['the name of a division', { within: '金水区' }, 'within'],
    ['a code of seven digits', { within: '4101050' }, 'within'],
    ['what is no cursor', { after: 'abc' }, 'after'],
    ['the cursor of another list', { after: cursor('Elder.visits', morning, unknown) }, 'after'],
    ['a forged time', { after: cursor('careVisits', '2026-02-30T09:00:00+08:00', unknown) }, 'after'],
    ['a forged key', { after: cursor('careVisits', morning, "' or true") }, 'after'],
  ])('refuse %s, before any statement', async (_what, wrong, argument) => {
    await care.recorded();
    care.statements();
    const variables = { within: '410105', period: days(-1, 1), ...wrong };
    const { data, errors } = await care.request(careVisits, variables);
    const code = argument === 'after' ? 'BAD_CURSOR' : 'BAD_USER_INPUT';
    expect(data).toEqual({ careVisits: null });
    expect(errors).toMatchObject([{ path: ['careVisits'], extensions: { code, argument } }]);
    expect(care.statements()).toEqual([]);
  });
});

describe('the visits of an elder', () => {
  const { districts, communitiesOf } = loadSyntheticCity('default');
  const elders = districts.map(({ code }) => elderId(communitiesOf(code)[0]?.code ?? '', 0));
  const ofElders = async (ids: string[], variables: Record<string, unknown> = {}): Promise<Page[]> => {
    const { data, errors } = await care.request(visitsOfElders, { r: eldersOf(ids), ...variables });
    expect(errors).toBeUndefined();
    return data._entities.map((entity: { visits: Page } | null) => entity?.visits ?? null);
  };

  it('take two statements beside the elders’ own for any number of elders: the rows and their counts', async () => {
    care.statements();
    const answers = await ofElders(elders);
    expect(care.statements()).toHaveLength(3);
    const expected = await care.sql<{ elderId: string; ids: string[] }[]>`
      select elder_id, array_agg(id::text order by scheduled_at desc, id desc) as ids
      from care_visit where elder_id = any(${elders}) group by 1`;
    const known = new Map(expected.map(({ elderId: elder, ids }) => [elder, ids]));
    expect(answers.map(({ nodes }) => nodes.map(({ id }) => id))).toEqual(elders.map((id) => known.get(id)));
    for (const { totalCount } of answers) expect(totalCount).toBe(8);
  });

  it('are paged in that order, each once, and can be of one status and one period', async () => {
    const [elder = ''] = elders;
    const read = async (variables: Record<string, unknown>) =>
      (await ofElders([elder], variables))[0] as Page;
    const { rows, totals } = await walk((after) => read({ first: 3, after }));
    expect(rows).toEqual((await read({})).nodes);
    expect(totals).toEqual([8]);
    const recent = rows.filter(({ scheduledAt }) => scheduledAt >= days(-60, 21).from);
    expect(await read({ period: days(-60, 21) })).toMatchObject({
      totalCount: recent.length,
      nodes: recent,
    });
    const completed = rows.filter(({ status }) => status === 'COMPLETED');
    expect(await read({ status: 'COMPLETED' })).toMatchObject({
      totalCount: completed.length,
      nodes: completed,
    });
  });

  it('refuse a reversed period and the cursor of another list; none are read for unknown elders', async () => {
    for (const [wrong, code, argument] of [
      [{ period: reversed }, 'BAD_USER_INPUT', 'period.to'],
      [{ first: 101 }, 'BAD_USER_INPUT', 'first'],
      [{ after: cursor('careVisits', morning, unknown) }, 'BAD_CURSOR', 'after'],
    ] as const) {
      const { errors } = await care.request(visitsOfElders, { r: eldersOf(elders.slice(0, 1)), ...wrong });
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await ofElders([unknown, 'x'])).toEqual([null, null]);
  });
});

describe('the table', () => {
  it('requires each status to have its instants, and no others', async () => {
    const { sql, url, drop } = await emptyDatabase(subgraph);
    const community = '410105001003';
    const [elder, worker] = [newId(community), newId(community)];
    await insertElder(sql, { id: elder, divisionCode: community });
    await insertCareWorker(sql, { id: worker, divisionCode: '410105' });
    const at = (time: string) => `2026-03-02T${time}:00+08:00`;
    const insert = (row: Record<string, string | number>) => {
      const home = { id: newId(community), division_code: community, elder_id: elder, kind: 'MEAL' };
      const times = { requested_at: at('08:00'), scheduled_at: at('10:00') };
      return sql`insert into care_visit ${sql([{ ...home, ...times, ...row }])}`;
    };
    const requested = { status: 'REQUESTED' };
    const assigned = { status: 'ASSIGNED', care_worker_id: worker, assigned_at: at('08:30') };
    const started = { ...assigned, status: 'IN_PROGRESS', started_at: at('10:00') };
    const completed = { ...started, status: 'COMPLETED', completed_at: at('11:00') };
    const cancelled = { status: 'CANCELLED', cancelled_at: at('09:00') };
    const rated = { ...completed, rating: 5 };
    const withdrawn = { ...assigned, ...cancelled };
    const accepted = [requested, assigned, started, completed, rated, cancelled, withdrawn];
    for (const row of accepted) await insert(row);
    for (const [row, constraint] of [
      [{ ...requested, care_worker_id: worker }, 'assigned'],
      [{ ...assigned, status: 'REQUESTED' }, 'assigned'],
      [{ status: 'ASSIGNED' }, 'assigned'],
      [{ status: 'IN_PROGRESS', started_at: at('10:00') }, 'assigned'],
      [{ ...assigned, status: 'IN_PROGRESS' }, 'started'],
      [{ ...assigned, started_at: at('10:00') }, 'started'],
      [{ ...assigned, status: 'COMPLETED', completed_at: at('11:00') }, 'started'],
      [{ ...started, status: 'COMPLETED' }, 'completed'],
      [{ ...started, completed_at: at('11:00') }, 'completed'],
      [{ ...completed, completed_at: at('09:59') }, 'completed'],
      [{ status: 'CANCELLED' }, 'cancelled'],
      [{ ...completed, cancelled_at: at('09:00') }, 'cancelled'],
      [{ ...started, rating: 5 }, 'rating'],
      [{ ...completed, rating: 0 }, 'rating'],
      [{ ...completed, rating: 6 }, 'rating'],
      [{ status: 'DONE' }, 'status'],
      [{ ...requested, kind: 'OTHER' }, 'kind'],
      [{ ...requested, id: newId('410102') }, 'id_home'],
    ] as const)
      await expect(insert(row), JSON.stringify(row)).rejects.toMatchObject({
        constraint_name: `care_visit_${constraint}`,
      });
    // A day ends at midnight in Zhengzhou.
    const [before, after] = ['2026-03-01T23:59:59+08:00', '2026-03-03T00:00:00+08:00'];
    for (const time of [before, at('00:00'), at('23:59'), after])
      await insert({ ...requested, scheduled_at: time });
    const server = await testSubgraph(subgraph, url);
    const day = { within: community, period: { from: '2026-03-02', to: '2026-03-02' } };
    const { data } = await server.request(careVisits, day, caring);
    expect(data.careVisits).toMatchObject({
      totalCount: accepted.length + 2,
      nodes: { length: accepted.length + 2 },
    });
    await server.stop();
    await drop();
  });
});

/** The plan of a statement as far as indexes can answer it. */
async function planOf(statement: string): Promise<string> {
  const plan = await care.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    await sql`set local enable_sort = off`;
    return sql.unsafe(`explain (generic_plan) ${statement}`).simple();
  });
  return JSON.stringify(plan);
}

it.each([
  ['410100', 'care_visit_city'],
  ['410105', 'care_visit_district'],
  ['410105001', 'care_visit_subdistrict'],
])('visits of %s are listed earliest first by the same index, %s', async (within, index) => {
  care.statements();
  const { data, errors } = await care.request(
    `query ($within: ID!, $period: DateRange!) { careVisits(within: $within, period: $period, orderBy: SCHEDULED_AT_ASC, first: 5) {
      nodes { scheduledAt } pageInfo { endCursor } } }`,
    { within, period: days(-60, 0) },
  );
  expect(errors).toBeUndefined();
  const times: string[] = data.careVisits.nodes.map((node: { scheduledAt: string }) => node.scheduledAt);
  expect(times).toHaveLength(5);
  expect(times).toEqual(times.toSorted());
  const statement = care.statements().find((each) => each.includes('care_visit')) ?? '';
  expect(await planOf(statement)).toContain(index);
});

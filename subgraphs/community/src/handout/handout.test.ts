import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { anonymous } from '@district-graph/kit/identity/viewer';
import { eraseElder } from '@district-graph/kit/personal-data/erasure';
import { findRowsAbout } from '@district-graph/kit/personal-data/personal-data';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  coats,
  community,
  type SupermarketSubgraph,
  serving,
  supermarketSubgraph,
} from '../stock/testing.ts';
import { subgraph } from '../subgraph.ts';

let seeded: TestSubgraph;
let own: SupermarketSubgraph;
let loveSupermarketId: string;
/** The handouts to an elder and to a household. */
let ofElder: string;
let ofHousehold: string;
const elderId = newId(community);
const address = '郑州市金水区南阳路街道秘巷七号';

beforeAll(async () => {
  seeded = await testSubgraph(subgraph);
  own = await supermarketSubgraph();
  loveSupermarketId = await own.open();
  await own.donate(loveSupermarketId, coats(10));
  const record = async (recipient: object) => {
    const input = { loveSupermarketId, ...recipient, items: [coats(1)] };
    return (await own.write('recordHandout', input)).result.id as string;
  };
  ofElder = await record({ recipientKind: 'ELDER', elderId });
  ofHousehold = await record({ recipientKind: 'HOUSEHOLD', recipientName: '欧阳秘甲', address });
});
afterAll(async () => {
  await seeded.stop();
  await own.stop();
});

const fields = `recipientName address division { code } loveSupermarket { id } elder { id } recipientKind`;
const read = async (id: string, headers?: Record<string, string>) => {
  const { data, errors } = await own.request(`{ handout(id: "${id}") { ${fields} } }`, {}, headers);
  return { handout: data?.handout, code: errors?.[0]?.extensions.code };
};

describe('the recipient of a handout', () => {
  it('is shown to those who may see it, for a purpose, and each time recorded', async () => {
    const { handout } = await read(ofHousehold, serving);
    expect(handout).toEqual({
      recipientName: '欧阳秘甲',
      address,
      division: { code: community },
      loveSupermarket: { id: loveSupermarketId },
      elder: null,
      recipientKind: 'HOUSEHOLD',
    });
    await own.recorded();
    const [record] = await own.sql`
      select subject_type, fields, purpose from access_record
      where viewer = 'worker' and subject_id = ${ofHousehold} and outcome = 'GIVEN' and 'address' = any(fields)`;
    expect(record).toMatchObject({ subjectType: 'Handout', purpose: 'COMMUNITY_SERVICE' });
  });

  it('is masked without a purpose, or in another division; the supermarket and the community are not shown', async () => {
    const scopes = ['handout:read'] as const;
    for (const headers of [
      await headersOf({ roles: ['community-worker'], divisions: ['410105'] }),
      await headersOf({ roles: ['partner-bureau'], scopes, divisions: ['410105'] }, 'CARE'),
    ])
      expect((await read(ofHousehold, headers)).handout).toEqual({
        recipientName: '欧***',
        address: '郑州市金水区南阳路街道****',
        division: { code: community.slice(0, 9) },
        loveSupermarket: null,
        elder: null,
        recipientKind: 'HOUSEHOLD',
      });
  });

  it('is not shown at all without the scope, or in another district', async () => {
    for (const bearer of [
      { roles: ['care-manager'], divisions: ['410105'] },
      { roles: ['community-worker'], divisions: ['410102'] },
      { roles: ['community-worker'], divisions: ['410105001'] },
    ] as const)
      expect(await read(ofHousehold, await headersOf(bearer, undefined))).toMatchObject({
        code: 'FORBIDDEN',
      });
  });

  it('is stored encrypted, and in no event', async () => {
    const stored = JSON.stringify([
      await own.sql`select * from handout`,
      await own.sql`select * from change_event`,
    ]);
    for (const secret of ['欧阳秘甲', '秘巷']) expect(stored).not.toContain(secret);
  });

  it('who is an elder is known by key, also to themselves', async () => {
    const headers = await headersOf(
      { sub: 'elder', roles: ['resident'], elder: elderId },
      'DATA_SUBJECT_REQUEST',
    );
    expect((await read(ofElder, headers)).handout).toMatchObject({ elder: { id: elderId } });
    expect((await read(ofHousehold, headers)).code).toBe('FORBIDDEN');
  });
});

describe('lists of handouts', () => {
  const withoutPurpose = { roles: ['community-worker'], divisions: ['410105'] } as const;

  it('of a community require the scope to identify people there and a purpose', async () => {
    const text = `{ handouts(within: "${community}") { totalCount nodes { id } } }`;
    for (const headers of [
      await headersOf(withoutPurpose),
      await headersOf({ roles: ['partner-bureau'], scopes: ['handout:read'], divisions: ['410105'] }, 'CARE'),
    ]) {
      const { data, errors } = await own.request(text, {}, headers);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect(data?.handouts ?? null).toBeNull();
    }
    const { data, errors } = await own.request(text, {}, serving);
    expect(errors).toBeUndefined();
    expect([data.handouts.totalCount, data.handouts.nodes.length]).toEqual([2, 2]);
    await own.recorded();
    const records = await own.sql`
      select subject_id from access_record where viewer = 'worker' and fields = '{division}' and outcome = 'GIVEN'`;
    expect(new Set(records.map(({ subjectId }) => subjectId))).toEqual(new Set([elderId, ofHousehold]));
  });

  it('of a subdistrict need no purpose, and are in the order of time and key, which does not reveal the community', async () => {
    const period = { from: '2024-01-01', to: '2026-12-31' };
    const seen: { id: string; handedOutOn: string }[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data, errors } = await seeded.request(
        `query ($period: DateRange, $after: String) { handouts(within: "410105", period: $period, first: 100, after: $after) {
          totalCount nodes { id handedOutOn } pageInfo { hasNextPage endCursor } } }`,
        { period, after },
        await headersOf(withoutPurpose),
      );
      expect(errors).toBeUndefined();
      seen.push(...data.handouts.nodes);
      [after, more] = [data.handouts.pageInfo.endCursor, data.handouts.pageInfo.hasNextPage];
      if (!more) expect(data.handouts.totalCount).toBe(seen.length);
    }
    const rows = await seeded.sql<{ id: string }[]>`
      select id from handout where starts_with(division_code, '410105')
        and handed_out_on between ${period.from} and ${period.to} order by handed_out_on desc, id desc`;
    expect(seen.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(100);
  });

  it('take one statement for any number of keys, and one for their items', async () => {
    const rows = await seeded.sql<{ id: string }[]>`select id from handout order by id limit 5`;
    const ids = rows.map(({ id }) => id);
    seeded.statements();
    const { data } = await seeded.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Handout { id items { quantity } } } }',
      { r: [...ids, 'x'].map((id) => ({ __typename: 'Handout', id })) },
    );
    expect(data._entities.map((row: { id: string } | null) => row?.id ?? null)).toEqual([...ids, null]);
    for (const { items } of data._entities.slice(0, 5)) expect(items.length).toBeGreaterThan(0);
    expect(seeded.statements()).toHaveLength(2);
  });
});

describe('the figures of handouts', () => {
  const summary = async (code: string, period: string, headers: Record<string, string>) => {
    const { data, errors } = await own.request(
      `{ _entities(representations: [{ __typename: "Division", code: "${code}" }]) { ... on Division { community {
        handoutSummary(period: ${period}) { households elders items byCategory { items } }
      } } } }`,
      {},
      headers,
    );
    expect(errors).toBeUndefined();
    return data._entities[0].community.handoutSummary;
  };

  it('withhold counts below five and the items from which they could be derived', async () => {
    await own.sql`update handout set handed_out_on = '2024-03-05'`;
    const march = '{ from: "2024-03-01", to: "2024-03-31" }';
    const exact = await headersOf({ roles: ['community-worker'], divisions: ['410105'] });
    expect(await summary('410105', march, exact)).toMatchObject({ households: 1, elders: 1 });
    const analyst = await headersOf({ roles: ['analyst'], divisions: ['410100'] });
    for (const code of ['410105', '410105007', community]) {
      const withheld = await summary(code, march, analyst);
      expect(withheld).toMatchObject({ households: null, elders: null, items: null });
      for (const { items } of withheld.byCategory) expect(items).toBeNull();
    }
  });

  it('are exact for all viewers over whole months in which there were enough recipients of each kind', async () => {
    const analyst = await headersOf({ roles: ['analyst'], divisions: ['410100'] });
    const [month] = await seeded.sql<{ from: string; to: string; households: number }[]>`
      select date_trunc('month', handed_out_on)::date as from,
        (date_trunc('month', handed_out_on) + interval '1 month - 1 day')::date as to,
        count(*) filter (where recipient_kind = 'HOUSEHOLD') as households
      from handout where handed_out_on < date_trunc('month', now() - interval '1 month') group by 1, 2 order by 1 desc limit 1`;
    const { data, errors } = await seeded.request(
      `query ($period: DateRange!) { _entities(representations: [{ __typename: "Division", code: "410100" }]) { ... on Division { community {
        handoutSummary(period: $period) { households items } trend(metric: ITEMS_HANDED_OUT, period: $period, interval: MONTH) { value }
      } } } }`,
      { period: { from: month?.from, to: month?.to } },
      analyst,
    );
    expect(errors).toBeUndefined();
    const { handoutSummary, trend } = data._entities[0].community;
    expect(handoutSummary.households).toBe(month?.households);
    expect(trend).toEqual([{ value: handoutSummary.items }]);
    expect(handoutSummary.items).toBeGreaterThan(0);
  });
});

describe('what is known of a recipient', () => {
  it('is found by an index, and removed on erasure; the items stay handed out', async () => {
    const table = subgraph.personalData.tables.find((each) => each.table === 'handout');
    if (!table) throw new Error('no table of persons');
    const elder = { elderId, named: null };
    own.statements();
    expect(await findRowsAbout(own.sql, keyring, table, elder)).toHaveLength(1);
    const [statement = ''] = own.statements();
    const plan = JSON.stringify(await own.sql.unsafe(`explain (generic_plan) ${statement}`).simple());
    expect(plan).toContain('handout_elder');
    const viewer = { ...anonymous, id: 'operator', divisions: ['410100'] };
    const { tables } = await eraseElder(subgraph, {
      sql: own.sql,
      keyring,
      viewer,
      elder,
      keepsHistories: false,
    });
    expect(tables).toMatchObject([{ table: 'handout', anonymised: 1, deleted: 0 }]);
    expect((await read(ofElder, serving)).handout).toMatchObject({ elder: null, recipientKind: 'ELDER' });
    expect(await own.recount()).toHaveLength(0);
  });

  it('is kept for three years', async () => {
    const since = (ago: string) =>
      own.sql`update handout set handed_out_on = (now() - ${ago}::text::interval)::date where id = ${ofHousehold}`;
    await since('3 years');
    expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([]);
    await since('3 years 1 day');
    expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([{ table: 'handout', rows: 1 }]);
    expect((await read(ofHousehold, serving)).handout).toMatchObject({
      recipientName: null,
      address: null,
      recipientKind: 'HOUSEHOLD',
    });
    expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([]);
  });
});

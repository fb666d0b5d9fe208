import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

interface Event {
  id: string;
  kind: string;
  title: string;
  heldOn: string;
  beneficiaries: number;
  division: { code: string };
}

async function list(within: string, first: number) {
  const rows: Event[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await care.request(
      `query ($within: ID!, $first: Int, $after: String) { outreachEvents(within: $within, first: $first, after: $after) {
        totalCount nodes { id kind title heldOn beneficiaries division { code } } pageInfo { hasNextPage endCursor }
      } }`,
      { within, first, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.outreachEvents;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the events inside a division', () => {
  it.each([
    ['410100', '4101', 100],
    ['410105', '410105', 5],
  ])('of %s are paged by division code and day, each once', async (within, prefix, first) => {
    const { rows, totals } = await list(within, first);
    const expected = await care.sql<{ id: string }[]>`
      select id from outreach_event where starts_with(division_code, ${prefix}) order by division_code, held_on, id`;
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(rows.length).toBeGreaterThan(2 * first);
    expect(totals).toEqual([rows.length]);
  });

  it('include the five wheelchairs of Sanguanmiao and the free clinic of Huifeng', async () => {
    const [wheelchairs] = (await list('410102006', 100)).rows;
    expect(wheelchairs).toMatchObject({
      kind: 'WHEELCHAIR_DELIVERY',
      heldOn: '2015-10-22',
      beneficiaries: 5,
    });
    expect(wheelchairs?.division).toEqual({ code: '410102006' });
    const [clinic] = (await list('410106002010', 100)).rows;
    expect(clinic).toMatchObject({ kind: 'FREE_CLINIC', heldOn: '2021-03-22' });
    expect(clinic?.beneficiaries).toBeGreaterThanOrEqual(150);
  });

  it('are refused with a code, and empty where there are none', async () => {
    const { data } = await care.request(
      '{ servicePurchases(within: "410100", first: 1) { pageInfo { endCursor } } }',
    );
    for (const [args, code, argument] of [
      ['within: "410105", first: 0', 'BAD_USER_INPUT', 'first'],
      ['within: "4101050071"', 'BAD_USER_INPUT', 'within'],
      [`within: "410105", after: "${data.servicePurchases.pageInfo.endCursor}"`, 'BAD_CURSOR', 'after'],
    ]) {
      const { errors } = await care.request(`{ outreachEvents(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await list('419999', 10)).toEqual({ rows: [], totals: [0] });
  });
});

describe('the entities of the subgraph', () => {
  it.each([
    'CareVisit',
    'CareWorker',
    'CareInstitution',
    'AbilityAssessment',
    'Subsidy',
    'ServicePurchase',
    'OutreachEvent',
  ])('%s: one statement for many keys, null for an unknown and for an invalid key', async (type) => {
    const table = type.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase();
    const known = await care.sql<{ id: string }[]>`select id from ${care.sql(table)} limit 5`;
    expect(known).toHaveLength(5);
    const ids = [...known.map(({ id }) => id), '014aa2ca-6000-7069-8000-000000000000', 'x'];
    care.statements();
    const { data, errors } = await care.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id } } }`,
      { r: ids.map((id) => ({ __typename: type, id })) },
    );
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([...known.map(({ id }) => ({ id })), null, null]);
    expect(care.statements()).toHaveLength(1);
  });
});

it('is refused with an unknown kind, with beneficiaries below zero, and under another district’s key', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const insert = (change: Record<string, string | number>) => {
    const row = { id: newId('410105'), division_code: '410105007', kind: 'HOME_REPAIR', title: '示例' };
    return sql`insert into outreach_event ${sql([{ ...row, held_on: '2026-01-05', beneficiaries: 0, ...change }])}`;
  };
  await expect(insert({ kind: 'PARTY' })).rejects.toThrow('outreach_event_kind');
  await expect(insert({ beneficiaries: -1 })).rejects.toThrow('outreach_event_beneficiaries');
  await expect(insert({ id: newId('410102') })).rejects.toThrow('outreach_event_id_home');
  await insert({});
  await drop();
});

it('shows the number of beneficiaries only to viewers with exact counts there', async () => {
  const query = '{ outreachEvents(within: "410102006", first: 1) { nodes { title beneficiaries } } }';
  const beneficiariesFor = async (headers: Record<string, string>) =>
    (await care.request(query, {}, headers)).data.outreachEvents.nodes[0].beneficiaries;
  expect(await beneficiariesFor(await headersOf({ roles: ['care-manager'], divisions: ['410102'] }))).toBe(5);
  expect(
    await beneficiariesFor(await headersOf({ roles: ['care-manager'], divisions: ['410105'] })),
  ).toBeNull();
  expect(await beneficiariesFor(await headersOf({ roles: ['analyst'] }))).toBeNull();
});

import { elderId } from '@district-graph/kit/seed/synthetic-city';
import { type Bearer, headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

const id = elderId('410105001003', 0);
const other = elderId('410102001002', 0);

/** The records inside the auditor's divisions that match the arguments. */
async function audited(args: string, bearer: Bearer = {}, sub = 'auditor') {
  await care.recorded();
  const { data, errors } = await care.request(
    `query Audit { elderlyCareAccessRecords(${args}) { totalCount pageInfo { endCursor hasNextPage } nodes {
      sequence at viewer bureau purpose operation requestId outcome subjectType subjectId divisionCode fields } } }`,
    {},
    await headersOf({ sub, roles: ['auditor'], ...bearer }),
  );
  return { page: data?.elderlyCareAccessRecords, errors };
}

const worker = (sub: string, divisions = ['410105'], purpose?: string) =>
  headersOf({ sub, roles: ['care-worker'], divisions, bureau: 'civil-affairs' }, purpose);

describe('the access records', () => {
  it('show an auditor who saw which data of whom, when, for what purpose, and in which operation', async () => {
    const headers = { ...(await worker('worker-given', ['410105'], 'CARE')), 'x-request-id': 'request-7' };
    const { errors } = await care.request(
      'query ElderHome__elderly_care__0 ($id: ID!) { elder(id: $id) { name phone } }',
      { id },
      headers,
    );
    expect(errors).toBeUndefined();
    const { page } = await audited('viewer: "worker-given"');
    expect(page.totalCount).toBe(1);
    expect(page.nodes).toEqual([
      {
        sequence: expect.any(Number),
        at: expect.stringMatching(/\+08:00$/),
        viewer: 'worker-given',
        bureau: 'civil-affairs',
        purpose: 'CARE',
        operation: 'ElderHome',
        requestId: 'request-7',
        outcome: 'GIVEN',
        subjectType: 'Elder',
        subjectId: id,
        // Of the community only its subdistrict.
        divisionCode: '410105001',
        fields: ['name', 'phone'],
      },
    ]);
  });

  it('show the roles and the address of the viewer', async () => {
    await care.request(
      'query ($id: ID!) { elder(id: $id) { name } }',
      { id },
      await worker('worker-from', ['410105'], 'CARE'),
    );
    const { data } = await care.request(
      '{ elderlyCareAccessRecords(viewer: "worker-from") { nodes { viewer roles address } } }',
      {},
      await headersOf({ sub: 'auditor', roles: ['auditor'] }),
    );
    expect(data.elderlyCareAccessRecords.nodes).toEqual([
      { viewer: 'worker-from', roles: ['care-worker'], address: '127.0.0.1' },
    ]);
  });

  it('show which request was refused as a whole, though its viewer is unknown', async () => {
    const headers = await headersOf(
      { sub: 'worker-purpose', roles: ['care-worker'], divisions: ['410105'] },
      'AUDIT',
    );
    await care.request('query Peek { __typename }', {}, headers);
    await care.request(
      '{ __typename }',
      {},
      { authorization: 'Bearer made.up.token', 'x-request-id': 'made-up' },
    );
    const { page } = await audited('viewer: "worker-purpose"');
    expect(page.nodes).toMatchObject([
      {
        outcome: 'REFUSED',
        subjectType: 'Request',
        subjectId: 'purpose',
        purpose: 'AUDIT',
        operation: 'Peek',
      },
    ]);
    const { page: unknown } = await audited('viewer: "anonymous"');
    // Other test files use the same database as anonymous clients.
    expect(unknown.nodes).toContainEqual(
      expect.objectContaining({ requestId: 'made-up', subjectId: 'authorization' }),
    );
  });

  it('show what was refused: a person, a list, an operation', async () => {
    const headers = await worker('worker-refused', ['410105001']);
    const request = (query: string) => care.request(query, {}, headers);
    await request(`query One { elder(id: "${other}") { name } }`);
    await request('query List { elders(within: "410102") { nodes { id } } }');
    await request(`mutation Pay { paySubsidy(input: { subsidyId: "${id}" }) { __typename } }`);
    const { page } = await audited('viewer: "worker-refused", outcome: REFUSED');
    const refused = page.nodes.map(
      ({ operation, subjectType, subjectId, fields }: Record<string, unknown>) => [
        operation,
        subjectType,
        subjectId,
        fields,
      ],
    );
    expect(refused.reverse()).toEqual([
      ['One', 'Elder', other, ['Elder']],
      ['List', 'Division', '410102', ['elders']],
      ['Pay', 'Mutation', 'paySubsidy', ['paySubsidy']],
    ]);
    // The subject of the operation is unknown: the auditor of the viewer's division finds it.
    const { page: ofDistrict } = await audited('viewer: "worker-refused"', { divisions: ['410105'] });
    expect(ofDistrict.nodes).toMatchObject([{ operation: 'Pay', divisionCode: '410105001' }]);
  });

  it('show who listed the people of a community without permission to identify them there', async () => {
    const headers = await headersOf({
      sub: 'lister-recorded',
      scopes: ['elder:read', 'visit:read'],
      divisions: ['410105'],
    });
    const period = 'period: { from: "2026-01-01", to: "2026-01-31" }';
    for (const list of ['elders(within: "410105001003")', `careVisits(within: "410105001003", ${period})`]) {
      const { errors } = await care.request(`query Fine { ${list} { nodes { id } } }`, {}, headers);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    const { page } = await audited('viewer: "lister-recorded"');
    expect(page.nodes).toMatchObject(
      ['careVisits', 'elders'].map((field) => ({
        outcome: 'REFUSED',
        operation: 'Fine',
        subjectType: 'Division',
        subjectId: '410105001003',
        fields: [field],
      })),
    );
  });

  it('show which mutation was rolled back since it was outside of the viewer’s divisions', async () => {
    const headers = await headersOf({
      sub: 'manager-outside',
      roles: ['care-manager'],
      divisions: ['410105'],
    });
    const { errors } = await care.request(
      'mutation Close($input: CloseElderInput!) { closeElder(input: $input) { __typename } }',
      { input: { elderId: other, reason: 'MOVED_AWAY' } },
      headers,
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const { page } = await audited('viewer: "manager-outside"');
    expect(page.nodes).toMatchObject([
      {
        outcome: 'REFUSED',
        operation: 'Close',
        subjectType: 'Elder',
        subjectId: other,
        fields: ['closeElder'],
      },
    ]);
  });

  it('keep the first twenty refusals of a request', async () => {
    const ids = (
      await care.sql`select id from elder where division_code like '410102%' order by id limit 30`
    ).map((row, index) => `e${index}: elder(id: "${row.id}") { id }`);
    const query = `{ ${ids.join(' ')} }`;
    await care.request(query, {}, await worker('worker-many'));
    const { page } = await audited('viewer: "worker-many", first: 100');
    expect(page.totalCount).toBe(20);
  });

  it('contain nothing of requests without a token', async () => {
    const response = await fetch(care.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ elder(id: "${id}") { name } }` }),
    });
    expect(((await response.json()) as { errors: unknown[] }).errors).toHaveLength(1);
    const { page } = await audited('viewer: "anonymous"');
    expect(page.nodes.filter((node: { subjectType: string }) => node.subjectType !== 'Request')).toEqual([]);
  });
});

describe('an auditor', () => {
  it('reads records of their divisions only, however many', async () => {
    const both = await worker('worker-both', ['410105', '410102'], 'CARE');
    await care.request(`{ a: elder(id: "${id}") { name } b: elder(id: "${other}") { name } }`, {}, both);
    const seen = async (divisions: string[]) => {
      const { page } = await audited('viewer: "worker-both"', { divisions });
      expect(page.totalCount).toBe(page.nodes.length);
      return page.nodes.map(({ divisionCode }: { divisionCode: string }) => divisionCode.slice(0, 6)).sort();
    };
    expect(await seen(['410100'])).toEqual(['410102', '410105']);
    expect(await seen(['410105'])).toEqual(['410105']);
    expect(await seen(['410105001'])).toEqual(['410105']);
    expect(await seen(['410105001003', '410102'])).toEqual(['410102', '410105']);
    expect(await seen(['410105', '410105001', '410105'])).toEqual(['410105']);
    expect(await seen(['410106'])).toEqual([]);
    expect(await seen([])).toEqual([]);
  });

  it('of a community finds its records, and no others; no record shows in which community the person lives', async () => {
    await care.request(
      `{ elder(id: "${id}") { name } }`,
      {},
      await worker('worker-fine', ['410105'], 'CARE'),
    );
    const shown = async (divisions: string[]) =>
      (await audited('viewer: "worker-fine"', { divisions })).page.nodes.map(
        ({ divisionCode }: { divisionCode: string }) => divisionCode,
      );
    for (const division of ['410100', '410105', '410105001', '410105001003'])
      expect(await shown([division])).toEqual(['410105001']);
    expect(await shown(['410105001002'])).toEqual([]);
  });

  it('finds by person, days and outcome, page by page, newest first', async () => {
    const headers = await worker('worker-paged', ['410105'], 'CARE');
    for (let time = 0; time < 3; time += 1)
      await care.request(`{ elder(id: "${id}") { name } }`, {}, headers);
    const args = `subjectId: "${id}", viewer: "worker-paged", outcome: GIVEN, period: { from: "2020-01-01", to: "2069-12-31" }`;
    const first = (await audited(`${args}, first: 2`)).page;
    const second = (await audited(`${args}, first: 2, after: "${first.pageInfo.endCursor}"`)).page;
    const numbers = [...first.nodes, ...second.nodes].map(({ sequence }) => sequence);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    expect([first.nodes.length, second.nodes.length, first.totalCount]).toEqual([2, 1, 3]);
    const none = async (more: string) => (await audited(`viewer: "worker-paged", ${more}`)).page.totalCount;
    expect(await none('outcome: REFUSED')).toBe(0);
    expect(await none(`subjectId: "${other}"`)).toBe(0);
    expect(await none('period: { from: "2020-01-01", to: "2020-12-31" }')).toBe(0);
    expect(await none('period: { from: "2098-01-01", to: "2099-12-31" }')).toBe(0);
  });

  it('is recorded for every page, and does not hit the bulk limit', async () => {
    const divisions = ['410105', '410102'];
    await audited('first: 1', { divisions }, 'auditor-watched');
    const { page } = await audited('viewer: "auditor-watched"', { divisions });
    expect(page.nodes).toMatchObject([
      {
        subjectType: 'AccessRecord',
        divisionCode: '410102',
        operation: 'Audit',
        fields: ['elderlyCareAccessRecords'],
      },
      {
        subjectType: 'AccessRecord',
        divisionCode: '410105',
        subjectId: expect.stringMatching(/^(\d+–\d+|none)$/),
      },
    ]);
  });

  it('needs the scope, a valid period and a cursor of this list', async () => {
    const wrong = async (args: string, bearer?: Bearer) =>
      (await audited(args, bearer)).errors?.[0]?.extensions.code;
    expect(await wrong('first: 1', { roles: ['care-manager'] })).toBe('FORBIDDEN');
    expect(await wrong('period: { from: "2026-02-01", to: "2026-01-01" }')).toBe('BAD_USER_INPUT');
    expect(await wrong('after: "x"')).toBe('BAD_CURSOR');
    expect(await wrong('first: 101')).toBe('BAD_USER_INPUT');
  });
});

it('sees that viewers are refused unmasked values of too many persons, while masked ones are still given', async () => {
  const sub = 'worker-greedy';
  const greedy = await worker(sub, ['410105'], 'CARE');
  const codes: unknown[] = [];
  let after: string | null = null;
  for (let page = 0; page < 3; page += 1) {
    const { data, errors } = await care.request(
      'query ($after: String) { elders(within: "410105", first: 100, after: $after) { pageInfo { endCursor } edges { cursor node { phone } } } }',
      { after },
      greedy,
    );
    codes.push(errors?.[0]?.extensions.code);
    after = data.elders.pageInfo.endCursor;
  }
  expect(codes).toEqual([undefined, undefined, 'BULK_READ']);
  const { data, errors } = await care.request(
    '{ elders(within: "410105", first: 1) { nodes { phone } } }',
    {},
    await worker(sub),
  );
  expect(errors).toBeUndefined();
  expect(data.elders.nodes[0].phone).toContain('****');
  const { page } = await audited(`viewer: "${sub}", outcome: REFUSED`);
  expect(page.totalCount).toBe(20);
});

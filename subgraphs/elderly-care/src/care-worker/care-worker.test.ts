import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCareWorker } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { type CareWorker, careWorkerRoles, encryptedCareWorker } from './tables.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

interface Worker {
  id: string;
  name: string;
  phone: string;
  role: string;
  division: { code: string };
}

async function list(within: string, role: string | null, first: number) {
  const rows: Worker[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await care.request(
      `query ($within: ID!, $role: CareWorkerRole, $first: Int, $after: String) {
        careWorkers(within: $within, role: $role, first: $first, after: $after) {
          totalCount nodes { id name phone role division { code } } pageInfo { hasNextPage endCursor }
        }
      }`,
      { within, role, first, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.careWorkers;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the workers inside a division', () => {
  it.each([
    ['410105', null, 100],
    ['410105', 'HOME_CARE', 30],
    ['410102', 'SOCIAL_WORKER', 50],
  ] as const)('of %s, of the post %s, are paged in order, each once', async (within, role, first) => {
    const { rows, totals } = await list(within, role, first);
    const expected = await care.sql<{ id: string }[]>`
      select id from care_worker where starts_with(division_code, ${within}) and role = any(${role ? [role] : [...careWorkerRoles]})
      order by division_code, id`;
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(rows.length).toBeGreaterThan(first);
    expect(totals).toEqual([rows.length]);
    if (role)
      for (const row of rows)
        expect(row).toMatchObject({ role, division: { code: expect.stringMatching(`^${within}`) } });
  });

  it('are refused with a code, and empty where there are none', async () => {
    const { data } = await care.request(
      '{ careInstitutions(within: "410105", first: 1) { pageInfo { endCursor } } }',
    );
    for (const [args, code, argument] of [
      ['within: "410105", first: 101', 'BAD_USER_INPUT', 'first'],
      ['within: "jinshui"', 'BAD_USER_INPUT', 'within'],
      [`within: "410105", after: "${data.careInstitutions.pageInfo.endCursor}"`, 'BAD_CURSOR', 'after'],
    ]) {
      const { errors } = await care.request(`{ careWorkers(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await list('419999', null, 10)).toEqual({ rows: [], totals: [0] });
  });
});

describe('a worker’s name and telephone', () => {
  it('are masked in lists', async () => {
    const { rows } = await list('410105', null, 100);
    const known = (
      await care.sql<CareWorker[]>`select * from care_worker where starts_with(division_code, '410105')`
    ).map((row) => ({ ...row, phone: encryptedCareWorker.decrypt(developmentKeyring, row, 'phone') }));
    const byId = new Map(known.map((row) => [row.id, row]));
    for (const { id, name, phone } of rows) {
      const row = byId.get(id) ?? { name: '', phone: '' };
      expect(name).toBe(`${[...row.name][0]}${'*'.repeat([...row.name].length - 1)}`);
      expect(phone).toBe(`${row.phone.slice(0, 3)}****${row.phone.slice(-4)}`);
    }
    const answer = JSON.stringify(rows);
    for (const { name, phone } of known) {
      expect(answer).not.toContain(name);
      expect(answer).not.toContain(phone);
    }
  });

  it('are masked on every other way to them: by identifier, as an entity, from an elder', async () => {
    const [row] = await care.sql<(CareWorker & { elderId: string })[]>`
      select w.*, e.id as elder_id from care_worker w join elder e on e.care_worker_id = w.id order by e.id limit 1`;
    const { data, errors } = await care.request(
      `query ($id: ID!, $elder: ID!, $r: [_Any!]!) {
        careWorker(id: $id) { name phone }
        elder(id: $elder) { careWorker { name phone } }
        _entities(representations: $r) { ... on CareWorker { name phone } }
      }`,
      { id: row?.id, elder: row?.elderId, r: [{ __typename: 'CareWorker', id: row?.id }] },
    );
    expect(errors).toBeUndefined();
    const masked = {
      name: expect.stringMatching(/^.\*+$/),
      phone: expect.stringMatching(/^\d{3}\*{4}\d{4}$/),
    };
    expect(data).toEqual({ careWorker: masked, elder: { careWorker: masked }, _entities: [masked] });
    for (const secret of [row?.name, row?.phone]) expect(JSON.stringify(data)).not.toContain(secret);
  });
});

describe('the care worker of an elder', () => {
  interface Care {
    elderId: string;
    visitId: string;
    workerId: string;
    name: string;
  }
  let mine: Care;
  let other: Care;
  const selection = '{ id name phone role certified onDuty }';

  beforeAll(async () => {
    [mine] = await care.sql<[Care]>`
      select distinct on (e.id) e.id as elder_id, v.id as visit_id, w.id as worker_id, w.name
      from elder e join care_visit v on v.elder_id = e.id join care_worker w on w.id = v.care_worker_id
      where e.care_worker_id = w.id and e.status = 'REGISTERED' and w.division_code like '410105%'
      order by e.id limit 1`;
    [other] = await care.sql<[Care]>`
      select e.id as elder_id, v.id as visit_id, w.id as worker_id, w.name
      from care_visit v join elder e on e.id = v.elder_id join care_worker w on w.id = v.care_worker_id
      where e.id <> ${mine.elderId} and w.id <> ${mine.workerId} order by v.id limit 1`;
  });
  const asElder = (purpose?: string) =>
    headersOf({ sub: 'elder', roles: ['resident'], divisions: ['410102'], elder: mine.elderId }, purpose);

  it('is shown to the elder in person with surname and post, without a telephone number, whatever the purpose', async () => {
    const query = `query ($elder: ID!, $visit: ID!) {
      elder(id: $elder) { careWorker ${selection} }
      careVisit(id: $visit) { careWorker ${selection} }
    }`;
    const variables = { elder: mine.elderId, visit: mine.visitId };
    for (const headers of [await asElder(), await asElder('DATA_SUBJECT_REQUEST')]) {
      const { data, errors } = await care.request(query, variables, headers);
      expect(errors).toBeUndefined();
      const disclosed = {
        id: mine.workerId,
        name: `${[...mine.name][0]}${'*'.repeat([...mine.name].length - 1)}`,
        phone: null,
        role: expect.any(String),
        certified: expect.any(Boolean),
        onDuty: expect.any(Boolean),
      };
      expect(data).toEqual({ elder: { careWorker: disclosed }, careVisit: { careWorker: disclosed } });
    }
  });

  it('is shown to no other elder: not by key, not of another elder, not even in the same request', async () => {
    const { data, errors } = await care.request(
      `query ($elder: ID!, $id: ID!, $visit: ID!, $r: [_Any!]!) {
        elder(id: $elder) { careWorker { id } }
        careWorker(id: $id) { id }
        careVisit(id: $visit) { careWorker { id } }
        _entities(representations: $r) { ... on CareWorker { id role } }
      }`,
      {
        elder: mine.elderId,
        id: mine.workerId,
        visit: other.visitId,
        r: [{ __typename: 'CareWorker', id: mine.workerId }],
      },
      await asElder(),
    );
    expect(data).toEqual({
      elder: { careWorker: { id: mine.workerId } },
      careWorker: null,
      careVisit: null,
      _entities: [null],
    });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });

  it('is shown with the masked telephone to viewers who may see workers there, even if it is themselves', async () => {
    const headers = await headersOf({
      roles: ['care-manager'],
      divisions: ['410105'],
      elder: mine.elderId,
    });
    const { data } = await care.request(
      'query ($elder: ID!) { elder(id: $elder) { careWorker { phone } } }',
      { elder: mine.elderId },
      headers,
    );
    expect(data.elder.careWorker.phone).toMatch(/^\d{3}\*{4}\d{4}$/);
  });
});

it('is null when unknown or when the identifier is none', async () => {
  const { data, errors } = await care.request(
    '{ a: careWorker(id: "014aa2ca-6000-7069-8000-000000000000") { id } b: careWorker(id: "x") { id } }',
  );
  expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: undefined });
});

it('is counted by post, on duty and certified; the table refuses an unknown post and another district’s key', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const insert = (role: string, certified: boolean, onDuty: boolean, id = newId('410105')) =>
    insertCareWorker(sql, {
      id,
      divisionCode: '410105',
      role: role as 'HOME_CARE',
      certified,
      onDuty,
    });
  await insert('HOME_CARE', true, true);
  await insert('HOME_CARE', false, false);
  await insert('SOCIAL_WORKER', true, true);
  await insert('SOCIAL_WORKER', false, true);
  await expect(insert('NURSE', true, true)).rejects.toThrow('care_worker_role');
  await expect(insert('HOME_CARE', true, true, newId('410102'))).rejects.toThrow('care_worker_id_home');
  expect([
    ...(await sql`select metric, sum(amount) as amount from tally where division_code = '410100' group by 1 order by 1`),
  ]).toEqual([
    { metric: 'care_workers:HOME_CARE', amount: 2 },
    { metric: 'care_workers:SOCIAL_WORKER', amount: 2 },
    { metric: 'care_workers_on_duty', amount: 1 },
    { metric: 'certified_social_workers', amount: 1 },
  ]);
  await drop();
});

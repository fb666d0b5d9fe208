import { developmentKeyring, Keyring } from '@district-graph/kit/encryption/keyring';
import type { Scope } from '@district-graph/kit/identity/roles';
import { encryptCursor } from '@district-graph/kit/pagination/cursors';
import { elderId } from '@district-graph/kit/seed/synthetic-city';
import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { type Elder, encryptedElder } from './tables.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

const id = elderId('410105001003', 0);

it('masks all personal data', async () => {
  const [stored] = await care.sql<Elder[]>`select * from elder where id = ${id}`;
  const decrypted = (name: 'phone' | 'address' | 'idNumber') =>
    stored && encryptedElder.decrypt(developmentKeyring, stored, name);
  const { data } = await care.request(
    'query ($id: ID!) { elder(id: $id) { name idNumber phone address birthDate abilityLevel livingArrangement careMode careInstitution { id } division { code } emergencyContacts { name phone } assessments(first: 5) { nodes { score level } } } }',
    { id },
  );
  const { elder } = data;
  expect(elder).toMatchObject({
    abilityLevel: null,
    livingArrangement: null,
    careMode: null,
    careInstitution: null,
  });
  expect(elder.division).toEqual({ code: '410105001' });
  expect(elder.name).toMatch(/^.\*+$/);
  expect(elder.idNumber).toMatch(/^\d{6}\*{8}\d{3}\*$/);
  expect(elder.phone).toMatch(/^\d{3}\*{4}\d{4}$/);
  expect(elder.birthDate).toMatch(/^\d{4}$/);
  for (const contact of elder.emergencyContacts)
    expect(contact).toEqual({
      name: expect.stringMatching(/^.\*+$/),
      phone: expect.stringContaining('****'),
    });
  for (const assessment of elder.assessments.nodes) expect(assessment).toEqual({ score: null, level: null });
  const secrets = [
    stored?.name,
    stored?.birthDate,
    decrypted('phone'),
    decrypted('address'),
    decrypted('idNumber'),
  ];
  for (const secret of secrets) {
    expect(secret).toBeTruthy();
    expect(JSON.stringify(data)).not.toContain(secret);
  }
});

it('takes one statement for any number of elders, and answers null for unknown ones', async () => {
  const ids = [
    id,
    elderId('410105001003', 1),
    elderId('410102001002', 0),
    '01a1fc14-c3c1-7069-9f9c-1d318defd1fc',
    'x',
  ];
  care.statements();
  const { data } = await care.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Elder { id } } }',
    { r: ids.map((each) => ({ __typename: 'Elder', id: each })) },
  );
  expect(data._entities.map((elder: { id: string } | null) => elder?.id ?? null)).toEqual([
    ...ids.slice(0, 3),
    null,
    null,
  ]);
  expect(care.statements()).toHaveLength(1);
});

describe('the tables', () => {
  it('keep rollups that equal a recount', async () => {
    expect(await care.sql`select * from tally_recount()`).toEqual([]);
  });

  it('count a household while a member receives care at home', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const household = '014aa2ca-b000-7069-8000-000000000001';
    const count = async () => {
      const rows =
        await sql`select coalesce(sum(amount), 0) as amount from tally where division_code = '410105' and metric = 'home_care_households'`;
      return rows[0]?.amount;
    };
    await sql`insert into household (id, division_code) values (${household}, '410105001003')`;
    expect(await count()).toBe(0);
    await insertElder(sql, {
      id,
      divisionCode: '410105001003',
      householdId: household,
      careMode: 'HOME',
    });
    expect(await count()).toBe(1);
    await sql`update elder set care_mode = null`;
    expect(await count()).toBe(0);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await drop();
  });

  it('refuse a key of another district, and care at home without a household', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const insert = (division: string, mode: 'HOME' | null) =>
      insertElder(sql, { id, divisionCode: division, careMode: mode });
    await expect(insert('410102001002', null)).rejects.toThrow('elder_id_home');
    await expect(insert('410105001003', 'HOME')).rejects.toThrow('elder_household');
    await drop();
  });
});

const community = '410105007003';

describe('lists of people by community', () => {
  const lists = [
    ['elders', `elders(within: "${community}") { nodes { id } }`],
    [
      'careVisits',
      `careVisits(within: "${community}", period: { from: "2026-01-01", to: "2026-12-31" }) { nodes { id } }`,
    ],
  ] as const;

  const listerWith = (scopes: Scope[], divisions: string[], purpose?: string) =>
    headersOf(
      { sub: 'lister', roles: ['care-worker'], scopes: ['elder:read', 'visit:read', ...scopes], divisions },
      purpose,
    );

  it.each(lists)(
    '%s require the scope to identify people there and a purpose; the refusal says what to query instead',
    async (name, list) => {
      const partner = (scopes: Scope[], divisions: string[]) =>
        headersOf(
          { roles: ['partner-bureau'], scopes: ['elder:read', 'visit:read', ...scopes], divisions },
          'CARE',
        );
      for (const headers of [
        await partner([], ['410100']),
        await partner(['elder:identify'], ['410102']),
        await listerWith([], ['410105']),
      ]) {
        const { data, errors } = await care.request(`{ ${list} }`, {}, headers);
        expect(data?.[name] ?? null).toBeNull();
        expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      }
      const { errors: refused } = await care.request(`{ ${list} }`, {}, await listerWith([], ['410105']));
      expect(refused?.[0]?.message).toMatch(/410105007。.*elder:identify.*x-purpose.*410105007 instead\.$/);
      const { errors, data } = await care.request(
        `{ ${list} }`,
        {},
        await listerWith([], ['410105'], 'CARE'),
      );
      expect(errors).toBeUndefined();
      expect(data[name].nodes.length).toBeGreaterThan(0);
    },
  );

  it.each(lists)('%s tell nothing, not even how many there are, but on record', async (name, list) => {
    const counted = list.replace('{ nodes { id } }', '{ totalCount }');
    const { errors } = await care.request(`{ ${counted} }`, {}, await listerWith([], ['410105']));
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const sub = `counting-${name}`;
    const headers = await headersOf({ sub, roles: ['care-worker'], divisions: ['410105'] }, 'CARE');
    const { data } = await care.request(`{ ${list.replace(')', ', first: 2)')} }`, {}, headers);
    const people = await care.sql<{ id: string }[]>`
      select distinct coalesce(v.elder_id, k.id) as id
      from unnest(${data[name].nodes.map((node: { id: string }) => node.id)}::uuid[]) k(id)
      left join care_visit v on v.id = k.id`;
    await care.recorded();
    const records = await care.sql`
      select subject_type, subject_id, fields, purpose from access_record where viewer = ${sub} order by subject_id`;
    expect(records).toEqual(
      people
        .map((person) => person.id)
        .sort()
        .map((subjectId) => ({ subjectType: 'Elder', subjectId, fields: ['division'], purpose: 'CARE' })),
    );
    expect(records.length).toBeGreaterThan(0);
  });

  it('are not disclosed by the order: within a subdistrict it is that of the keys', async () => {
    const ids: string[] = [];
    for (let after: string | null = null; ids.length < 250; ) {
      const { data } = await care.request(
        'query ($after: String) { elders(within: "410105007", first: 100, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }',
        { after },
      );
      ids.push(...data.elders.nodes.map(({ id: each }: { id: string }) => each));
      if (!data.elders.pageInfo.hasNextPage) break;
      after = data.elders.pageInfo.endCursor;
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    const rows = await care.sql<{ divisionCode: string }[]>`
      select division_code from elder where id = any(${ids}::uuid[]) order by id`;
    const codes = rows.map(({ divisionCode }) => divisionCode);
    expect(codes).not.toEqual(codes.toSorted());
  });
});

describe('the cursors of a list of people', () => {
  const page = (after: string) =>
    care.request(
      'query ($after: String) { elders(within: "410105007", first: 2, after: $after) { nodes { id } } }',
      { after },
    );

  it('tell no division and no key, and are taken again by another replica', async () => {
    const { data } = await care.request(
      '{ elders(within: "410105007", first: 2) { edges { cursor node { id } } pageInfo { startCursor endCursor } } }',
    );
    const [first, second] = data.elders.edges;
    expect(data.elders.pageInfo).toEqual({ startCursor: first.cursor, endCursor: second.cursor });
    const bytes = Buffer.from(second.cursor.split('.')[1], 'base64url').toString('latin1');
    expect(bytes).not.toMatch(/elders|410105/);
    const replica = await testSubgraph(subgraph);
    const again = await replica.request(
      'query ($after: String) { elders(within: "410105007", first: 2, after: $after) { nodes { id } } }',
      { after: first.cursor },
    );
    await replica.stop();
    expect(again.data.elders.nodes[0]).toEqual(second.node);
  });

  it.each([
    ['in plain', () => JSON.stringify(['elders', '410105007', id])],
    ['in base64', () => Buffer.from(JSON.stringify(['elders', '410105007', id])).toString('base64url')],
    [
      'of another list',
      () => encryptCursor(developmentKeyring, JSON.stringify(['careWorkers', '410105007', id])),
    ],
    [
      'made with another key',
      () =>
        encryptCursor(
          new Keyring(new Map([['development', Buffer.alloc(32)]])),
          JSON.stringify(['elders', '410105007', id]),
        ),
    ],
  ])('are refused %s', async (_what, cursor) => {
    expect((await page(cursor())).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_CURSOR',
      argument: 'after',
    });
  });
});

it('decrypts no value in the place of another', async () => {
  const { url, sql, drop } = await emptyDatabase(subgraph);
  const other = elderId('410105001003', 1);
  for (const [key, phone] of [
    [id, '00000000001'],
    [other, '00000000002'],
  ] as const)
    await insertElder(sql, { id: key, divisionCode: '410105001003', phone });
  await sql`update elder e set phone = o.phone from elder o where e.id = ${id} and o.id = ${other}`;
  const server = await testSubgraph(subgraph, url);
  const { data, errors } = await server.request(
    'query ($id: ID!, $other: ID!) { one: elder(id: $id) { id phone } other: elder(id: $other) { phone } }',
    { id, other },
  );
  expect(data).toEqual({ one: { id, phone: null }, other: { phone: '000****0002' } });
  expect(errors).toMatchObject([{ path: ['one', 'phone'] }]);
  expect(JSON.stringify(errors)).not.toContain('00000000002');
  await server.stop();
  await drop();
});

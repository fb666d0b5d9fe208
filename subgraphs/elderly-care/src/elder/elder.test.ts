import { developmentKeyring } from '@district-graph/kit/keyring';
import { elderId } from '@district-graph/kit/synthetic-city';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { type Elder, sealedElder } from './tables.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

const id = elderId('410105001003', 0);

it('masks everything about a person', async () => {
  const [sealed] = await care.sql<Elder[]>`select * from elder where id = ${id}`;
  const told = (name: 'phone' | 'address' | 'idNumber') =>
    sealed && sealedElder.open(developmentKeyring, sealed, name);
  const { data } = await care.query(
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
  expect(elder.idNumber).toMatch(/^\d{6}\*{8}.{4}$/);
  expect(elder.phone).toMatch(/^\d{3}\*{4}\d{4}$/);
  expect(elder.birthDate).toMatch(/^\d{4}$/);
  for (const contact of elder.emergencyContacts)
    expect(contact).toEqual({
      name: expect.stringMatching(/^.\*+$/),
      phone: expect.stringContaining('****'),
    });
  for (const assessment of elder.assessments.nodes) expect(assessment).toEqual({ score: null, level: null });
  const secrets = [sealed?.name, sealed?.birthDate, told('phone'), told('address'), told('idNumber')];
  for (const secret of secrets) {
    expect(secret).toBeTruthy();
    expect(JSON.stringify(data)).not.toContain(secret);
  }
});

it('takes one statement for any number of elders, and null for who is unknown', async () => {
  const ids = [
    id,
    elderId('410105001003', 1),
    elderId('410102001002', 0),
    '01a1fc14-c3c1-7069-9f9c-1d318defd1fc',
    'x',
  ];
  care.statements();
  const { data } = await care.query(
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
  it('keep tallies that equal a recount', async () => {
    expect(await care.sql`select * from tally_recount()`).toEqual([]);
  });

  it('count a household while somebody in it receives care at home', async () => {
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

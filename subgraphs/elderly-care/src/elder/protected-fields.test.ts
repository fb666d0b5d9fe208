// What a mutation reveals of masked fields.
import { newId } from '@district-graph/kit/database/ids';
import { headersOf, trusted } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { checkDigitOf } from './id-number.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, { Elder: 'id version' });
});
afterAll(() => server.stop());

const community = '410105007003';
const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
let serial = 0;
function person() {
  serial += 1;
  const digits = `41010519400101${String(serial).padStart(3, '0')}`;
  return {
    divisionCode: community,
    name: '示例老人',
    idNumber: `${digits}${checkDigitOf(digits)}`,
    phone: '00000000001',
    address: '郑州市金水区南阳路街道 示例路 1 号',
    livingArrangement: 'ALONE',
  };
}
const caring = { ...trusted, 'x-purpose': 'CARE' };
const register = async (input = {}) =>
  (await server.write('registerElder', { ...person(), ...input }, caring)).result as { id: string };
const kept = async (id: string) => {
  const [row] = await server.sql`select * from elder where id = ${id}`;
  return row;
};
const institution = async (beds: number, divisionCode = community) => {
  const id = newId(divisionCode);
  await server.sql`insert into care_institution (id, division_code, name, kind, beds, phone, opened_on, longitude, latitude)
    values (${id}, ${divisionCode}, '示例', 'PRIVATE_HOME', ${beds}, '0371-0', '2020-01-01', 113.68, 34.79)`;
  return id;
};

it('an elder may live in an institution of another district, and stays registered where they were', async () => {
  const careInstitutionId = await institution(1, '410102001002');
  const headers = await headersOf({ roles: ['care-manager'], divisions: ['410105'] }, 'CARE');
  const { id: elderId } = await register();
  const placement = { elderId, version: 1, careMode: 'INSTITUTION', careInstitutionId };
  expect((await server.write('updateElder', placement, headers)).result.__typename).toBe('Elder');
  expect(await kept(elderId)).toMatchObject({ careInstitutionId, divisionCode: community });
});

describe('data that is shown for a purpose only', () => {
  const managers = (input: object) => headersOf({ roles: ['care-manager'], divisions: ['410105'], ...input });
  const atHome = () => register({ careMode: 'HOME' });
  const inInstitution = async () =>
    register({ careMode: 'INSTITUTION', careInstitutionId: await institution(1) });

  it('is not revealed by refusals of a placement without one: each is refused alike, and recorded', async () => {
    const headers = await managers({ sub: 'guesser' });
    const elders = [await atHome(), await inInstitution(), await register()];
    const full = (await kept(elders[1]?.id ?? ''))?.careInstitutionId;
    for (const placement of [
      { careInstitutionId: unknown },
      { careInstitutionId: null },
      { careMode: 'INSTITUTION', careInstitutionId: full },
      { careMode: 'INSTITUTION' },
      { careMode: 'HOME', sameHouseholdAs: elders[0]?.id },
    ])
      for (const { id: elderId } of elders) {
        const { code, result } = await server.write(
          'updateElder',
          { elderId, version: 1, ...placement },
          headers,
        );
        expect([code, result], JSON.stringify(placement)).toEqual(['FORBIDDEN', null]);
        expect(await kept(elderId)).toMatchObject({ version: 1 });
      }
    await server.recorded();
    const records = await server.sql`
      select outcome, fields from access_record where viewer = 'guesser' and subject_id = any(${elders.map(({ id }) => id)})`;
    expect(records).toHaveLength(15);
    for (const { outcome, fields } of records) expect([outcome, fields]).toEqual(['REFUSED', ['careMode']]);
  });

  it('is not revealed by a shared household: naming it needs the purpose', async () => {
    const headers = await managers({ sub: 'neighbour' });
    const [home, other] = [await atHome(), await inInstitution()];
    for (const { id: sameHouseholdAs } of [home, other])
      for (const divisionCode of [community, '410105007004']) {
        const input = { ...person(), divisionCode, careMode: 'HOME', sameHouseholdAs };
        expect((await server.write('registerElder', input, headers)).code).toBe('FORBIDDEN');
      }
    const purpose = await headersOf(
      { sub: 'neighbour', roles: ['care-manager'], divisions: ['410105'] },
      'CARE',
    );
    const input = { ...person(), careMode: 'HOME', sameHouseholdAs: home.id };
    expect((await server.write('registerElder', input, purpose)).result.__typename).toBe('Elder');
    const [given] = await server.sql`
      select array_agg(f order by f) as fields from access_record, unnest(fields) f
      where viewer = 'neighbour' and outcome = 'GIVEN' and subject_id = ${home.id}`;
    expect(given?.fields).toEqual(['careMode', 'division']);
  });

  it('is not revealed by versions: every masked field in an edit counts as changed', async () => {
    const { id: elderId } = await register();
    const same = { ...person(), idNumber: undefined };
    let version = 1;
    for (const field of ['livingArrangement', 'name', 'phone', 'address', 'divisionCode'] as const) {
      const { result } = await server.write('updateElder', { elderId, version, [field]: same[field] });
      version += 1;
      expect([field, result.version]).toEqual([field, version]);
    }
    expect((await server.write('updateElder', { elderId, version })).result.version).toBe(version);
  });

  it('is recorded where an entered number is already registered', async () => {
    const input = person();
    const { result } = await server.write('registerElder', input);
    const headers = await managers({ sub: 'trier' });
    expect((await server.write('registerElder', input, headers)).result.__typename).toBe(
      'ElderAlreadyRegistered',
    );
    await server.recorded();
    const records =
      await server.sql`select subject_id, outcome, fields from access_record where viewer = 'trier'`;
    expect(records).toEqual([{ subjectId: result.id, outcome: 'REFUSED', fields: ['registerElder'] }]);
  });

  it('is not revealed outside of the viewer’s divisions by a shared household', async () => {
    const elsewhere = await register({ careMode: 'HOME' });
    const alone = await register();
    const mine = await register({ divisionCode: '410105001003' });
    const headers = await headersOf({ roles: ['care-manager'], divisions: ['410105001'] });
    for (const divisionCode of [community, '410105007004', undefined])
      for (const sameHouseholdAs of [elsewhere.id, alone.id]) {
        const input = { elderId: mine.id, version: 1, divisionCode, careMode: 'HOME', sameHouseholdAs };
        expect((await server.write('updateElder', input, headers)).code).toBe('FORBIDDEN');
        const another = { ...person(), divisionCode: community, careMode: 'HOME', sameHouseholdAs };
        expect((await server.write('registerElder', another, headers)).code).toBe('FORBIDDEN');
      }
    expect(await eventsOf(server, mine.id)).toHaveLength(1);
  });
});

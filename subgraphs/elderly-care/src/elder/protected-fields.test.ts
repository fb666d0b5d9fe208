// What a mutation reveals of masked fields.
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { community, type ElderSubgraph, elderSubgraph, person, unknownId } from './testing.ts';

let server: ElderSubgraph;
beforeAll(async () => {
  server = await elderSubgraph({ Elder: 'id version' });
});
afterAll(() => server.stop());

it('an elder may live in an institution of another district, and stays registered where they were', async () => {
  const careInstitutionId = await server.insertInstitution(1, '410102001002');
  const headers = await headersOf({ roles: ['care-manager'], divisions: ['410105'] }, 'CARE');
  const { id: elderId } = await server.register();
  const placement = { elderId, version: 1, careMode: 'INSTITUTION', careInstitutionId };
  expect((await server.write('updateElder', placement, headers)).result.__typename).toBe('Elder');
  expect(await server.storedElder(elderId)).toMatchObject({ careInstitutionId, divisionCode: community });
});

describe('data that is shown for a purpose only', () => {
  const managers = (input: object) => headersOf({ roles: ['care-manager'], divisions: ['410105'], ...input });
  const atHome = () => server.register({ careMode: 'HOME' });
  const inInstitution = async () =>
    server.register({ careMode: 'INSTITUTION', careInstitutionId: await server.insertInstitution(1) });

  it('is not revealed by refusals of a placement without one: each is refused alike, and recorded', async () => {
    const headers = await managers({ sub: 'guesser' });
    const elders = [await atHome(), await inInstitution(), await server.register()];
    const full = (await server.storedElder(elders[1]?.id ?? ''))?.careInstitutionId;
    for (const placement of [
      { careInstitutionId: unknownId },
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
        expect(await server.storedElder(elderId)).toMatchObject({ version: 1 });
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
    const { id: elderId } = await server.register();
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
    const elsewhere = await server.register({ careMode: 'HOME' });
    const alone = await server.register();
    const mine = await server.register({ divisionCode: '410105001003' });
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

import { today } from '@district-graph/kit/calendar';
import { newId } from '@district-graph/kit/database/ids';
import { type Bearer, headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    CareInstitution:
      'id name kind beds status closedOn version location { longitude latitude } serviceCentre { id }',
    ServiceCentreOccupied: 'message careInstitution { id }',
    CareInstitutionOccupied: 'message residentsCount',
    VersionConflict: 'message current seen',
    InvalidTransition: 'message from to',
  });
});
afterAll(() => server.stop());

const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
const community = '410105007003';
const location = { longitude: 113.68, latitude: 34.79 };
const home = {
  divisionCode: community,
  name: '示例养老院',
  kind: 'PRIVATE_HOME',
  beds: 2,
  phone: '0371-00012345',
  openedOn: '2020-01-01',
  location,
};
const register = (input = {}) => server.write('registerCareInstitution', { ...home, ...input });
const registered = async (input = {}) => (await register(input)).result.id as string;
const moveIn = (institution: string) =>
  insertElder(server.sql, {
    id: newId(community),
    divisionCode: community,
    careInstitutionId: institution,
    livingArrangement: 'INSTITUTION',
    careMode: 'INSTITUTION',
  });
const read = async () => {
  const { data } = await server.request(
    `query ($at: GeoPointInput!) {
      careInstitutions(within: "410105", first: 100) { totalCount nodes { id } }
      careInstitutionsNear(at: $at, withinMetres: 1000, first: 100) { careInstitution { id } }
      _entities(representations: [{ __typename: "Division", code: "410105" }]) { ... on Division { elderlyCare { privateHomes institutionBeds } } }
    }`,
    { at: location },
  );
  const { careInstitutions, careInstitutionsNear, _entities } = data;
  return {
    total: careInstitutions.totalCount,
    listed: careInstitutions.nodes.map(({ id }: { id: string }) => id),
    near: careInstitutionsNear.map((found: { careInstitution: { id: string } }) => found.careInstitution.id),
    ..._entities[0].elderlyCare,
  };
};

describe('a care institution', () => {
  it('is registered, edited and closed, with an event for each; closed ones leave lists and counts', async () => {
    const before = await read();
    const id = await registered();
    const open = await read();
    expect(open).toMatchObject({ total: before.total + 1, institutionBeds: before.institutionBeds + 2 });
    expect(open.near).toContain(id);
    const edited = await server.write('updateCareInstitution', {
      careInstitutionId: id,
      version: 1,
      beds: 5,
      location: { longitude: 113.7, latitude: 34.8 },
    });
    expect(edited.result).toMatchObject({
      beds: 5,
      version: 2,
      location: { longitude: 113.7, latitude: 34.8 },
    });
    const closed = await server.write('closeCareInstitution', { careInstitutionId: id });
    expect(closed.result).toMatchObject({ status: 'CLOSED', closedOn: today() });
    expect(await read()).toEqual(before);
    expect(await eventsOf(server, id)).toEqual([
      { action: 'registerCareInstitution', fromStatus: null, toStatus: 'OPEN' },
      { action: 'updateCareInstitution', fromStatus: 'OPEN', toStatus: 'OPEN' },
      { action: 'closeCareInstitution', fromStatus: 'OPEN', toStatus: 'CLOSED' },
    ]);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
    const { data } = await server.request(`{ careInstitution(id: "${id}") { status } }`);
    expect(data.careInstitution).toEqual({ status: 'CLOSED' });
  });

  it('is the only one in its service centre, also with concurrent registrations, until it is closed', async () => {
    const serviceCentreId = newId(community);
    const answers = await Promise.all(Array.from({ length: 5 }, () => register({ serviceCentreId })));
    const [first, ...others] = answers
      .map(({ result }) => result)
      .sort((one, other) => one.__typename.localeCompare(other.__typename));
    expect(first).toMatchObject({ __typename: 'CareInstitution', serviceCentre: { id: serviceCentreId } });
    for (const other of others)
      expect(other).toMatchObject({ __typename: 'ServiceCentreOccupied', careInstitution: { id: first.id } });
    expect(others[0].message).toMatch(/\p{Script=Han}/u);
    await server.write('closeCareInstitution', { careInstitutionId: first.id });
    const ofCentre = async () => {
      const { data } = await server.request(
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on ServiceCentre { careInstitution { id } } } }',
        { r: [{ __typename: 'ServiceCentre', id: serviceCentreId }] },
      );
      return data._entities[0].careInstitution;
    };
    expect(await ofCentre()).toBeNull();
    const next = await registered({ serviceCentreId });
    expect(await ofCentre()).toEqual({ id: next });
  });

  it('does not show the number of residents to viewers without exact counts there', async () => {
    const careInstitutionId = await registered();
    await moveIn(careInstitutionId);
    const close = async (bearer: Bearer) =>
      (await server.write('closeCareInstitution', { careInstitutionId }, await headersOf(bearer))).result;
    const withheld = {
      __typename: 'CareInstitutionOccupied',
      message:
        '该养老机构尚有老人入住，请先安置。 Elderly people live in the care institution; find them another place to live first.',
      residentsCount: null,
    };
    const scoped: Bearer = { scopes: ['institution:write'] };
    expect(await close(scoped)).toEqual(withheld);
    const edits = { careInstitutionId, version: 1, beds: 0 };
    const edited = await server.write('updateCareInstitution', edits, await headersOf(scoped));
    expect(edited.result).toEqual(withheld);
    expect(await close({ roles: ['care-manager'] })).toMatchObject({
      residentsCount: 1,
      message: expect.stringContaining('尚有 1 位老人入住'),
    });
    await server.sql`delete from elder`;
  });

  it('keeps beds for its residents, and is not closed while it has any', async () => {
    const careInstitutionId = await registered();
    await moveIn(careInstitutionId);
    await moveIn(careInstitutionId);
    const fewer = await server.write('updateCareInstitution', { careInstitutionId, version: 1, beds: 1 });
    expect(fewer.result).toMatchObject({ __typename: 'CareInstitutionOccupied', residentsCount: 2 });
    const closed = await server.write('closeCareInstitution', { careInstitutionId });
    expect(closed.result).toMatchObject({ __typename: 'CareInstitutionOccupied', residentsCount: 2 });
    expect(closed.result.message).toMatch(/\p{Script=Han}/u);
    await server.sql`delete from elder`;
    expect((await server.write('closeCareInstitution', { careInstitutionId })).result.status).toBe('CLOSED');
    const again = await server.write('closeCareInstitution', { careInstitutionId });
    expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED', to: 'CLOSED' });
    const edited = await server.write('updateCareInstitution', { careInstitutionId, version: 2, beds: 3 });
    expect(edited.result.__typename).toBe('CareInstitutionClosed');
    expect(await eventsOf(server, careInstitutionId)).toHaveLength(2);
  });

  it('is not edited from an old version', async () => {
    const careInstitutionId = await registered();
    await server.write('updateCareInstitution', { careInstitutionId, version: 1, name: '示例甲' });
    const { result } = await server.write('updateCareInstitution', {
      careInstitutionId,
      version: 1,
      name: '示例乙',
    });
    expect(result).toMatchObject({ __typename: 'VersionConflict', current: 2, seen: 1 });
  });

  it('is refused with invalid input', async () => {
    for (const wrong of [
      { name: '' },
      { beds: -1 },
      { phone: 'x' },
      { divisionCode: 'x' },
      { serviceCentreId: 'x' },
      { location: { longitude: 34.79, latitude: 113.68 } },
      { location: { longitude: 116.4, latitude: 39.9 } },
    ])
      expect((await register(wrong)).code, JSON.stringify(wrong)).toBe('BAD_USER_INPUT');
    const careInstitutionId = await registered();
    for (const closedOn of ['2019-12-31', '2999-01-01'])
      expect((await server.write('closeCareInstitution', { careInstitutionId, closedOn })).code).toBe(
        'BAD_USER_INPUT',
      );
    for (const action of ['updateCareInstitution', 'closeCareInstitution']) {
      const version = action === 'updateCareInstitution' ? { version: 1 } : {};
      expect((await server.write(action, { careInstitutionId: unknown, ...version })).code).toBe(
        'NO_SUCH_RECORD',
      );
    }
  });
});

import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  community,
  unknownId,
  type VolunteerSubgraph,
  volunteerSubgraph,
} from '../volunteer-participation/testing.ts';

let server: VolunteerSubgraph;
beforeAll(async () => {
  server = await volunteerSubgraph();
});
afterAll(() => server.stop());

const team = {
  divisionCode: '410105007',
  name: '示例志愿服务队',
  kind: 'RESIDENT',
  foundedOn: '2015-03-05',
};
const register = async (input = {}) =>
  (await server.write('registerVolunteerTeam', { ...team, ...input })).result;
const listed = async (kind = '') => {
  const { data } = await server.request(
    `{ volunteerTeams(within: "410105" ${kind}) { totalCount nodes { id } } }`,
  );
  expect(data.volunteerTeams.nodes).toHaveLength(data.volunteerTeams.totalCount);
  return data.volunteerTeams.nodes.map((node: { id: string }) => node.id);
};

describe('a team of volunteers', () => {
  it('is registered, edited and disbanded, with an event for each, and is no longer listed', async () => {
    const { id: volunteerTeamId } = await register();
    const edit = { volunteerTeamId, version: 1, name: '新名称', kind: 'YOUTH' };
    expect((await server.write('updateVolunteerTeam', edit)).result).toMatchObject({
      version: 2,
      name: '新名称',
      kind: 'YOUTH',
    });
    expect(await listed()).toEqual([volunteerTeamId]);
    expect(await listed('kind: YOUTH')).toEqual([volunteerTeamId]);
    expect(await listed('kind: WOMEN')).toEqual([]);
    const disband = { volunteerTeamId, closedOn: '2024-01-01' };
    expect((await server.write('disbandVolunteerTeam', disband)).result).toMatchObject({
      status: 'DISBANDED',
      disbandedOn: '2024-01-01',
    });
    expect(await listed()).toEqual([]);
    expect(await eventsOf(server, volunteerTeamId)).toEqual([
      { action: 'registerVolunteerTeam', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateVolunteerTeam', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'disbandVolunteerTeam', fromStatus: 'ACTIVE', toStatus: 'DISBANDED' },
    ]);
    expect(await server.recount()).toEqual([]);
  });

  it('is not edited from an old version nor once disbanded, and disbanded once', async () => {
    const { id: volunteerTeamId } = await register();
    const edits = ['甲', '乙', '丙'].map((name) =>
      server.write('updateVolunteerTeam', { volunteerTeamId, version: 1, name }),
    );
    const types = (await Promise.all(edits)).map(({ result }) => result.__typename);
    expect(types.sort()).toEqual(['VersionConflict', 'VersionConflict', 'VolunteerTeam']);
    const ends = await Promise.all(
      [1, 2].map(() => server.write('disbandVolunteerTeam', { volunteerTeamId })),
    );
    expect(ends.map(({ result }) => result.__typename).sort()).toEqual([
      'InvalidTransition',
      'VolunteerTeam',
    ]);
    const late = await server.write('updateVolunteerTeam', { volunteerTeamId, version: 3, name: '丁' });
    expect(late.result).toMatchObject({ __typename: 'InvalidTransition', from: 'DISBANDED' });
  });

  it('takes no members and no services once disbanded', async () => {
    const { id: volunteerTeamId } = await register();
    await server.write('disbandVolunteerTeam', { volunteerTeamId });
    const volunteerId = await server.register();
    const joined = await server.write('joinVolunteerTeam', { volunteerId, volunteerTeamId });
    expect(joined.result).toMatchObject({ __typename: 'VolunteerTeamDisbanded' });
    const planned = await server.write('planVolunteerService', {
      divisionCode: community,
      volunteerTeamId,
      title: '示例',
      kind: 'PUBLICITY',
      place: '示例',
      startsAt: '2060-01-01T09:00:00+08:00',
      endsAt: '2060-01-01T10:00:00+08:00',
      places: 1,
    });
    expect(planned.result).toMatchObject({ __typename: 'VolunteerTeamDisbanded' });
  });

  it('is refused with invalid input', async () => {
    for (const change of [
      { name: ' ' },
      { foundedOn: '2999-01-01' },
      { serviceCentreId: 'x' },
      { divisionCode: 'x' },
    ])
      expect((await server.write('registerVolunteerTeam', { ...team, ...change })).code).toBe(
        'BAD_USER_INPUT',
      );
    const { id: volunteerTeamId } = await register();
    const early = { volunteerTeamId, closedOn: '2015-03-04' };
    expect((await server.write('disbandVolunteerTeam', early)).code).toBe('BAD_USER_INPUT');
    const missing = { volunteerTeamId: unknownId, version: 1 };
    expect((await server.write('updateVolunteerTeam', missing)).code).toBe('NO_SUCH_RECORD');
  });
});

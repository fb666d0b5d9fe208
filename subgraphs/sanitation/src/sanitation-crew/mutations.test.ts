import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    SanitationCrew: 'id name phone leaderName workersOnDuty disbandedOn version',
    SanitationVehicle: 'id',
    CrewHasVehicles: 'message vehicles',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const location = { longitude: 113.68, latitude: 34.79 };
const recount = () => server.sql`select * from tally_recount()`;
const crew = {
  divisionCode: '410105',
  name: '示例班组',
  phone: '0371-00000000',
  leaderName: '张示例',
  workersOnDuty: 8,
};
const inJinshui = async () =>
  (await server.request('{ sanitationCrews(within: "410105") { totalCount nodes { id } } }')).data
    .sanitationCrews;
const register = (input: Record<string, unknown>, plateNumber: string) =>
  server.write('registerSanitationVehicle', {
    divisionCode: '410105',
    kind: 'SWEEPER',
    onDuty: true,
    location,
    plateNumber,
    ...input,
  });

describe('a crew', () => {
  it('is registered, edited and disbanded; a disbanded one is neither listed nor counted', async () => {
    const { result } = await server.write('registerSanitationCrew', crew);
    expect(result).toMatchObject({ name: '示例班组', disbandedOn: null, version: 1 });
    // Answers mask it, also those of mutations.
    expect(result.leaderName).not.toContain('示例');
    const crewId = result.id;
    const edited = await server.write('updateSanitationCrew', {
      crewId,
      version: 1,
      workersOnDuty: 12,
      leaderName: '李示例',
    });
    expect(edited.result).toMatchObject({ workersOnDuty: 12, version: 2 });
    expect(await inJinshui()).toEqual({ totalCount: 1, nodes: [{ id: crewId }] });
    const disbanded = await server.write('disbandSanitationCrew', { crewId });
    expect(disbanded.result.disbandedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(await inJinshui()).toEqual({ totalCount: 0, nodes: [] });
    expect(await eventsOf(server, crewId)).toEqual([
      { action: 'registerSanitationCrew', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateSanitationCrew', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'disbandSanitationCrew', fromStatus: 'ACTIVE', toStatus: 'DISBANDED' },
    ]);
    const details =
      await server.sql`select detail::text as detail from change_event where entity_id = ${crewId} order by sequence`;
    expect(JSON.stringify(details)).not.toContain('李示例');
    expect(details.map(({ detail }) => JSON.parse(detail).changed?.sort())).toEqual([
      undefined,
      ['leaderName', 'workersOnDuty'],
      undefined,
    ]);
    for (const [action, input] of [
      ['updateSanitationCrew', { crewId, version: 3 }],
      ['disbandSanitationCrew', { crewId }],
    ] as const)
      expect((await server.write(action, input)).result).toMatchObject({
        __typename: 'InvalidTransition',
        from: 'DISBANDED',
      });
    expect(await recount()).toHaveLength(0);
  });

  it('is not disbanded while it has vehicles, also when it gets one at the same time', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const { result } = await server.write('registerSanitationCrew', crew);
      const [vehicle, disbanded] = await Promise.all([
        register({ crewId: result.id }, `豫A·班${turn}`),
        server.write('disbandSanitationCrew', { crewId: result.id }),
      ]);
      if (vehicle.code) {
        expect(vehicle.code).toBe('BAD_USER_INPUT');
        expect(disbanded.result.__typename).toBe('SanitationCrew');
      } else expect(disbanded.result).toMatchObject({ __typename: 'CrewHasVehicles', vehicles: 1 });
    }
  });

  it('is disbanded once its vehicles are retired', async () => {
    const { result } = await server.write('registerSanitationCrew', crew);
    const { result: vehicle } = await register({ crewId: result.id }, '豫A·班废');
    expect((await server.write('disbandSanitationCrew', { crewId: result.id })).result.vehicles).toBe(1);
    await server.write('retireSanitationVehicle', { vehicleId: vehicle.id });
    expect(
      (await server.write('disbandSanitationCrew', { crewId: result.id })).result.disbandedOn,
    ).not.toBeNull();
  });

  it('is edited from its current version only, and with valid input', async () => {
    const { result } = await server.write('registerSanitationCrew', crew);
    const stale = await server.write('updateSanitationCrew', { crewId: result.id, version: 2 });
    expect(stale.result).toMatchObject({ __typename: 'VersionConflict', current: 1, seen: 2 });
    for (const input of [
      { workersOnDuty: -1 },
      { name: '' },
      { phone: '' },
      { leaderName: 'a\0' },
      { divisionCode: '1' },
    ])
      expect((await server.write('registerSanitationCrew', { ...crew, ...input })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('updateSanitationCrew', { crewId: missing, version: 1 })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await server.write('disbandSanitationCrew', { crewId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });
});

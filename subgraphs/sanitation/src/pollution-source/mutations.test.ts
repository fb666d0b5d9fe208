import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    PollutionSource: 'id name category controlMeasure closedOn version',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const location = { longitude: 113.68, latitude: 34.79 };
const recount = () => server.sql`select * from tally_recount()`;
const source = {
  divisionCode: '410105007003',
  name: '示例汽修厂',
  category: 'AUTO_REPAIR',
  address: '示例路 1 号',
  controlMeasure: '喷漆房密闭作业',
  location,
};
const inJinshui = async () =>
  (
    await server.request(
      '{ pollutionSources(within: "410105", category: AUTO_REPAIR) { totalCount nodes { id } } }',
    )
  ).data.pollutionSources;

describe('a pollution source', () => {
  it('is registered, edited and closed; a closed one is neither listed nor counted', async () => {
    const { result } = await server.write('registerPollutionSource', source);
    expect(result).toMatchObject({ name: '示例汽修厂', closedOn: null, version: 1 });
    const sourceId = result.id;
    expect(await inJinshui()).toEqual({ totalCount: 1, nodes: [{ id: sourceId }] });
    const edited = await server.write('updatePollutionSource', {
      sourceId,
      version: 1,
      controlMeasure: '停止喷漆',
    });
    expect(edited.result).toMatchObject({ category: 'AUTO_REPAIR', controlMeasure: '停止喷漆', version: 2 });
    expect((await server.write('closePollutionSource', { sourceId })).result.closedOn).not.toBeNull();
    expect(await inJinshui()).toEqual({ totalCount: 0, nodes: [] });
    expect(await eventsOf(server, sourceId)).toEqual([
      { action: 'registerPollutionSource', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updatePollutionSource', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'closePollutionSource', fromStatus: 'ACTIVE', toStatus: 'CLOSED' },
    ]);
    for (const [action, input] of [
      ['updatePollutionSource', { sourceId, version: 3 }],
      ['closePollutionSource', { sourceId }],
    ] as const)
      expect((await server.write(action, input)).result).toMatchObject({
        __typename: 'InvalidTransition',
        from: 'CLOSED',
      });
    expect(await recount()).toHaveLength(0);
  });

  it('is counted in its category, also after that changes', async () => {
    const { result } = await server.write('registerPollutionSource', source);
    await server.write('updatePollutionSource', { sourceId: result.id, version: 1, category: 'PRINTING' });
    expect((await inJinshui()).totalCount).toBe(0);
    expect(await recount()).toHaveLength(0);
  });

  it('is edited from its current version only, and with valid input', async () => {
    const { result } = await server.write('registerPollutionSource', source);
    const stale = await server.write('updatePollutionSource', { sourceId: result.id, version: 7 });
    expect(stale.result).toMatchObject({ __typename: 'VersionConflict', current: 1, seen: 7 });
    for (const input of [
      { name: '' },
      { address: 'a\0' },
      { controlMeasure: ' ' },
      { controlMeasure: '' },
      { divisionCode: '1' },
      { location: { longitude: 0, latitude: 0 } },
    ])
      expect((await server.write('registerPollutionSource', { ...source, ...input })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('closePollutionSource', { sourceId: missing })).code).toBe('NO_SUCH_RECORD');
    expect((await server.write('updatePollutionSource', { sourceId: missing, version: 1 })).code).toBe(
      'NO_SUCH_RECORD',
    );
  });
});

import { addDays, today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
let councilId: string;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Council: 'id',
    CouncilSession: 'id heldOn attendance council { id } topics { id } division { code }',
    CouncilDissolved: 'code message',
  });
  const input = { divisionCode: '410105007003', name: '示例社区协商议事会', foundedOn: '2019-05-01' };
  councilId = (await server.write('registerCouncil', input)).result.id;
});
afterAll(() => server.stop());

const record = (input = {}, headers?: Record<string, string>) =>
  server.write('recordCouncilSession', { councilId, attendance: 21, ...input }, headers);

describe('a session of a council', () => {
  it('is recorded with its event, by default of today, and counted', async () => {
    const { result } = await record();
    expect(result).toMatchObject({
      heldOn: today(),
      attendance: 21,
      council: { id: councilId },
      topics: [],
      division: { code: '410105007003' },
    });
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'recordCouncilSession', fromStatus: null, toStatus: null },
    ]);
    expect(await server.sql`select * from tally_recount()`).toEqual([]);
    const keyed = await Promise.all(Array.from({ length: 4 }, () => record({ idempotencyKey: 'session-1' })));
    expect(new Set(keyed.map((answer) => answer.result.id)).size).toBe(1);
  });

  it.each([
    ['nobody present', { attendance: 0 }],
    ['a day to come', { heldOn: addDays(today(), 1) }],
    ['a day before the council was founded', { heldOn: '2019-04-30' }],
  ])('is refused with %s', async (_what, input) => {
    expect((await record(input)).code).toBe('BAD_USER_INPUT');
  });

  it('is refused to viewers without the scope or elsewhere, of unknown councils, and of dissolved ones', async () => {
    for (const headers of [
      await headersOf({ roles: ['grid-worker'] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
    ])
      expect((await record({}, headers)).code).toBe('FORBIDDEN');
    expect((await record({ councilId: unknownId })).code).toBe('NO_SUCH_RECORD');
    await server.write('dissolveCouncil', { councilId });
    expect((await record()).result).toMatchObject({
      __typename: 'CouncilDissolved',
      code: 'COUNCIL_DISSOLVED',
    });
  });
});

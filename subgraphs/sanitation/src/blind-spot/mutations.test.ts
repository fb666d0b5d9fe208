import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    BlindSpot: 'id status place reportedAt clearedAt',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const location = { longitude: 113.68, latitude: 34.79 };
const recount = () => server.sql`select * from tally_recount()`;
const report = { divisionCode: '410105007003', place: '示例小区楼后', kind: 'GARBAGE_HEAP', location };

describe('a blind spot', () => {
  it('is reported and cleared, and counted for each', async () => {
    const { result } = await server.write('reportBlindSpot', report);
    expect(result).toMatchObject({ status: 'REPORTED', place: report.place, clearedAt: null });
    const { result: cleared } = await server.write('clearBlindSpot', { blindSpotId: result.id });
    expect(cleared).toMatchObject({ id: result.id, status: 'CLEARED' });
    expect(cleared.clearedAt >= cleared.reportedAt).toBe(true);
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'reportBlindSpot', fromStatus: null, toStatus: 'REPORTED' },
      { action: 'clearBlindSpot', fromStatus: 'REPORTED', toStatus: 'CLEARED' },
    ]);
    const { data } = await server.request(
      '{ open: blindSpots(within: "410105", status: REPORTED) { totalCount } done: blindSpots(within: "410105", status: CLEARED) { totalCount } }',
    );
    expect(data).toEqual({ open: { totalCount: 0 }, done: { totalCount: 1 } });
    expect(await recount()).toHaveLength(0);
  });

  it('is cleared once, with any number of concurrent requests', async () => {
    const { result } = await server.write('reportBlindSpot', report);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => server.write('clearBlindSpot', { blindSpotId: result.id })),
    );
    const refused = answers.filter(({ result: each }) => each.__typename === 'InvalidTransition');
    expect(refused).toHaveLength(5);
    expect(refused[0]?.result).toMatchObject({ from: 'CLEARED', to: 'CLEARED' });
    expect(await eventsOf(server, result.id)).toHaveLength(2);
  });

  it('is reported once per idempotency key', async () => {
    const input = { ...report, idempotencyKey: `k-${performance.now()}` };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.write('reportBlindSpot', input)),
    );
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
  });

  it('is refused without a place, outside the city or in an unknown division', async () => {
    for (const input of [
      { place: '' },
      { place: 'a\0' },
      { divisionCode: '4101' },
      { location: { longitude: 121.5, latitude: 31.2 } },
      { location: { longitude: 200, latitude: 31.2 } },
    ])
      expect((await server.write('reportBlindSpot', { ...report, ...input })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('clearBlindSpot', { blindSpotId: missing })).code).toBe('NO_SUCH_RECORD');
  });
});

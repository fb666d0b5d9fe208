import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { community, recountOf, registerGrids, unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
let gridId: string;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Grid: 'id',
    GridVisit: 'id kind visitedAt householdsVisited workerName note grid { id } division { code }',
    GridDissolved: 'code message',
  });
  gridId = await registerGrids(server);
});
afterAll(() => server.stop());

const visit = { kind: 'HOUSEHOLD', householdsVisited: 8, workerName: '示例人员', note: '示例记事' };
const record = (input = {}, headers?: Record<string, string>) =>
  server.write('recordGridVisit', { gridId, ...visit, ...input }, headers);

describe('a visit', () => {
  it('is recorded with its event, masked in the answer, encrypted and counted', async () => {
    const { result } = await record({ visitedAt: '2026-03-02T09:30:00+08:00' });
    expect(result).toMatchObject({
      kind: 'HOUSEHOLD',
      visitedAt: '2026-03-02T09:30:00+08:00',
      householdsVisited: 8,
      workerName: '示***',
      note: null,
      grid: { id: gridId },
      division: { code: community },
    });
    const [row] = await server.sql<{ note: string }[]>`select note from grid_visit where id = ${result.id}`;
    expect(row?.note).not.toContain('示例记事');
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'recordGridVisit', fromStatus: null, toStatus: null },
    ]);
    await record({ kind: 'SHOP', householdsVisited: 3, visitedAt: '2026-03-02T10:30:00+08:00' });
    await record({ kind: 'PUBLIC_AREA', householdsVisited: null, visitedAt: '2026-03-03T10:30:00+08:00' });
    const { data } = await server.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { community {
        gridVisitSummary(period: { from: "2026-03-02", to: "2026-03-02" }) { visits householdsVisited byKind { kind count } } } } } }`,
      { r: [{ __typename: 'Division', code: '410105' }] },
    );
    expect(data._entities[0].community.gridVisitSummary).toMatchObject({ visits: 2, householdsVisited: 8 });
    expect(await recountOf(server)).toEqual([]);
  });

  it('is recorded once per idempotency key, with any number of concurrent requests', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        record({ idempotencyKey: 'visit-1', visitedAt: '2026-03-04T09:00:00+08:00' }),
      ),
    );
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
  });

  it.each([
    ['no household', { householdsVisited: 0 }],
    ['households of a construction site', { kind: 'CONSTRUCTION_SITE' }],
    ['a time to come', { visitedAt: '2999-01-01T09:00:00+08:00' }],
    ['a blank name', { workerName: ' ' }],
    ['a note that is too long', { note: '长'.repeat(1001) }],
  ])('is refused with %s', async (_what, input) => {
    expect((await record(input)).code).toBe('BAD_USER_INPUT');
  });

  it('is refused to viewers without the scope, outside of their divisions, and of unknown grids', async () => {
    const elsewhere = await headersOf({ roles: ['grid-worker'], divisions: ['410102'] });
    expect((await record({}, elsewhere)).code).toBe('FORBIDDEN');
    expect((await record({}, await headersOf({ roles: ['community-worker'] }))).code).toBe('FORBIDDEN');
    expect((await record({ gridId: unknownId })).code).toBe('NO_SUCH_RECORD');
  });

  it('is refused once the grid is dissolved', async () => {
    await server.write('dissolveGrid', { gridId });
    expect((await record()).result).toMatchObject({ __typename: 'GridDissolved', code: 'GRID_DISSOLVED' });
  });
});

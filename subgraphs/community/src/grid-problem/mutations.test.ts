import { newId } from '@district-graph/kit/database/ids';
import { type Bearer, headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { community, location, recountOf, registerGrids, unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
let gridId: string;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Grid: 'id',
    GridVisit: 'id',
    GridProblem:
      'id kind status description handler deadline isSolvedOnTime incident { id } blindSpot { id } careVisit { id } safetyInspection { id } visit { id } solvedAt closedAt timeline { actor action note }',
    GridDissolved: 'message',
    InvalidTransition: 'message from to',
    AlreadyReferredTo: 'message gridProblem { id }',
  });
  gridId = await registerGrids(server);
});
afterAll(() => server.stop());

const acting = await headersOf({ roles: ['grid-worker'] }, 'COMMUNITY_SERVICE');
const hazard = { kind: 'SAFETY_HAZARD', description: '消防通道被占', location };
async function reported(input = {}): Promise<string> {
  const { result } = await server.write('reportGridProblem', { gridId, ...hazard, ...input });
  return result.id;
}
const handOver = (gridProblemId: string, input = {}) =>
  server.write('handOverGridProblem', { gridProblemId, handler: 'COMMUNITY', ...input });
const solve = (gridProblemId: string, input = {}) =>
  server.write('solveGridProblem', { gridProblemId, ...input });
const verify = (gridProblemId: string, passed: boolean, note?: string) =>
  server.write('verifyGridProblem', { gridProblemId, passed, note }, acting);
const cancel = (gridProblemId: string) =>
  server.write('cancelGridProblem', { gridProblemId, reason: '不是问题' });

describe('a problem', () => {
  it('goes from finding to verification, is sent back once, with an event and a timeline entry for each step', async () => {
    const id = await reported({ deadline: '2999-01-01T00:00:00+08:00' });
    await handOver(id, { note: '请清理' });
    expect((await solve(id)).result).toMatchObject({ status: 'SOLVED', isSolvedOnTime: true });
    const { result: back } = await verify(id, false, '仍被占用');
    expect(back).toMatchObject({
      status: 'HANDED_OVER',
      solvedAt: null,
      isSolvedOnTime: null,
      handler: 'COMMUNITY',
    });
    await solve(id);
    const { result } = await verify(id, true);
    expect(result).toMatchObject({ status: 'VERIFIED', closedAt: expect.any(String) });
    expect(result.timeline.map(({ action, note }: Record<string, string>) => [action, note])).toEqual([
      ['FOUND', null],
      ['HANDED_OVER', '请清理'],
      ['SOLVED', null],
      ['SENT_BACK', '仍被占用'],
      ['SOLVED', null],
      ['VERIFIED', null],
    ]);
    const step = (action: string, fromStatus: string | null, toStatus: string) => ({
      action,
      fromStatus,
      toStatus,
    });
    expect(await eventsOf(server, id)).toEqual([
      step('reportGridProblem', null, 'FOUND'),
      step('handOverGridProblem', 'FOUND', 'HANDED_OVER'),
      step('solveGridProblem', 'HANDED_OVER', 'SOLVED'),
      step('verifyGridProblem', 'SOLVED', 'HANDED_OVER'),
      step('solveGridProblem', 'HANDED_OVER', 'SOLVED'),
      step('verifyGridProblem', 'SOLVED', 'VERIFIED'),
    ]);
    expect(await recountOf(server)).toEqual([]);
  });

  it('can be cancelled until it is solved, and is then no longer counted', async () => {
    for (const steps of [[], [handOver]]) {
      const id = await reported();
      for (const step of steps) await step(id);
      expect((await cancel(id)).result.status).toBe('CANCELLED');
      expect((await solve(id)).result).toMatchObject({ __typename: 'InvalidTransition', from: 'CANCELLED' });
    }
    const solved = await reported();
    await handOver(solved);
    await solve(solved);
    expect((await cancel(solved)).result).toMatchObject({ __typename: 'InvalidTransition', from: 'SOLVED' });
    expect(await recountOf(server)).toEqual([]);
  });

  it('refuses steps out of order, and stores nothing of them', async () => {
    const id = await reported();
    expect((await solve(id)).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'FOUND',
      to: 'SOLVED',
    });
    const early = (await verify(id, false, '未办')).result;
    expect(early).toMatchObject({ __typename: 'InvalidTransition', from: 'FOUND', to: 'HANDED_OVER' });
    expect(early.message).toMatch(/\p{Script=Han}/u);
    await handOver(id);
    expect((await handOver(id)).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'HANDED_OVER',
    });
    await solve(id);
    expect((await handOver(id)).result).toMatchObject({ __typename: 'InvalidTransition', from: 'SOLVED' });
    expect(await eventsOf(server, id)).toHaveLength(3);
    expect(await server.sql`select from grid_problem_timeline where problem_id = ${id}`).toHaveLength(3);
  });

  it('takes one of several concurrent steps', async () => {
    const id = await reported();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => (index % 2 ? handOver(id) : cancel(id))),
    );
    const won = answers.filter(({ result }) => result.__typename === 'GridProblem');
    expect(
      answers.every(({ result }) => ['GridProblem', 'InvalidTransition'].includes(result.__typename)),
    ).toBe(true);
    // What was handed over can still be cancelled.
    expect(new Set(won.map(({ result }) => result.status)).size).toBe(won.length);
    expect(await eventsOf(server, id)).toHaveLength(1 + won.length);
    const second = await reported();
    const same = await Promise.all(Array.from({ length: 5 }, () => handOver(second)));
    expect(same.filter(({ result }) => result.__typename === 'GridProblem')).toHaveLength(1);
    expect(await server.sql`select from grid_problem_timeline where problem_id = ${second}`).toHaveLength(2);
  });

  it('is reported once per idempotency key', async () => {
    const input = { gridId, ...hazard, idempotencyKey: 'problem-1' };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => server.write('reportGridProblem', input)),
    );
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
    expect(await eventsOf(server, answers[0]?.result.id)).toHaveLength(1);
  });

  it.each<[string, Bearer, string]>([
    ['the bureau', { roles: ['grid-worker'], bureau: '金水区网格中心' }, '金水区网格中心'],
    ['the roles without a bureau', { roles: ['grid-worker'] }, 'grid-worker'],
    ['neither', { scopes: ['grid:write', 'grid:read'] }, '未注明单位'],
  ])('has %s in its timeline, never the subject of the token', async (_what, bearer, actor) => {
    const headers = await headersOf({ ...bearer, sub: 'zhang.san' });
    const { result } = await server.write('reportGridProblem', { gridId, ...hazard }, headers);
    expect(result.timeline.map((entry: { actor: string }) => entry.actor)).toEqual([actor]);
  });

  it('is stored with encrypted texts, and none of them is in its events or answers without a purpose', async () => {
    const { result } = await server.write('reportGridProblem', { gridId, ...hazard });
    expect(result.description).toBeNull();
    await handOver(result.id, { note: '示例说明' });
    const texts = await server.sql`
      select p.description, t.note from grid_problem p join grid_problem_timeline t on t.problem_id = p.id where p.id = ${result.id}`;
    const events = await server.sql`select detail from change_event where entity_id = ${result.id}`;
    expect(JSON.stringify([texts, events])).not.toMatch(/消防通道|示例说明/);
  });
});

describe('a problem that becomes a record elsewhere', () => {
  const key = () => newId(community);

  it('names exactly one record of its handler', async () => {
    for (const [handler, name, field] of [
      ['SANITATION', 'blindSpotId', 'blindSpot'],
      ['SECURITY', 'incidentId', 'incident'],
      ['SECURITY', 'safetyInspectionId', 'safetyInspection'],
      ['ELDERLY_CARE', 'careVisitId', 'careVisit'],
    ] as const) {
      const id = key();
      const { result } = await handOver(await reported(), { handler, [name]: id });
      expect(result).toMatchObject({ handler, [field]: { id } });
    }
    expect(await recountOf(server)).toEqual([]);
  });

  it.each([
    ['no record of sanitation', { handler: 'SANITATION' }, 'blindSpotId'],
    ['no record of security', { handler: 'SECURITY' }, 'incidentId'],
    [
      'two records of security',
      { handler: 'SECURITY', incidentId: key(), safetyInspectionId: key() },
      'safetyInspectionId',
    ],
    [
      'a record of another bureau',
      { handler: 'SECURITY', incidentId: key(), blindSpotId: key() },
      'blindSpotId',
    ],
    ['a record of a handler that has none', { handler: 'COMMUNITY', careVisitId: key() }, 'careVisitId'],
    ['what is no key', { handler: 'SANITATION', blindSpotId: 'x' }, 'blindSpotId'],
    ['a record of another district', { handler: 'SANITATION', blindSpotId: newId('410102') }, 'blindSpotId'],
  ])('is refused with %s', async (_what, input, argument) => {
    const gridProblemId = await reported();
    const { errors } = await server.request(
      'mutation ($input: HandOverGridProblemInput!) { handOverGridProblem(input: $input) { __typename } }',
      { input: { gridProblemId, ...input } },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(await eventsOf(server, gridProblemId)).toHaveLength(1);
  });

  it('is the only one that became it, also when two are handed over at once', async () => {
    const incidentId = key();
    const first = await reported();
    await handOver(first, { handler: 'SECURITY', incidentId });
    expect((await handOver(await reported(), { handler: 'SECURITY', incidentId })).result).toMatchObject({
      __typename: 'AlreadyReferredTo',
      gridProblem: { id: first },
    });
    const raced = key();
    const problems = await Promise.all([reported(), reported(), reported()]);
    const answers = await Promise.all(
      problems.map((id) => handOver(id, { handler: 'SANITATION', blindSpotId: raced })),
    );
    expect(answers.map(({ result }) => result.__typename).toSorted()).toEqual([
      'AlreadyReferredTo',
      'AlreadyReferredTo',
      'GridProblem',
    ]);
    expect(await server.sql`select from grid_problem where blind_spot_id = ${raced}`).toHaveLength(1);
  });
});

describe('a report', () => {
  it('may name the visit during which it was found, of the same grid only', async () => {
    const visit = { gridId, kind: 'PUBLIC_AREA', workerName: '示例人员' };
    const { result } = await server.write('recordGridVisit', visit);
    const { result: found } = await server.write('reportGridProblem', {
      gridId,
      ...hazard,
      visitId: result.id,
    });
    expect(found.visit).toEqual({ id: result.id });
    const other = await server.write('registerGrid', {
      gridCode: `${community}002`,
      name: '示例',
      households: 1,
    });
    const elsewhere = { gridId: other.result.id, ...hazard, visitId: result.id };
    expect((await server.write('reportGridProblem', elsewhere)).code).toBe('NO_SUCH_RECORD');
    await server.write('dissolveGrid', { gridId: other.result.id });
    const late = { gridId: other.result.id, ...hazard };
    expect((await server.write('reportGridProblem', late)).result.__typename).toBe('GridDissolved');
  });

  it.each([
    ['a blank description', { description: ' ' }],
    ['a description that is too long', { description: '长'.repeat(1001) }],
    ['a place outside of the city', { location: { longitude: 34.8, latitude: 113.7 } }],
    ['a deadline that is over', { deadline: '2020-01-01T00:00:00+08:00' }],
  ])('is refused with %s', async (_what, input) => {
    expect((await server.write('reportGridProblem', { gridId, ...hazard, ...input })).code).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('is refused outside of the viewer’s divisions, without the scope, and for unknown records', async () => {
    const input = { gridId, ...hazard };
    const elsewhere = await headersOf({ roles: ['grid-worker'], divisions: ['410102'] });
    expect((await server.write('reportGridProblem', input, elsewhere)).code).toBe('FORBIDDEN');
    const reader = await headersOf({ roles: ['community-worker'] });
    expect((await server.write('reportGridProblem', input, reader)).code).toBe('FORBIDDEN');
    expect((await server.write('reportGridProblem', { ...input, gridId: unknownId })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await solve(unknownId)).code).toBe('NO_SUCH_RECORD');
  });

  it('sent back needs a note', async () => {
    const id = await reported();
    await handOver(id);
    await solve(id);
    expect((await verify(id, false)).code).toBe('BAD_USER_INPUT');
  });
});

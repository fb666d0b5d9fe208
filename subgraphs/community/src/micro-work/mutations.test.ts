import { addDays, today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    MicroWork: 'id name kind status version budget { fen currency } startedOn completedOn division { code }',
    InvalidTransition: 'message from to',
    VersionConflict: 'current seen',
  });
});
afterAll(() => server.stop());

const planned = {
  divisionCode: '410105007003',
  name: '示例路新开口',
  kind: 'ROAD_OPENING',
  budgetFen: 5_000_000,
};
const register = async (input = {}) =>
  (await server.write('registerMicroWork', { ...planned, ...input })).result.id as string;
const write = (action: string, microWorkId: string, input = {}) =>
  server.write(action, { microWorkId, ...input });
const recount = () => server.sql`select * from tally_recount()`;

describe('a micro-work', () => {
  it('is registered, edited, started and completed, with an event for each step', async () => {
    const id = await register();
    const edited = await write('updateMicroWork', id, { version: 1, kind: 'LIGHTING', budgetFen: 600 });
    expect(edited.result).toMatchObject({
      name: planned.name,
      kind: 'LIGHTING',
      version: 2,
      budget: { fen: 600, currency: 'CNY' },
      division: { code: planned.divisionCode },
    });
    const startedOn = addDays(today(), -10);
    expect((await write('startMicroWork', id, { startedOn })).result).toMatchObject({
      status: 'UNDER_CONSTRUCTION',
      startedOn,
    });
    const { result } = await write('completeMicroWork', id);
    expect(result).toMatchObject({ status: 'COMPLETED', completedOn: today() });
    const step = (action: string, fromStatus: string | null, toStatus: string) => ({
      action,
      fromStatus,
      toStatus,
    });
    expect(await eventsOf(server, id)).toEqual([
      step('registerMicroWork', null, 'PLANNED'),
      step('updateMicroWork', 'PLANNED', 'PLANNED'),
      step('startMicroWork', 'PLANNED', 'UNDER_CONSTRUCTION'),
      step('completeMicroWork', 'UNDER_CONSTRUCTION', 'COMPLETED'),
    ]);
    expect(await recount()).toEqual([]);
  });

  it('can be cancelled until it is completed, and is then listed by that status only', async () => {
    const id = await register();
    expect((await write('cancelMicroWork', id)).result.status).toBe('CANCELLED');
    const { data } = await server.request(
      `{ all: microWorks(within: "410105007003", first: 100) { nodes { id } }
        cancelled: microWorks(within: "410105007003", status: CANCELLED) { totalCount nodes { id } } }`,
    );
    expect(data.all.nodes).not.toContainEqual({ id });
    expect(data.cancelled.nodes).toContainEqual({ id });
    expect(data.cancelled.totalCount).toBe(data.cancelled.nodes.length);
    expect(await recount()).toEqual([]);
  });

  it('refuses steps out of order, edits after the start and of an old version', async () => {
    const id = await register();
    expect((await write('completeMicroWork', id)).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'PLANNED',
      to: 'COMPLETED',
    });
    expect((await write('updateMicroWork', id, { version: 4, name: '新名' })).result).toMatchObject({
      __typename: 'VersionConflict',
      current: 1,
    });
    await write('startMicroWork', id);
    expect((await write('updateMicroWork', id, { version: 2, name: '新名' })).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'UNDER_CONSTRUCTION',
    });
    await write('completeMicroWork', id);
    expect((await write('cancelMicroWork', id)).result.from).toBe('COMPLETED');
    expect(await eventsOf(server, id)).toHaveLength(3);
  });

  it('is started once, with any number of concurrent requests, and registered once per idempotency key', async () => {
    const id = await register();
    const answers = await Promise.all(Array.from({ length: 5 }, () => write('startMicroWork', id)));
    expect(answers.filter(({ result }) => result.__typename === 'MicroWork')).toHaveLength(1);
    expect(answers.filter(({ result }) => result.__typename === 'InvalidTransition')).toHaveLength(4);
    const input = { ...planned, idempotencyKey: 'work-1' };
    const keyed = await Promise.all(
      Array.from({ length: 4 }, () => server.write('registerMicroWork', input)),
    );
    expect(new Set(keyed.map(({ result }) => result.id)).size).toBe(1);
  });

  it.each([
    ['a blank name', 'registerMicroWork', { ...planned, name: ' ' }],
    ['a budget below nothing', 'registerMicroWork', { ...planned, budgetFen: -1 }],
    ['an unknown division', 'registerMicroWork', { ...planned, divisionCode: '410199' }],
  ])('is refused with %s', async (_what, action, input) => {
    expect((await server.write(action, input)).code).toBe('BAD_USER_INPUT');
  });

  it('is refused if started in the future, or completed before it was started', async () => {
    const id = await register();
    expect((await write('startMicroWork', id, { startedOn: addDays(today(), 1) })).code).toBe(
      'BAD_USER_INPUT',
    );
    await write('startMicroWork', id, { startedOn: addDays(today(), -3) });
    const early = await write('completeMicroWork', id, { completedOn: addDays(today(), -4) });
    expect(early.code).toBe('BAD_USER_INPUT');
  });

  it('is refused without the scope, outside of the viewer’s divisions, and if unknown', async () => {
    const id = await register();
    for (const headers of [
      await headersOf({ roles: ['grid-worker'] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
    ])
      expect((await server.write('startMicroWork', { microWorkId: id }, headers)).code).toBe('FORBIDDEN');
    expect((await write('startMicroWork', unknownId)).code).toBe('NO_SUCH_RECORD');
  });
});

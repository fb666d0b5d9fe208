import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertCareWorker, insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    CareVisit: 'id status careWorker { id } rating',
    InvalidTransition: 'message from to',
    CareWorkerBusy: 'message conflictingVisit { id }',
  });
  for (const [key, name] of [
    [2, '示例服务员一'],
    [3, '示例服务员二'],
  ] as const)
    await insertCareWorker(server.sql, { id: id(key), divisionCode: '410105007003', name });
  await insertElder(server.sql, { id: id(1), divisionCode: '410105007003' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.sql`delete from care_visit`;
});

const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const tomorrow = (hour: number) => {
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  return `${day}T${String(hour).padStart(2, '0')}:00:00+08:00`;
};

const order = { elderId: id(1), kind: 'MEAL', scheduledAt: tomorrow(9) };
async function requested(input = {}): Promise<string> {
  const { result } = await server.write('requestCareVisit', { ...order, ...input });
  return result.id;
}

describe('a visit', () => {
  it('goes from call to rating, and leaves an event for each step', async () => {
    const visitId = await requested();
    const assigned = await server.write('assignCareVisit', { visitId, careWorkerId: id(2) });
    expect(assigned.result).toMatchObject({ status: 'ASSIGNED', careWorker: { id: id(2) } });
    await server.write('startCareVisit', { visitId });
    expect((await server.write('completeCareVisit', { visitId })).result.status).toBe('COMPLETED');
    expect((await server.write('rateCareVisit', { visitId, rating: 5 })).result.rating).toBe(5);
    expect(await eventsOf(server, visitId)).toEqual([
      { action: 'requestCareVisit', fromStatus: null, toStatus: 'REQUESTED' },
      { action: 'assignCareVisit', fromStatus: 'REQUESTED', toStatus: 'ASSIGNED' },
      { action: 'startCareVisit', fromStatus: 'ASSIGNED', toStatus: 'IN_PROGRESS' },
      { action: 'completeCareVisit', fromStatus: 'IN_PROGRESS', toStatus: 'COMPLETED' },
      { action: 'rateCareVisit', fromStatus: 'COMPLETED', toStatus: 'COMPLETED' },
    ]);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('refuses invalid transitions, without an event', async () => {
    const visitId = await requested();
    const { result } = await server.write('completeCareVisit', { visitId });
    expect(result).toMatchObject({ __typename: 'InvalidTransition', from: 'REQUESTED', to: 'COMPLETED' });
    expect(result.message).toMatch(/\p{Script=Han}/u);
    expect((await server.write('rateCareVisit', { visitId, rating: 5 })).result.__typename).toBe(
      'InvalidTransition',
    );
    for (const reason of [' ', '字'.repeat(501)])
      expect((await server.write('cancelCareVisit', { visitId, reason })).code).toBe('BAD_USER_INPUT');
    await server.write('cancelCareVisit', { visitId, reason: '示例' });
    for (const [action, input] of [
      ['startCareVisit', { visitId }],
      ['cancelCareVisit', { visitId, reason: '示例' }],
    ] as const)
      expect((await server.write(action, input)).result).toMatchObject({
        __typename: 'InvalidTransition',
        from: 'CANCELLED',
      });
    expect((await server.write('assignCareVisit', { visitId, careWorkerId: id(2) })).result.from).toBe(
      'CANCELLED',
    );
    expect(await eventsOf(server, visitId)).toHaveLength(2);
  });

  it('is refused outside the district of the line, in the past, and for an unknown elder', async () => {
    const outside = await server.write('requestCareVisit', { ...order, within: '410102' });
    expect(outside.result.__typename).toBe('ElderNotInDistrict');
    expect(
      (await server.write('requestCareVisit', { ...order, scheduledAt: '2020-01-01T00:00:00Z' })).code,
    ).toBe('BAD_USER_INPUT');
    // It is not shown that the elder lives in this community either.
    for (const within of ['410105007003', '410105001001'])
      expect((await server.write('requestCareVisit', { ...order, within })).code, within).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('requestCareVisit', { ...order, elderId: id(9) })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await server.write('completeCareVisit', { visitId: 'x' })).code).toBe('NO_SUCH_RECORD');
    const bad = await server.write('rateCareVisit', { visitId: await requested(), rating: 6 });
    expect(bad.code).toBe('BAD_USER_INPUT');
  });
});

describe('a care worker', () => {
  it('is never in two visits at once, however many are assigned at the same time', async () => {
    const visits = await Promise.all(Array.from({ length: 8 }, () => requested()));
    const answers = await Promise.all(
      visits.map((visitId) => server.write('assignCareVisit', { visitId, careWorkerId: id(2) })),
    );
    const types = answers.map(({ result }) => result.__typename);
    expect(types.filter((type) => type === 'CareVisit')).toHaveLength(1);
    expect(types.filter((type) => type === 'CareWorkerBusy')).toHaveLength(7);
    const taken = answers.find(({ result }) => result.__typename === 'CareVisit')?.result.id;
    const refused = answers.find(({ result }) => result.__typename === 'CareWorkerBusy')?.result;
    expect(refused.conflictingVisit.id).toBe(taken);
    const later = await requested({ scheduledAt: tomorrow(11) });
    expect(
      (await server.write('assignCareVisit', { visitId: later, careWorkerId: id(2) })).result.status,
    ).toBe('ASSIGNED');
    await server.write('startCareVisit', { visitId: later });
    expect((await server.write('startCareVisit', { visitId: taken })).result.__typename).toBe(
      'CareWorkerBusy',
    );
  });
});

describe('an idempotency key', () => {
  const key = () => `k-${performance.now()}`;

  it('has one effect and one answer, also with concurrent requests', async () => {
    const input = { ...order, idempotencyKey: key() };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.write('requestCareVisit', input)),
    );
    const [first] = answers;
    for (const { result } of answers) expect(result).toEqual(first?.result);
    expect(await server.sql`select id from care_visit`).toHaveLength(1);
    expect(await eventsOf(server, first?.result.id)).toHaveLength(1);
  });

  it('gives the first answer again, though the visit has advanced since', async () => {
    const visitId = await requested();
    const input = { visitId, careWorkerId: id(2), idempotencyKey: key() };
    const first = await server.write('assignCareVisit', input);
    await server.write('startCareVisit', { visitId });
    expect((await server.write('assignCareVisit', input)).result).toEqual(first.result);
  });

  it('is refused for another input, and belongs to one viewer', async () => {
    const input = { ...order, idempotencyKey: key() };
    await server.write('requestCareVisit', input);
    expect((await server.write('requestCareVisit', { ...input, kind: 'BATHING' })).code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    const other = await server.write(
      'requestCareVisit',
      { ...input, kind: 'BATHING' },
      await headersOf({ sub: 'another', roles: ['care-manager'] }),
    );
    expect(other.result.status).toBe('REQUESTED');
    expect((await server.write('requestCareVisit', { ...order, idempotencyKey: '' })).code).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('is not used up by invalid input', async () => {
    const idempotencyKey = key();
    await server.write('requestCareVisit', { ...order, elderId: id(9), idempotencyKey });
    expect((await server.write('requestCareVisit', { ...order, idempotencyKey })).result.status).toBe(
      'REQUESTED',
    );
  });

  it('expires after 24 hours', async () => {
    const input = { ...order, idempotencyKey: key() };
    const first = await server.write('requestCareVisit', input);
    await server.sql`update idempotency_key set created_at = now() - interval '25 hours'`;
    const second = await server.write('requestCareVisit', input);
    expect(second.result.id).not.toBe(first.result.id);
  });
});

it('keeps change events unchanged', async () => {
  await requested();
  await expect(server.sql`update change_event set caller = 'b'`).rejects.toThrow('append-only');
  await expect(server.sql`delete from change_event`).rejects.toThrow('append-only');
});

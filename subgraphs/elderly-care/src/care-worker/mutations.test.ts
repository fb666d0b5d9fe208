import { today } from '@district-graph/kit/calendar';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    CareWorker: 'id name phone role certified onDuty status closedOn version division { code }',
    CareVisit: 'id status',
    CareWorkerInCharge: 'message visits elders',
    VersionConflict: 'message current seen',
    InvalidTransition: 'message from to',
  });
});
afterAll(() => server.stop());

const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
const someone = { divisionCode: '410105', name: '示例服务员', phone: '00000000001', role: 'HOME_CARE' };
const register = async (input = {}) =>
  (await server.write('registerCareWorker', { ...someone, ...input })).result as {
    id: string;
    version: number;
  };
const stock = async () => {
  const rows = await server.sql<{ metric: string; amount: number }[]>`
    select metric, sum(amount)::bigint as amount from tally where division_code = '410105' group by 1 having sum(amount) <> 0`;
  return Object.fromEntries(rows.map(({ metric, amount }) => [metric, amount]));
};
const listed = async () => {
  const { data } = await server.request(
    '{ careWorkers(within: "410105", first: 100) { totalCount nodes { id } } }',
  );
  return data.careWorkers;
};

describe('a care worker', () => {
  it('is registered, edited and closed, with an event for each; closed ones are neither listed nor counted', async () => {
    const before = await stock();
    const { id } = await register();
    expect((await listed()).nodes).toContainEqual({ id });
    const edited = await server.write('updateCareWorker', {
      careWorkerId: id,
      version: 1,
      certified: true,
      phone: null,
      divisionCode: '410105007',
    });
    expect(edited.result).toMatchObject({
      name: '示****',
      phone: '000****0001',
      certified: true,
      version: 2,
      status: 'REGISTERED',
      division: { code: '410105007' },
    });
    const closed = await server.write('closeCareWorker', { careWorkerId: id });
    expect(closed.result).toMatchObject({ status: 'CLOSED', closedOn: today(), onDuty: false });
    expect((await listed()).nodes).not.toContainEqual({ id });
    expect(await stock()).toEqual(before);
    expect(await eventsOf(server, id)).toEqual([
      { action: 'registerCareWorker', fromStatus: null, toStatus: 'REGISTERED' },
      { action: 'updateCareWorker', fromStatus: 'REGISTERED', toStatus: 'REGISTERED' },
      { action: 'closeCareWorker', fromStatus: 'REGISTERED', toStatus: 'CLOSED' },
    ]);
    const [event] =
      await server.sql`select detail from change_event where entity_id = ${id} and action = 'updateCareWorker'`;
    expect(event?.detail.changed.sort()).toEqual(['certified', 'divisionCode']);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
    // It can still be read by its key.
    const { data } = await server.request(`{ careWorker(id: "${id}") { status } }`);
    expect(data.careWorker).toEqual({ status: 'CLOSED' });
  });

  it('edited concurrently is edited once, and the other edit gets the current version', async () => {
    const { id } = await register();
    const answers = await Promise.all(
      ['示例甲', '示例乙', '示例丙'].map((name) =>
        server.write('updateCareWorker', { careWorkerId: id, version: 1, name }),
      ),
    );
    const refused = answers.filter(({ result }) => result.__typename === 'VersionConflict');
    expect(refused).toHaveLength(2);
    for (const { result } of refused) expect(result).toMatchObject({ current: 2, seen: 1 });
    expect(refused[0]?.result.message).toMatch(/\p{Script=Han}/u);
    expect(await eventsOf(server, id)).toHaveLength(2);
  });

  it('keeps its version when nothing differs, without an event', async () => {
    const { id } = await register();
    const { result } = await server.write('updateCareWorker', {
      careWorkerId: id,
      version: 1,
      role: someone.role,
    });
    expect(result.version).toBe(1);
    expect(await eventsOf(server, id)).toHaveLength(1);
  });

  it('gets a new version for any name or telephone in an edit, so that none can be guessed by it', async () => {
    const { id: careWorkerId } = await register();
    for (const [version, masked] of [
      { phone: someone.phone },
      { name: someone.name },
      { name: '别人' },
    ].entries())
      expect(
        (await server.write('updateCareWorker', { careWorkerId, version: version + 1, ...masked })).result
          .version,
      ).toBe(version + 2);
  });

  it('is not closed while in charge, and gets no assignments afterwards', async () => {
    const { id } = await register();
    const elderId = '01a1fc14-c3c1-7069-8000-000000000001';
    await insertElder(server.sql, {
      id: elderId,
      divisionCode: '410105007003',
      careWorkerId: id,
    });
    const order = { elderId, kind: 'MEAL', scheduledAt: '2999-01-01T09:00:00+08:00' };
    const { data } = await server.request(
      'mutation ($input: RequestCareVisitInput!) { requestCareVisit(input: $input) { ... on CareVisit { id } } }',
      { input: order },
    );
    const visitId = data.requestCareVisit.id;
    await server.write('assignCareVisit', { visitId, careWorkerId: id });
    const { result } = await server.write('closeCareWorker', { careWorkerId: id });
    expect(result).toMatchObject({ __typename: 'CareWorkerInCharge', visits: 1, elders: 1 });
    expect(result.message).toMatch(/\p{Script=Han}/u);
    await server.write('cancelCareVisit', { visitId, reason: '示例' });
    await server.sql`update elder set care_worker_id = null`;
    expect((await server.write('closeCareWorker', { careWorkerId: id })).result.__typename).toBe(
      'CareWorker',
    );
    const again = await server.write('closeCareWorker', { careWorkerId: id });
    expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED', to: 'CLOSED' });
    const edited = await server.write('updateCareWorker', { careWorkerId: id, version: 2, name: '示例' });
    expect(edited.result.__typename).toBe('CareWorkerClosed');
    const next = await server.request(
      'mutation ($input: RequestCareVisitInput!) { requestCareVisit(input: $input) { ... on CareVisit { id } } }',
      { input: order },
    );
    const given = await server.write('assignCareVisit', {
      visitId: next.data.requestCareVisit.id,
      careWorkerId: id,
    });
    expect(given.result.__typename).toBe('CareWorkerClosed');
  });

  it('is refused without a name, with an invalid telephone, outside the district, in the future, and if unknown', async () => {
    for (const wrong of [
      { name: ' ' },
      { name: '示'.repeat(101) },
      { phone: '12' },
      { divisionCode: '金水区' },
    ])
      expect((await server.write('registerCareWorker', { ...someone, ...wrong })).code).toBe(
        'BAD_USER_INPUT',
      );
    const { id: careWorkerId } = await register();
    for (const wrong of [{ divisionCode: '410102' }, { name: '' }, { phone: 'x' }])
      expect((await server.write('updateCareWorker', { careWorkerId, version: 1, ...wrong })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('closeCareWorker', { careWorkerId, closedOn: '2999-01-01' })).code).toBe(
      'BAD_USER_INPUT',
    );
    expect((await server.write('updateCareWorker', { careWorkerId: unknown, version: 1 })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await server.write('closeCareWorker', { careWorkerId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });
});

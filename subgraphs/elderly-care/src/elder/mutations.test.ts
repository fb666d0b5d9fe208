import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElderSubgraph, elderSubgraph, idNumber, person, unknownId } from './testing.ts';

let server: ElderSubgraph;
beforeAll(async () => {
  server = await elderSubgraph({
    Elder:
      'id name idNumber phone address birthDate status version careWorker { id } emergencyContacts { name relationship phone }',
    ElderAlreadyRegistered: 'message elder { id name }',
    ElderBeingVisited: 'message visit { id }',
    VersionConflict: 'message current seen',
    InvalidTransition: 'message from to',
    CareVisit: 'id status',
    Subsidy: 'id status',
  });
});
afterAll(() => server.stop());

describe('a registered elder', () => {
  it('is answered masked; number, telephone, address and living arrangement are stored encrypted', async () => {
    const input = {
      ...person(),
      emergencyContacts: [{ name: '示例女儿', relationship: 'CHILD', phone: '00000000002' }],
    };
    const { result } = await server.write('registerElder', input);
    expect(result).toMatchObject({
      name: '示***',
      idNumber: `410105********${input.idNumber.slice(-4, -1)}*`,
      phone: '000****0001',
      address: '郑州市金水区南阳路街道****',
      birthDate: '1940',
      status: 'REGISTERED',
      version: 1,
      emergencyContacts: [{ name: '示***', relationship: 'CHILD', phone: '000****0002' }],
    });
    const row = await server.storedElder(result.id);
    expect(row).toMatchObject({
      birthDate: '1940-01-01',
      idNumber: expect.stringMatching(/^a\.development\./),
      idNumberIndex: expect.stringMatching(/^development\.[\w-]{43}$/),
    });
    const [stored] = await server.sql<{ all: string }[]>`
      select concat((select json_agg(e) from elder e), (select json_agg(c) from change_event c), (select json_agg(k) from idempotency_key k)) as all`;
    for (const secret of [input.idNumber, input.phone, input.address, '00000000002', 'ALONE'])
      expect(stored?.all).not.toContain(secret);
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'registerElder', fromStatus: null, toStatus: 'REGISTERED' },
    ]);
    expect(await server.recount()).toHaveLength(0);
  });

  it('is registered once, with any number of concurrent registrations', async () => {
    const input = person();
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.write('registerElder', input)));
    const registered = answers.filter(({ result }) => result.__typename === 'Elder');
    expect(registered).toHaveLength(1);
    for (const { result } of answers) {
      if (result.__typename === 'Elder') continue;
      expect(result).toMatchObject({
        __typename: 'ElderAlreadyRegistered',
        elder: { id: registered[0]?.result.id, name: '示***' },
      });
      expect(result.message).toMatch(/\p{Script=Han}/u);
    }
  });

  it('has one effect and answer per idempotency key, whose answer is stored encrypted', async () => {
    const input = { ...person(), idempotencyKey: 'elder' };
    const answers = await Promise.all(Array.from({ length: 3 }, () => server.write('registerElder', input)));
    for (const { result } of answers) expect(result).toEqual(answers[0]?.result);
    const [key] = await server.sql`select result from idempotency_key where key = 'elder'`;
    expect(key?.result).toMatch(/^a\.development\.[\w-]+$/);
  });

  it('is refused with invalid input, without repeating the number', async () => {
    const young = idNumber('20100101');
    for (const wrong of [
      { idNumber: '410105194912310021' },
      { idNumber: young },
      { divisionCode: '410105007' },
      { name: '' },
      { phone: 'x' },
      { address: '' },
      { careMode: 'INSTITUTION' },
      { careMode: 'HOME', careInstitutionId: unknownId },
      { emergencyContacts: Array(6).fill({ name: '示例', relationship: 'CHILD', phone: '00000000002' }) },
      { emergencyContacts: [{ name: '示例', relationship: 'CHILD', phone: '' }] },
    ])
      expect(
        (await server.write('registerElder', { ...person(), ...wrong })).code,
        JSON.stringify(wrong),
      ).toBe('BAD_USER_INPUT');
    for (const wrong of [
      { careMode: 'INSTITUTION', careInstitutionId: unknownId },
      { careWorkerId: unknownId },
      { careMode: 'HOME', sameHouseholdAs: unknownId },
    ])
      expect((await server.write('registerElder', { ...person(), ...wrong })).code).toBe('NO_SUCH_RECORD');
    const { errors } = await server.request(
      'mutation ($input: RegisterElderInput!) { registerElder(input: $input) { __typename } }',
      { input: { ...person(), idNumber: young } },
    );
    expect(JSON.stringify(errors)).not.toContain(young);
  });
});

describe('an edited elder', () => {
  it('changes in the given fields; the event names them without values', async () => {
    const { id: elderId } = await server.register();
    const careWorkerId = await server.insertWorker();
    const { result } = await server.write('updateElder', {
      elderId,
      version: 1,
      name: '样本老人',
      phone: null,
      careWorkerId,
      divisionCode: '410105007004',
      emergencyContacts: [{ name: '样本', relationship: 'NEIGHBOUR', phone: '00000000003' }],
    });
    expect(result).toMatchObject({
      name: '样***',
      phone: null,
      version: 2,
      careWorker: { id: careWorkerId },
      emergencyContacts: [{ relationship: 'NEIGHBOUR' }],
    });
    const [event] =
      await server.sql`select detail from change_event where entity_id = ${elderId} and action = 'updateElder'`;
    expect(event?.detail.changed.sort()).toEqual([
      'careWorkerId',
      'divisionCode',
      'emergencyContacts',
      'name',
      'phone',
    ]);
    expect(JSON.stringify(event)).not.toContain('样本');
    expect(await server.recount()).toHaveLength(0);
  });

  it('is edited by one of two concurrent edits', async () => {
    const { id: elderId } = await server.register();
    const answers = await Promise.all(
      ['示例甲', '示例乙', '示例丙'].map((name) =>
        server.write('updateElder', { elderId, version: 1, name }),
      ),
    );
    const refused = answers.filter(({ result }) => result.__typename === 'VersionConflict');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.result).toMatchObject({ current: 2, seen: 1 });
  });

  it('cannot leave the district by an edit, nor be unknown', async () => {
    const { id: elderId } = await server.register();
    for (const wrong of [{ divisionCode: '410102001002' }, { divisionCode: '410105007' }, { name: ' ' }])
      expect((await server.write('updateElder', { elderId, version: 1, ...wrong })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('updateElder', { elderId: unknownId, version: 1 })).code).toBe(
      'NO_SUCH_RECORD',
    );
  });
});

describe('an elder who moves away or dies', () => {
  const close = (elderId: string, reason = 'DIED', input = {}) =>
    server.write('closeElder', { elderId, reason, ...input });
  const visitAt = async (elderId: string, hour: string) => {
    const order = { elderId, kind: 'MEAL', scheduledAt: `2999-01-01T${hour}:00:00+08:00` };
    return (await server.write('requestCareVisit', order)).result.id as string;
  };

  it('leaves lists, counts, bed, household and worker; the reason is not shown', async () => {
    const before = await server.counts();
    const careInstitutionId = await server.insertInstitution(1);
    const atHome = await server.register({ careMode: 'HOME', careWorkerId: await server.insertWorker() });
    const inHome = await server.register({ careMode: 'INSTITUTION', careInstitutionId });
    const { result } = await close(atHome.id, 'DIED', { closedOn: '2026-03-01' });
    expect(result).toMatchObject({ status: 'CLOSED', version: 2, careWorker: null });
    await close(inHome.id, 'MOVED_AWAY');
    expect(await server.counts()).toEqual(before);
    expect(await server.recount()).toHaveLength(0);
    const { data } = await server.request(
      '{ elders(within: "410105", first: 100) { totalCount nodes { id } } }',
    );
    const ids = data.elders.nodes.map(({ id }: { id: string }) => id);
    expect(ids).not.toContain(atHome.id);
    expect(data.elders.totalCount).toBe(ids.length);
    const events = await server.sql`select * from change_event where entity_id = ${atHome.id}`;
    expect(JSON.stringify(events)).not.toMatch(/DIED|2026-03-01/);
    expect((await eventsOf(server, atHome.id)).at(-1)).toEqual({
      action: 'closeElder',
      fromStatus: 'REGISTERED',
      toStatus: 'CLOSED',
    });
  });

  it('gets no more visits and later subsidies; open ones are cancelled and stopped, each with its event', async () => {
    const { id: elderId } = await server.register();
    const visitId = await visitAt(elderId, '09');
    const assigned = await visitAt(elderId, '11');
    await server.write('assignCareVisit', { visitId: assigned, careWorkerId: await server.insertWorker() });
    const grant = { elderId, scheme: 'AGE_ALLOWANCE', amountFen: 10_000 };
    const due = (await server.write('grantSubsidy', { ...grant, month: '2026-03-01' })).result.id;
    const later = (await server.write('grantSubsidy', { ...grant, month: '2026-04-01' })).result.id;
    await close(elderId, 'DIED', { closedOn: '2026-03-20' });
    const visits = await server.sql`select status from care_visit where elder_id = ${elderId}`;
    expect(visits.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
    for (const [id, from] of [
      [visitId, 'REQUESTED'],
      [assigned, 'ASSIGNED'],
    ] as const)
      expect((await eventsOf(server, id)).at(-1)).toEqual({
        action: 'closeElder',
        fromStatus: from,
        toStatus: 'CANCELLED',
      });
    const subsidies =
      await server.sql`select id, status from subsidy where elder_id = ${elderId} order by month`;
    expect([...subsidies]).toEqual([
      { id: due, status: 'GRANTED' },
      { id: later, status: 'STOPPED' },
    ]);
    expect((await eventsOf(server, later)).at(-1)?.toStatus).toBe('STOPPED');
    const order = { elderId, kind: 'MEAL', scheduledAt: '2999-01-01T09:00:00+08:00' };
    expect((await server.write('requestCareVisit', order)).result.__typename).toBe('ElderClosed');
    expect((await server.write('updateElder', { elderId, version: 2, name: '示例' })).result.__typename).toBe(
      'ElderClosed',
    );
    expect(await server.recount()).toHaveLength(0);
  });

  it('is not closed during a visit, and stays unchanged', async () => {
    const { id: elderId } = await server.register();
    const started = await visitAt(elderId, '09');
    const other = await visitAt(elderId, '11');
    await server.write('assignCareVisit', { visitId: started, careWorkerId: await server.insertWorker() });
    await server.write('startCareVisit', { visitId: started });
    const { result } = await close(elderId);
    expect(result).toMatchObject({ __typename: 'ElderBeingVisited', visit: { id: started } });
    expect(result.message).toMatch(/\p{Script=Han}/u);
    expect(await eventsOf(server, other)).toHaveLength(1);
    expect(await eventsOf(server, elderId)).toHaveLength(1);
  });

  it('is closed once, and can be registered again only after moving away', async () => {
    const idNumbers = [idNumber(), idNumber()];
    const [moved, dead] = [
      await server.register({ idNumber: idNumbers[0] }),
      await server.register({ idNumber: idNumbers[1] }),
    ];
    const answers = await Promise.all(Array.from({ length: 3 }, () => close(moved.id, 'MOVED_AWAY')));
    const refused = answers.filter(({ result }) => result.__typename === 'InvalidTransition');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.result).toMatchObject({ from: 'CLOSED', to: 'CLOSED' });
    await close(dead.id);
    const back = await server.register({ idNumber: idNumbers[0], divisionCode: '410102001002' });
    expect(back.__typename).toBe('Elder');
    expect((await server.register({ idNumber: idNumbers[1] })).__typename).toBe('ElderAlreadyRegistered');
    expect((await close(unknownId)).code).toBe('NO_SUCH_RECORD');
    expect((await close(back.id, 'DIED', { closedOn: '2999-01-01' })).code).toBe('BAD_USER_INPUT');
  });
});

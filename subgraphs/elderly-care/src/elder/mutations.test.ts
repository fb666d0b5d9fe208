import { newId } from '@district-graph/kit/database/ids';
import { trusted } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCareWorker } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { checkDigitOf } from './id-number.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Elder:
      'id name idNumber phone address birthDate status version careWorker { id } emergencyContacts { name relationship phone }',
    ElderAlreadyRegistered: 'message elder { id name }',
    ElderBeingVisited: 'message visit { id }',
    CareInstitutionFull: 'message beds',
    VersionConflict: 'message current seen',
    InvalidTransition: 'message from to',
    CareInstitution: 'id',
    CareWorker: 'id',
    CareVisit: 'id status',
    Subsidy: 'id status',
  });
});
afterAll(() => server.stop());

const community = '410105007003';
const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
let serial = 0;
/** A made-up number: 410105 and a day are real, the serial is the next. */
const idNumber = (day = '19400101') => {
  serial += 1;
  const digits = `410105${day}${String(serial).padStart(3, '0')}`;
  return `${digits}${checkDigitOf(digits)}`;
};
const person = () => ({
  divisionCode: community,
  name: '示例老人',
  idNumber: idNumber(),
  phone: '00000000001',
  address: '郑州市金水区南阳路街道 示例路 1 号',
  livingArrangement: 'ALONE',
});
const register = async (input = {}) =>
  (await server.write('registerElder', { ...person(), ...input }, caring)).result as {
    id: string;
    __typename: string;
  };
const kept = async (id: string) => {
  const [row] = await server.sql`select * from elder where id = ${id}`;
  return row;
};
const worker = async () => {
  const id = newId('410105');
  await insertCareWorker(server.sql, { id, divisionCode: '410105' });
  return id;
};
const institution = async (beds: number) => {
  const id = newId(community);
  await server.sql`insert into care_institution (id, division_code, name, kind, beds, phone, opened_on, longitude, latitude)
    values (${id}, ${community}, '示例', 'PRIVATE_HOME', ${beds}, '0371-0', '2020-01-01', 113.68, 34.79)`;
  return id;
};
/** A viewer with all scopes and a purpose. */
const caring = { ...trusted, 'x-purpose': 'CARE' };
const stock = async () => {
  const rows = await server.sql<{ metric: string; amount: number }[]>`
    select metric, sum(amount)::bigint as amount from tally
    where division_code = '410105' and metric in ('elders', 'home_care_recipients', 'home_care_households', 'institution_residents')
    group by 1`;
  const sums = { elders: 0, home_care_recipients: 0, home_care_households: 0, institution_residents: 0 };
  for (const { metric, amount } of rows) sums[metric as keyof typeof sums] = amount;
  return sums;
};
const recount = () => server.sql`select * from tally_recount()`;

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
    const row = await kept(result.id);
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
    expect(await recount()).toHaveLength(0);
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

  it('with care at home belongs to a household, which two may share', async () => {
    const before = await stock();
    const first = await register({ careMode: 'HOME', careWorkerId: await worker() });
    await register({ careMode: 'HOME', sameHouseholdAs: first.id });
    await register({ careMode: 'HOME' });
    expect(await stock()).toEqual({
      ...before,
      elders: before.elders + 3,
      home_care_recipients: before.home_care_recipients + 3,
      home_care_households: before.home_care_households + 2,
    });
    expect(await recount()).toHaveLength(0);
    const alone = await register();
    const wrong = { ...person(), careMode: 'HOME', sameHouseholdAs: alone.id };
    expect((await server.write('registerElder', wrong, caring)).code).toBe('BAD_USER_INPUT');
  });

  it('gets the last bed of an institution alone, with concurrent registrations', async () => {
    const careInstitutionId = await institution(2);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => register({ careMode: 'INSTITUTION', careInstitutionId })),
    );
    const types = answers.map(({ __typename }) => __typename).sort();
    expect(types).toEqual([...Array(4).fill('CareInstitutionFull'), 'Elder', 'Elder']);
    expect(await recount()).toHaveLength(0);
  });

  it('cannot refer to a closed institution or worker', async () => {
    const careInstitutionId = await institution(2);
    const careWorkerId = await worker();
    await server.write('closeCareInstitution', { careInstitutionId });
    await server.write('closeCareWorker', { careWorkerId });
    const moved = await register({ careMode: 'INSTITUTION', careInstitutionId });
    expect(moved.__typename).toBe('CareInstitutionClosed');
    expect((await register({ careWorkerId })).__typename).toBe('CareWorkerClosed');
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
      { careMode: 'HOME', careInstitutionId: unknown },
      { emergencyContacts: Array(6).fill({ name: '示例', relationship: 'CHILD', phone: '00000000002' }) },
      { emergencyContacts: [{ name: '示例', relationship: 'CHILD', phone: '' }] },
    ])
      expect(
        (await server.write('registerElder', { ...person(), ...wrong })).code,
        JSON.stringify(wrong),
      ).toBe('BAD_USER_INPUT');
    for (const wrong of [
      { careMode: 'INSTITUTION', careInstitutionId: unknown },
      { careWorkerId: unknown },
      { careMode: 'HOME', sameHouseholdAs: unknown },
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
    const { id: elderId } = await register();
    const careWorkerId = await worker();
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
    expect(await recount()).toHaveLength(0);
  });

  it('is edited by one of two concurrent edits', async () => {
    const { id: elderId } = await register();
    const answers = await Promise.all(
      ['示例甲', '示例乙', '示例丙'].map((name) =>
        server.write('updateElder', { elderId, version: 1, name }),
      ),
    );
    const refused = answers.filter(({ result }) => result.__typename === 'VersionConflict');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.result).toMatchObject({ current: 2, seen: 1 });
  });

  it('moves between home and institutions, and the counts follow', async () => {
    const before = await stock();
    const [one, other] = [await institution(1), await institution(1)];
    const { id: elderId } = await register({ careMode: 'HOME' });
    const edit = async (input: Record<string, unknown>) => {
      const { version } = (await kept(elderId)) as { version: number };
      return (await server.write('updateElder', { elderId, version, ...input }, caring)).result.__typename;
    };
    expect(await edit({ careMode: 'INSTITUTION', careInstitutionId: one })).toBe('Elder');
    expect(await edit({ careInstitutionId: other })).toBe('Elder');
    expect(await kept(elderId)).toMatchObject({ householdId: null, careInstitutionId: other });
    const counts =
      await server.sql`select residents_count from care_institution where id in (${one}, ${other}) order by id = ${one}`;
    expect(counts.map(({ residentsCount }) => residentsCount)).toEqual([1, 0]);
    // A household of the community that the elder has moved to, not the previous one.
    expect(await edit({ careMode: 'HOME' })).toBe('Elder');
    const { householdId } = (await kept(elderId)) as { householdId: string };
    expect(await edit({ divisionCode: '410105007004' })).toBe('Elder');
    expect((await kept(elderId))?.householdId).not.toBe(householdId);
    expect(await edit({ careMode: null })).toBe('Elder');
    expect(await stock()).toEqual({ ...before, elders: before.elders + 1 });
    expect(await recount()).toHaveLength(0);
    await register({ careMode: 'INSTITUTION', careInstitutionId: one });
    expect(await edit({ careMode: 'INSTITUTION', careInstitutionId: one })).toBe('CareInstitutionFull');
  });

  it('cannot move to a closed institution or worker', async () => {
    const { id: elderId } = await register();
    const careInstitutionId = await institution(2);
    const careWorkerId = await worker();
    await server.write('closeCareInstitution', { careInstitutionId });
    await server.write('closeCareWorker', { careWorkerId });
    const edit = async (changes: object) =>
      (await server.write('updateElder', { elderId, version: 1, ...changes }, caring)).result.__typename;
    expect(await edit({ careMode: 'INSTITUTION', careInstitutionId })).toBe('CareInstitutionClosed');
    expect(await edit({ careWorkerId })).toBe('CareWorkerClosed');
  });

  it('cannot leave the district by an edit, nor be unknown', async () => {
    const { id: elderId } = await register();
    for (const wrong of [{ divisionCode: '410102001002' }, { divisionCode: '410105007' }, { name: ' ' }])
      expect((await server.write('updateElder', { elderId, version: 1, ...wrong })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('updateElder', { elderId: unknown, version: 1 })).code).toBe('NO_SUCH_RECORD');
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
    const before = await stock();
    const careInstitutionId = await institution(1);
    const atHome = await register({ careMode: 'HOME', careWorkerId: await worker() });
    const inHome = await register({ careMode: 'INSTITUTION', careInstitutionId });
    const { result } = await close(atHome.id, 'DIED', { closedOn: '2026-03-01' });
    expect(result).toMatchObject({ status: 'CLOSED', version: 2, careWorker: null });
    await close(inHome.id, 'MOVED_AWAY');
    expect(await stock()).toEqual(before);
    expect(await recount()).toHaveLength(0);
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
    const { id: elderId } = await register();
    const visitId = await visitAt(elderId, '09');
    const assigned = await visitAt(elderId, '11');
    await server.write('assignCareVisit', { visitId: assigned, careWorkerId: await worker() });
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
    expect(await recount()).toHaveLength(0);
  });

  it('is not closed during a visit, and stays unchanged', async () => {
    const { id: elderId } = await register();
    const started = await visitAt(elderId, '09');
    const other = await visitAt(elderId, '11');
    await server.write('assignCareVisit', { visitId: started, careWorkerId: await worker() });
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
      await register({ idNumber: idNumbers[0] }),
      await register({ idNumber: idNumbers[1] }),
    ];
    const answers = await Promise.all(Array.from({ length: 3 }, () => close(moved.id, 'MOVED_AWAY')));
    const refused = answers.filter(({ result }) => result.__typename === 'InvalidTransition');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.result).toMatchObject({ from: 'CLOSED', to: 'CLOSED' });
    await close(dead.id);
    const back = await register({ idNumber: idNumbers[0], divisionCode: '410102001002' });
    expect(back.__typename).toBe('Elder');
    expect((await register({ idNumber: idNumbers[1] })).__typename).toBe('ElderAlreadyRegistered');
    expect((await close(unknown)).code).toBe('NO_SUCH_RECORD');
    expect((await close(back.id, 'DIED', { closedOn: '2999-01-01' })).code).toBe('BAD_USER_INPUT');
  });
});

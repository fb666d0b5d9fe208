import { addDays, today } from '@district-graph/kit/calendar';
import { developmentKeyring, developmentSecrets, Keyring } from '@district-graph/kit/encryption/keyring';
import { rotateKeys } from '@district-graph/kit/maintenance/key-rotation';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import {
  encryptedPetitionMatter,
  encryptedPetitionStep,
  type PetitionMatter,
  type PetitionStep,
} from './tables.ts';
import {
  community,
  handling,
  matter,
  type PetitionSubgraph,
  petitionSubgraph,
  secretsIn,
} from './testing.ts';

let server: PetitionSubgraph;
beforeAll(async () => {
  server = await petitionSubgraph({
    PetitionMatter:
      'id status version isOverdue receivedOn acceptedOn acceptDueOn settleDueOn nextDueOn finishedOn outcome peopleConcerned recovered { fen }',
    PetitionAgent: 'id status version',
    InvalidTransition: 'message from to',
    PetitionMatterFinished: 'message status',
    PetitionAlreadyAccepted: 'message notifiedOn',
    PetitionAlreadyExtended: 'message settleDueOn',
    PetitionPeriodOver: 'message settleDueOn',
  });
});
afterAll(() => server.stop());

const write = (action: string, input: Record<string, unknown>, headers = handling) =>
  server.write(action, input, headers);

describe('a petition matter', () => {
  it('goes from its receipt to its closing, with an event and a step for each change', async () => {
    const received = await write('receivePetitionMatter', {
      channel: 'LETTER',
      ...matter({ petitioners: 3 }),
    });
    const { id: petitionMatterId } = received.result;
    expect(received.result).toMatchObject({
      status: 'RECEIVED',
      receivedOn: today(),
      acceptDueOn: addDays(today(), 15),
      settleDueOn: addDays(today(), 60),
      nextDueOn: addDays(today(), 15),
      isOverdue: false,
    });
    const petitionAgentId = await server.newAgent();
    const steps: [string, Record<string, unknown>, Record<string, unknown>][] = [
      ['assignPetitionAgent', { petitionAgentId }, { status: 'AGENT_ASSIGNED' }],
      ['acceptPetitionMatter', {}, { status: 'AGENT_ASSIGNED', nextDueOn: addDays(today(), 60) }],
      ['transferPetitionMatter', { bureau: '示例局', transferText: '秘文乙' }, { status: 'TRANSFERRED' }],
      ['extendPetitionMatter', { days: 30, reason: '秘由丁' }, { settleDueOn: addDays(today(), 90) }],
      ['notePetitionMatter', { note: '秘注己' }, { status: 'TRANSFERRED' }],
      ['recordPetitionReply', { reply: '秘复丙' }, { status: 'REPLIED' }],
      [
        'closePetitionMatter',
        { outcome: 'RESOLVED', recoveredFen: 300_000 },
        {
          status: 'CLOSED',
          outcome: 'RESOLVED',
          peopleConcerned: 3,
          recovered: { fen: 300_000 },
          finishedOn: today(),
          nextDueOn: null,
        },
      ],
    ];
    for (const [action, input, expected] of steps)
      expect((await write(action, { petitionMatterId, ...input })).result, action).toMatchObject(expected);
    const events = await eventsOf(server, petitionMatterId);
    expect(events.map(({ action }) => action)).toEqual([
      'receivePetitionMatter',
      ...steps.map(([each]) => each),
    ]);
    const taken = await server.sql<{ action: string }[]>`
      select action from petition_step where matter_id = ${petitionMatterId} order by sequence`;
    expect(taken.map(({ action }) => action)).toEqual([
      'RECEIVED',
      'AGENT_ASSIGNED',
      'ACCEPTED',
      'TRANSFERRED',
      'EXTENDED',
      'NOTE',
      'REPLIED',
      'CLOSED',
    ]);
    expect(await server.recount()).toEqual([]);
  });

  it('is withdrawn from every open status, and from no other', async () => {
    const open = ['AGENT_ASSIGNED', 'TRANSFERRED', 'REPLIED'] as const;
    const ids = [
      await server.newMatter(),
      ...(await Promise.all(open.map((status) => server.matterIn(status)))),
    ];
    for (const petitionMatterId of ids) {
      expect((await write('withdrawPetitionMatter', { petitionMatterId })).result.status).toBe('WITHDRAWN');
      expect((await write('withdrawPetitionMatter', { petitionMatterId })).result.__typename).toBe(
        'InvalidTransition',
      );
    }
    const closed = await server.matterIn('CLOSED');
    expect((await write('withdrawPetitionMatter', { petitionMatterId: closed })).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'CLOSED',
    });
    expect(await server.recount()).toEqual([]);
  });

  it('takes no step out of order', async () => {
    const received = await server.newMatter();
    const transferred = await server.matterIn('TRANSFERRED');
    for (const [petitionMatterId, action, input, from] of [
      [received, 'transferPetitionMatter', { bureau: '示例局', transferText: '示例' }, 'RECEIVED'],
      [received, 'recordPetitionReply', { reply: '示例' }, 'RECEIVED'],
      [received, 'closePetitionMatter', { outcome: 'RESOLVED' }, 'RECEIVED'],
      [transferred, 'closePetitionMatter', { outcome: 'EXPLAINED' }, 'TRANSFERRED'],
      [transferred, 'closePetitionMatter', { outcome: 'NOT_ACCEPTED' }, 'TRANSFERRED'],
    ] as const)
      expect((await write(action, { petitionMatterId, ...input })).result, action).toMatchObject({
        __typename: 'InvalidTransition',
        from,
      });
  });

  it('is closed as not accepted before it is accepted only, and then concerns nobody', async () => {
    const [one, other] = [await server.newMatter(), await server.matterIn('AGENT_ASSIGNED')];
    expect(
      (await write('closePetitionMatter', { petitionMatterId: one, outcome: 'NOT_ACCEPTED' })).result,
    ).toMatchObject({ status: 'CLOSED', peopleConcerned: 0, recovered: { fen: 0 } });
    const paid = { petitionMatterId: other, outcome: 'NOT_ACCEPTED', recoveredFen: 1 };
    expect((await write('closePetitionMatter', paid)).code).toBe('BAD_USER_INPUT');
    await write('acceptPetitionMatter', { petitionMatterId: other });
    expect(
      (await write('closePetitionMatter', { petitionMatterId: other, outcome: 'NOT_ACCEPTED' })).result,
    ).toMatchObject({ __typename: 'InvalidTransition' });
  });

  it('that has ended takes no note, edit, extension or acceptance', async () => {
    const petitionMatterId = await server.matterIn('CLOSED');
    for (const [action, input] of [
      ['notePetitionMatter', { note: '示例' }],
      ['extendPetitionMatter', { days: 1, reason: '示例' }],
      ['acceptPetitionMatter', {}],
      ['updatePetitionMatter', { version: 1, kind: 'OTHER' }],
    ] as const)
      expect((await write(action, { petitionMatterId, ...input })).result, action).toMatchObject({
        __typename: 'PetitionMatterFinished',
        status: 'CLOSED',
      });
  });

  it('is extended until the last day of its period, and no longer once it is overdue', async () => {
    const lastDay = await server.newMatter({ receivedOn: addDays(today(), -60) });
    const overdue = await server.newMatter({ receivedOn: addDays(today(), -61) });
    const extend = (petitionMatterId: string) =>
      write('extendPetitionMatter', { petitionMatterId, days: 30, reason: '示例' });
    expect((await extend(overdue)).result).toMatchObject({
      __typename: 'PetitionPeriodOver',
      settleDueOn: addDays(today(), -1),
    });
    expect(await server.stored(overdue)).toMatchObject({
      settleDueOn: addDays(today(), -1),
      extendedDays: null,
    });
    expect((await extend(lastDay)).result).toMatchObject({ settleDueOn: addDays(today(), 30) });
  });

  it('is accepted once, on a day within its steps', async () => {
    const petitionMatterId = await server.newMatter({ receivedOn: addDays(today(), -20) });
    const [row] = (
      await server.request(
        `{ petitionMatters(within: "${community}", overdue: true) {
      nodes { id isOverdue nextDueOn } } }`,
        {},
        handling,
      )
    ).data.petitionMatters.nodes;
    expect(row).toEqual({ id: petitionMatterId, isOverdue: true, nextDueOn: addDays(today(), -5) });
    const { result } = await write('acceptPetitionMatter', { petitionMatterId });
    expect(result).toMatchObject({ acceptedOn: today(), isOverdue: false, nextDueOn: addDays(today(), 40) });
    expect((await write('acceptPetitionMatter', { petitionMatterId })).result).toMatchObject({
      __typename: 'PetitionAlreadyAccepted',
      notifiedOn: today(),
    });
  });

  it('keeps its columns encrypted, and edits them at the version that was read', async () => {
    const petitionMatterId = await server.newMatter();
    expect(secretsIn(JSON.stringify(await server.stored(petitionMatterId)))).toEqual([]);
    const edit = { petitionMatterId, version: 1, phone: '13900000009', description: '改后' };
    expect((await write('updatePetitionMatter', edit)).result.version).toBe(2);
    expect((await write('updatePetitionMatter', edit)).result.__typename).toBe('VersionConflict');
    const row = (await server.stored(petitionMatterId)) as PetitionMatter;
    const decrypt = (name: 'petitionerPhone' | 'description' | 'petitionerName') =>
      encryptedPetitionMatter.decrypt(developmentKeyring, row, name);
    expect([decrypt('petitionerPhone'), decrypt('description'), decrypt('petitionerName')]).toEqual([
      '13900000009',
      '改后',
      '欧阳秘甲',
    ]);
  });

  it.each([
    ['a day of receipt in the future', { receivedOn: '2999-01-01' }],
    ['a day of receipt long ago', { receivedOn: '2001-01-01' }],
    ['no petitioner at all', { petitioners: 0 }],
    ['an empty description', { description: ' ' }],
    ['an identity number of another form', { petitioner: { name: '示例', idNumber: '41010519400312' } }],
    ['a telephone number with letters', { petitioner: { name: '示例', phone: '秘电话' } }],
    ['a key of no form', { elderId: 'x' }],
  ])('is refused with %s, without its values in the error', async (_what, input) => {
    const { data, errors } = await server.request(
      'mutation ($input: ReceivePetitionMatterInput!) { receivePetitionMatter(input: $input) { __typename } }',
      { input: { channel: 'PHONE', ...matter(input) } },
      handling,
    );
    expect([data?.receivePetitionMatter ?? null, errors?.[0]?.extensions.code]).toEqual([
      null,
      'BAD_USER_INPUT',
    ]);
    const text = JSON.stringify(errors);
    expect(text).not.toContain('秘电话');
    expect(text).not.toContain('41010519400312');
  });
});

describe('of concurrent requests', () => {
  it('one closes or withdraws a matter', async () => {
    const petitionMatterId = await server.matterIn('REPLIED');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        index % 2
          ? write('withdrawPetitionMatter', { petitionMatterId })
          : write('closePetitionMatter', { petitionMatterId, outcome: 'RESOLVED' }),
      ),
    );
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual([...Array(7).fill('InvalidTransition'), 'PetitionMatter']);
    const ends = await server.sql`
      select from petition_step where matter_id = ${petitionMatterId} and action in ('CLOSED', 'WITHDRAWN')`;
    expect(ends).toHaveLength(1);
    expect(await server.recount()).toEqual([]);
  });

  it('one extends the period, which no statement can extend again', async () => {
    const petitionMatterId = await server.newMatter();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        write('extendPetitionMatter', { petitionMatterId, days: index + 1, reason: '示例' }),
      ),
    );
    const extended = answers.filter(({ result }) => result.__typename === 'PetitionMatter');
    expect(extended).toHaveLength(1);
    const { settleDueOn } = extended[0]?.result ?? {};
    for (const { result } of answers) expect(result.settleDueOn).toBe(settleDueOn);
    await expect(
      server.sql`update petition_matter set extended_days = 29 where id = ${petitionMatterId}`,
    ).rejects.toThrow('extended once');
    for (const days of [0, 31])
      expect((await write('extendPetitionMatter', { petitionMatterId, days, reason: '示例' })).code).toBe(
        'BAD_USER_INPUT',
      );
  });

  it('an assignment and the closing of the agent’s record do not both happen', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [petitionMatterId, petitionAgentId] = [await server.newMatter(), await server.newAgent()];
      const [assigned, closed] = await Promise.all([
        write('assignPetitionAgent', { petitionMatterId, petitionAgentId }),
        write('closePetitionAgent', { petitionAgentId }),
      ]);
      const types = [assigned.result.__typename, closed.result.__typename];
      expect([
        ['PetitionMatter', 'PetitionAgentInCharge'],
        ['PetitionAgentClosed', 'PetitionAgent'],
      ]).toContainEqual(types);
    }
  });

  it('the same one has one effect under its idempotency key', async () => {
    const input = { channel: 'PHONE', ...matter(), idempotencyKey: 'call-1' };
    const answers = await Promise.all([0, 1, 2].map(() => write('receivePetitionMatter', input)));
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
    const other = { ...input, kind: 'OTHER' };
    expect((await write('receivePetitionMatter', other)).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('the steps', () => {
  it('are neither changed nor, while the matter is open, deleted', async () => {
    const id = await server.newMatter();
    for (const change of [
      server.sql`update petition_step set action = 'NOTE' where matter_id = ${id}`,
      server.sql`delete from petition_step where matter_id = ${id}`,
    ])
      await expect(change).rejects.toThrow(/petition_step|open matter/);
  });

  it('are encrypted with a new key when keys are rotated, and say the same', async () => {
    const petitionMatterId = await server.newMatter();
    await write('notePetitionMatter', { petitionMatterId, note: '秘注己' });
    const next = new Keyring(new Map([['next', Buffer.alloc(32, 'next')], ...developmentSecrets]));
    const { reencrypted } = await rotateKeys(server.sql, next, subgraph, () => () => {});
    expect(reencrypted.petition_step).toBeGreaterThan(0);
    const [row] = await server.sql<PetitionStep[]>`
      select * from petition_step where matter_id = ${petitionMatterId} and action = 'NOTE'`;
    expect(row?.note).toContain('.next.');
    expect(encryptedPetitionStep.decrypt(next, row as PetitionStep, 'note')).toBe('秘注己');
  });

  it('name a bureau or role, never the person', async () => {
    const headers = await headersOf({
      sub: 'zhang-san',
      roles: ['petition-agent'],
      divisions: ['410105'],
      bureau: '示例信访局',
    });
    const { result } = await write('receivePetitionMatter', { channel: 'PHONE', ...matter() }, headers);
    const [step] = await server.sql`select actor from petition_step where matter_id = ${result.id}`;
    expect(step?.actor).toBe('示例信访局');
  });
});

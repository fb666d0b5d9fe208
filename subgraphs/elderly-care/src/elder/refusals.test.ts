// Writes that would reach into another district are refused without revealing anything.
import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElderSubgraph, elderSubgraph, person } from './testing.ts';

let server: ElderSubgraph;
beforeAll(async () => {
  server = await elderSubgraph({ Elder: 'id version', CareVisit: 'id' });
});
afterAll(() => server.stop());

const manager = (sub: string, divisions: string[]) =>
  headersOf({ sub, roles: ['care-manager'], divisions }, 'CARE');

describe('an elder who is registered outside the viewer’s divisions', () => {
  it.each([
    ['another district', '410102001002', '410102'],
    ['another subdistrict', '410105001003', '410105001'],
  ])('is refused without naming the place, in %s', async (_where, divisionCode, within) => {
    const input = person();
    const { result: known } = await server.write('registerElder', input);
    const { data, errors } = await server.request(
      `mutation ($input: RegisterElderInput!) { registerElder(input: $input) {
        __typename ... on ElderAlreadyRegistered { message elder { id division { code } } } } }`,
      { input: { ...input, divisionCode } },
      await manager(within, [within]),
    );
    expect([errors, data.registerElder]).toMatchObject([
      undefined,
      { __typename: 'ElderAlreadyRegistered', elder: null },
    ]);
    expect(JSON.stringify(data)).not.toMatch(/4101\d\d/);
    await server.recorded();
    expect(
      await server.sql`select outcome, subject_id, fields from access_record where viewer = ${within}`,
    ).toEqual([{ outcome: 'REFUSED', subjectId: known.id, fields: ['registerElder'] }]);
  });
});

describe('a worker of another district', () => {
  it('cannot be assigned an elder or a visit: the key shows the district, so nothing is looked up', async () => {
    const careWorkerId = newId('410102');
    const input = person();
    expect((await server.write('registerElder', { ...input, careWorkerId })).code).toBe('BAD_USER_INPUT');
    const { result: elder } = await server.write('registerElder', input);
    const edit = { elderId: elder.id, version: elder.version, careWorkerId };
    expect((await server.write('updateElder', edit)).code).toBe('BAD_USER_INPUT');
    const { result: visit } = await server.write('requestCareVisit', {
      elderId: elder.id,
      kind: 'MEAL',
      scheduledAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    const assigned = await server.write('assignCareVisit', { visitId: visit.id, careWorkerId });
    expect(assigned.code).toBe('BAD_USER_INPUT');
  });
});

describe('an idempotency key', () => {
  it('belongs to its viewer in their districts: after a move, answers from before are not given', async () => {
    const there = '410102001002';
    const input = { ...person(), idempotencyKey: 'moving' };
    const { result: first } = await server.write('registerElder', input, await manager('moving', ['410105']));
    // In the same district, however its divisions are named, it is the same key.
    const again = await server.write('registerElder', input, await manager('moving', ['410105007']));
    expect(again.result).toEqual(first);
    const moved = await manager('moving', ['410102']);
    // It is performed there, and finds the number registered, without naming the place.
    const { result: anew } = await server.write('registerElder', { ...input, divisionCode: there }, moved);
    expect(anew).toEqual({ __typename: 'ElderAlreadyRegistered', message: expect.any(String) });
    const here = { ...person(), divisionCode: there, idempotencyKey: 'moved' };
    const { result: second } = await server.write('registerElder', here, moved);
    expect(second).toMatchObject({ __typename: 'Elder' });
    expect(second.id).not.toBe(first.id);
    // Back in the first district, the first answer is given again.
    const { result: back } = await server.write('registerElder', input, await manager('moving', ['410105']));
    expect(back).toEqual(first);
  });
});

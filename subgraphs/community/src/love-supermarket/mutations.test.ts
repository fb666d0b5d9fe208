import { today } from '@district-graph/kit/calendar';
import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  coats,
  community,
  type SupermarketSubgraph,
  supermarketSubgraph,
  unknownId,
} from '../stock/testing.ts';

let server: SupermarketSubgraph;
beforeAll(async () => {
  server = await supermarketSubgraph();
});
afterAll(() => server.stop());

const listed = async () => {
  const { data } = await server.request(
    `{ loveSupermarkets(within: "410105", first: 100) { totalCount nodes { id } }
      _entities(representations: [{ __typename: "Division", code: "410105" }]) { ... on Division { community { loveSupermarketCount } } } }`,
  );
  const { nodes, totalCount } = data.loveSupermarkets;
  expect(data._entities[0].community.loveSupermarketCount).toBe(totalCount);
  return { totalCount, ids: nodes.map(({ id }: { id: string }) => id) };
};

it('is registered, edited and closed, with an event for each; closed ones leave lists and counts', async () => {
  const before = await listed();
  const serviceCentreId = newId(community);
  const id = await server.open({ serviceCentreId });
  expect((await listed()).ids).toContain(id);
  const edited = await server.write('updateLoveSupermarket', {
    loveSupermarketId: id,
    version: 1,
    name: '示例雷锋超市',
    location: { longitude: 113.7, latitude: 34.8 },
  });
  expect(edited.result).toMatchObject({
    name: '示例雷锋超市',
    version: 2,
    location: { longitude: 113.7, latitude: 34.8 },
    serviceCentre: { id: serviceCentreId },
    division: { code: community },
  });
  const stale = await server.write('updateLoveSupermarket', {
    loveSupermarketId: id,
    version: 1,
    name: '示例',
  });
  expect(stale.result).toMatchObject({ __typename: 'VersionConflict', current: 2, seen: 1 });
  const closed = await server.write('closeLoveSupermarket', { loveSupermarketId: id });
  expect(closed.result).toMatchObject({ status: 'CLOSED', closedOn: today() });
  expect(await listed()).toEqual(before);
  expect(await eventsOf(server, id)).toEqual([
    { action: 'registerLoveSupermarket', fromStatus: null, toStatus: 'OPEN' },
    { action: 'updateLoveSupermarket', fromStatus: 'OPEN', toStatus: 'OPEN' },
    { action: 'closeLoveSupermarket', fromStatus: 'OPEN', toStatus: 'CLOSED' },
  ]);
  const { data } = await server.request(`{ loveSupermarket(id: "${id}") { status } }`);
  expect(data.loveSupermarket).toEqual({ status: 'CLOSED' });
  const again = await server.write('closeLoveSupermarket', { loveSupermarketId: id });
  expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED' });
  const late = await server.write('updateLoveSupermarket', {
    loveSupermarketId: id,
    version: 3,
    name: '示例',
  });
  expect(late.result.__typename).toBe('LoveSupermarketClosed');
  expect(await server.recount()).toEqual([]);
});

it('is not closed while it has items in stock, nor takes donations or hands out once it is closed', async () => {
  const loveSupermarketId = await server.open();
  await server.donate(loveSupermarketId, coats(2));
  const refused = await server.write('closeLoveSupermarket', { loveSupermarketId });
  expect(refused.result).toMatchObject({ __typename: 'LoveSupermarketStocked', quantity: 2 });
  expect(refused.result.message).toMatch(/\p{Script=Han}.*2.*[a-z]/u);
  const { id: handoutId } = await server.handOut(loveSupermarketId, coats(2));
  expect((await server.write('closeLoveSupermarket', { loveSupermarketId })).result.status).toBe('CLOSED');
  expect((await server.donate(loveSupermarketId, coats(1))).__typename).toBe('LoveSupermarketClosed');
  expect((await server.handOut(loveSupermarketId, coats(1))).__typename).toBe('LoveSupermarketClosed');
  const back = await server.write('cancelHandout', { handoutId, reason: 'RETURNED' });
  expect(back.result.__typename).toBe('LoveSupermarketClosed');
  expect(await server.stockOf(loveSupermarketId)).toEqual([]);
});

it('is either closed first or takes the donation first, when both arrive at once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const loveSupermarketId = await server.open();
    const [donation, { result }] = await Promise.all([
      server.donate(loveSupermarketId, coats(1)),
      server.write('closeLoveSupermarket', { loveSupermarketId }),
    ]);
    expect([
      ['Donation', 'LoveSupermarketStocked'],
      ['LoveSupermarketClosed', 'LoveSupermarket'],
    ]).toContainEqual([donation.__typename, result.__typename]);
  }
});

it('is registered once per idempotency key', async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => server.open({ idempotencyKey: 'once' })));
  expect(new Set(ids).size).toBe(1);
});

it('is refused with invalid input, outside of the divisions of the viewer, and without the scope', async () => {
  for (const wrong of [
    { name: '' },
    { divisionCode: 'x' },
    { serviceCentreId: 'x' },
    { openedOn: '2999-01-01' },
    { location: { longitude: 116.4, latitude: 39.9 } },
  ])
    await expect(server.open(wrong), JSON.stringify(wrong)).rejects.toThrow('BAD_USER_INPUT');
  const loveSupermarketId = await server.open();
  for (const closedOn of ['2019-12-31', '2999-01-01'])
    expect((await server.write('closeLoveSupermarket', { loveSupermarketId, closedOn })).code).toBe(
      'BAD_USER_INPUT',
    );
  expect((await server.write('closeLoveSupermarket', { loveSupermarketId: unknownId })).code).toBe(
    'NO_SUCH_RECORD',
  );
  for (const bearer of [
    { roles: ['community-worker'], divisions: ['410102'] },
    { roles: ['care-manager'], divisions: ['410105'] },
  ] as const)
    expect(
      (await server.write('closeLoveSupermarket', { loveSupermarketId }, await headersOf(bearer))).code,
    ).toBe('FORBIDDEN');
});

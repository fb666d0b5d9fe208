import { today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  coats,
  quilts,
  type SupermarketSubgraph,
  serving,
  supermarketSubgraph,
  unknownId,
} from '../stock/testing.ts';

let server: SupermarketSubgraph;
beforeAll(async () => {
  server = await supermarketSubgraph();
});
afterAll(() => server.stop());

let loveSupermarketId: string;
beforeEach(async () => {
  loveSupermarketId = await server.open();
});

const record = (input: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  server.write('recordDonation', { loveSupermarketId, items: [coats(3)], ...input }, headers);

describe('a donation', () => {
  it('adds all its items to the stock at once, is counted on its day, and has its event', async () => {
    const { result } = await record({
      donorOrganisation: '示例单位',
      receivedOn: '2024-02-03',
      items: [coats(3), quilts(2)],
    });
    expect(result).toMatchObject({
      __typename: 'Donation',
      status: 'RECORDED',
      donorKind: 'ORGANISATION',
      donorOrganisation: '示例单位',
      donorName: null,
      receivedOn: '2024-02-03',
      items: [coats(3), quilts(2)],
      loveSupermarket: { id: loveSupermarketId },
    });
    await record({ items: [coats(4)] });
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(7), quilts(2)]);
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'recordDonation', fromStatus: null, toStatus: 'RECORDED' },
    ]);
    const { data } = await server.request(
      `{ _entities(representations: [{ __typename: "Division", code: "410105" }]) { ... on Division { community {
        donationSummary(period: { from: "2024-02-03", to: "2024-02-03" }) { donations items byCategory { category items } } } } } }`,
    );
    const { donationSummary } = data._entities[0].community;
    expect(donationSummary).toMatchObject({ donations: 1, items: 5 });
    expect(donationSummary.byCategory.filter(({ items }: { items: number }) => items > 0)).toEqual([
      { category: 'COAT', items: 3 },
      { category: 'QUILT', items: 2 },
    ]);
    expect(await server.recount()).toEqual([]);
  });

  it('of a person names the donor to those who may see it, for a purpose, and is stored encrypted', async () => {
    const { result } = await record({ donorName: '欧阳示例' });
    expect(result).toMatchObject({ donorKind: 'PERSON', donorName: null, receivedOn: today() });
    const read = async (headers: Record<string, string>) => {
      const { data } = await server.request(
        `{ donation(id: "${result.id}") { donorKind donorName } }`,
        {},
        headers,
      );
      return data.donation.donorName;
    };
    expect(await read(serving)).toBe('欧阳示例');
    const worker = { roles: ['community-worker'] } as const;
    for (const headers of [
      await headersOf({ ...worker, divisions: ['410105'] }),
      await headersOf({ ...worker, divisions: ['410102'] }, 'COMMUNITY_SERVICE'),
      await headersOf({ roles: ['care-manager'], divisions: ['410105'] }, 'CARE'),
    ])
      expect(await read(headers)).toBeNull();
    const stored = await server.sql`select * from donation, change_event`;
    expect(JSON.stringify(stored)).not.toContain('欧阳');
  });

  it('without a donor is anonymous', async () => {
    expect((await record()).result).toMatchObject({ donorKind: 'ANONYMOUS', donorOrganisation: null });
  });

  it('is recorded once per idempotency key', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => record({ idempotencyKey: 'once' })));
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(3)]);
  });

  it('is refused with invalid input, and then adds nothing', async () => {
    for (const wrong of [
      { items: [] },
      { items: [coats(0)] },
      { items: [coats(100_001)] },
      { items: [coats(1), quilts(1), coats(2)] },
      { donorOrganisation: '示例单位', donorName: '示例' },
      { donorOrganisation: ' ' },
      { donorName: '示'.repeat(101) },
      { receivedOn: '2019-12-31' },
      { receivedOn: '2999-01-01' },
    ])
      expect((await record(wrong)).code, JSON.stringify(wrong)).toBe('BAD_USER_INPUT');
    expect((await record({ loveSupermarketId: unknownId })).code).toBe('NO_SUCH_RECORD');
    const elsewhere = await headersOf({ roles: ['community-worker'], divisions: ['410102'] });
    expect((await record({}, elsewhere)).code).toBe('FORBIDDEN');
    expect(await server.stockOf(loveSupermarketId)).toEqual([]);
    expect(
      await server.sql`select id from donation where love_supermarket_id = ${loveSupermarketId}`,
    ).toHaveLength(0);
  });
});

describe('a donation that is cancelled', () => {
  const cancel = (donationId: string, headers?: Record<string, string>) =>
    server.write('cancelDonation', { donationId, reason: 'UNUSABLE' }, headers);

  it('takes its items out of the stock and of the figures, once', async () => {
    const { result } = await record({ receivedOn: '2023-05-06', items: [coats(3), quilts(2)] });
    const cancelled = await cancel(result.id);
    expect(cancelled.result).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'UNUSABLE',
      items: [coats(3), quilts(2)],
    });
    expect(cancelled.result.cancelledAt).toMatch(/\+08:00$/);
    expect(await server.stockOf(loveSupermarketId)).toEqual([]);
    const again = await cancel(result.id);
    expect(again.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CANCELLED' });
    expect((await eventsOf(server, result.id)).map(({ toStatus }) => toStatus)).toEqual([
      'RECORDED',
      'CANCELLED',
    ]);
    const sums = await server.sql`
      select sum(amount) as amount from tally where grain = 'DAY' and start = '2023-05-06'`;
    expect(Number(sums[0]?.amount ?? 0)).toBe(0);
    expect(await server.recount()).toEqual([]);
  });

  it('must still be in stock: the refusal says of what there is too little', async () => {
    const { result } = await record({ items: [coats(3), quilts(2)] });
    await server.handOut(loveSupermarketId, coats(2));
    const refused = await cancel(result.id);
    expect(refused.result).toMatchObject({
      __typename: 'InsufficientStock',
      code: 'INSUFFICIENT_STOCK',
      shortages: [{ category: 'COAT', condition: 'GOOD', requested: 3, available: 1 }],
    });
    expect(refused.result.message).toMatch(/\p{Script=Han}.*COAT GOOD 1\/3.*[a-z]/u);
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(1), quilts(2)]);
    await record({ items: [coats(2)] });
    expect((await cancel(result.id)).result.status).toBe('CANCELLED');
    expect(await server.stockOf(loveSupermarketId)).toEqual([]);
  });

  it('is known, and in the divisions of the viewer', async () => {
    expect((await cancel(unknownId)).code).toBe('NO_SUCH_RECORD');
    const { result } = await record();
    const elsewhere = await headersOf({ roles: ['community-worker'], divisions: ['410102'] });
    expect((await cancel(result.id, elsewhere)).code).toBe('FORBIDDEN');
  });

  it('is cancelled, or its items are handed out, never both, when all arrive at once', async () => {
    const { result } = await record({ items: [coats(5)] });
    const [cancelled, ...handed] = await Promise.all([
      cancel(result.id),
      ...Array.from({ length: 6 }, () => server.handOut(loveSupermarketId, coats(1))),
    ]);
    const given = handed.filter(({ __typename }) => __typename === 'Handout').length;
    if (cancelled.result.__typename === 'Donation') expect(given).toBe(0);
    else expect(given).toBe(5);
    expect(await server.recount()).toEqual([]);
  });
});

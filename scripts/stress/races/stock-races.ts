// Races for stock: handouts of the last items, with cancellations of handouts and donations.

import type { Answer } from '../graph/client.ts';
import { person } from '../graph/records.ts';
import { atOnce, type Race, type RaceContext, times } from './race.ts';

const coats = (quantity: number) => ({ category: 'COAT', condition: 'GOOD', quantity });
const quilts = (quantity: number) => ({ category: 'QUILT', condition: 'NEW', quantity });

const stockOf = async ({ graph }: RaceContext, loveSupermarketId: string) => {
  const rows = await graph.databases.community<{ category: string; quantity: number }[]>`
    select category, quantity from supermarket_stock where love_supermarket_id = ${loveSupermarketId}`;
  const quantityOf = (category: string) => rows.find((row) => row.category === category)?.quantity ?? 0;
  return { coats: quantityOf('COAT'), quilts: quantityOf('QUILT') };
};

const given = (answers: readonly Answer[]) => answers.filter(({ __typename }) => __typename === 'Handout');

/** Handouts of the last items, of which every other names them in the opposite order. */
async function lastItems(context: RaceContext): Promise<void> {
  const { findings, records } = context;
  const clients = 100;
  const { id: loveSupermarketId } = await records.loveSupermarket();
  await records.donation(loveSupermarketId, [coats(30), quilts(10)]);
  const inputs = times(clients, (index) => ({
    loveSupermarketId,
    recipientKind: 'CLEANER',
    recipientName: person(records.next()).name,
    items: index % 2 ? [coats(2), quilts(1)] : [quilts(1), coats(2)],
  }));
  const answers = await atOnce(context, 'community', 'recordHandout', inputs);
  findings.same(
    'stock: 10 of 100 handouts get the last 10 items',
    [given(answers).length, answers.length],
    [10, clients],
  );
  findings.same('stock: what is left is what was not handed out', await stockOf(context, loveSupermarketId), {
    coats: 10,
    quilts: 0,
  });
  findings.expect(
    'stock: a refusal names fewer items than were requested',
    answers.every(
      ({ __typename, shortages }) =>
        __typename === 'Handout' ||
        (__typename === 'InsufficientStock' &&
          shortages.length > 0 &&
          shortages.every(
            (each: { requested: number; available: number }) => each.available < each.requested,
          )),
    ),
    () => answers.filter(({ __typename }) => __typename !== 'Handout').slice(0, 2),
  );
}

/** A donation is cancelled while its items are handed out, and other handouts are cancelled. */
async function cancelledStock(context: RaceContext): Promise<void> {
  const { findings, records } = context;
  const { id: loveSupermarketId } = await records.loveSupermarket();
  const { id: donationId } = await records.donation(loveSupermarketId, [coats(10)]);
  await records.donation(loveSupermarketId, [coats(10)]);
  const handout = () => ({
    loveSupermarketId,
    recipientKind: 'CLEANER',
    recipientName: person(records.next()).name,
    items: [coats(1)],
  });
  const first = given(await atOnce(context, 'community', 'recordHandout', times(8, handout)));
  const [cancelled, returned, later] = await Promise.all([
    atOnce(
      context,
      'community',
      'cancelDonation',
      times(4, () => ({ donationId, reason: 'RETURNED' })),
    ),
    atOnce(
      context,
      'community',
      'cancelHandout',
      first.map(({ id: handoutId }) => ({ handoutId, reason: 'RETURNED' })),
    ),
    atOnce(context, 'community', 'recordHandout', times(30, handout)),
  ]);
  const count = (answers: readonly Answer[], type: string) =>
    answers.filter(({ __typename }) => __typename === type).length;
  findings.expect(
    'stock: a donation is cancelled once at most',
    count(cancelled, 'Donation') <= 1,
    () => cancelled,
  );
  findings.same('stock: each handout is cancelled', count(returned, 'Handout'), first.length);
  findings.same(
    'stock: it is what was donated and not handed out, whatever came first',
    (await stockOf(context, loveSupermarketId)).coats,
    20 - 10 * count(cancelled, 'Donation') - given(later).length,
  );
}

export const stockRaces: readonly Race[] = [
  { name: 'stock', run: lastItems },
  { name: 'cancelled-stock', run: cancelledStock },
];

// What the tests of love supermarkets share: a subgraph with a database of its own, supermarkets, and what they have in stock.
import { headersOf } from '@district-graph/kit/testing/identity';
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph } from '../subgraph.ts';
import type { StockItem } from './tables.ts';

export const community = '410105007003';
export const unknownId = '01a1fc14-c3c1-7069-8000-000000000099';

/** The headers of a worker of the community, with a purpose. */
export const serving = await headersOf(
  { sub: 'worker', roles: ['community-worker'], divisions: ['410105'] },
  'COMMUNITY_SERVICE',
);

export const coats = (quantity: number): StockItem => ({ category: 'COAT', condition: 'GOOD', quantity });
export const quilts = (quantity: number): StockItem => ({ category: 'QUILT', condition: 'NEW', quantity });

export const household = {
  recipientKind: 'HOUSEHOLD',
  recipientName: '欧阳示例',
  address: '郑州市金水区南阳路街道 示例路 1 号',
};

export interface SupermarketSubgraph extends WritableSubgraph {
  /** Registers a supermarket and returns its id. */
  open: (input?: Record<string, unknown>) => Promise<string>;
  donate: (loveSupermarketId: string, ...items: StockItem[]) => Promise<{ id: string; __typename: string }>;
  /** The answer of a handout to a household. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the selection's; the test states what it expects of it.
  handOut: (loveSupermarketId: string, ...items: StockItem[]) => Promise<any>;
  stockOf: (loveSupermarketId: string) => Promise<StockItem[]>;
  /** The differences of the rollups and of the stock from a recount. */
  recount: () => Promise<readonly object[]>;
}

export async function supermarketSubgraph(): Promise<SupermarketSubgraph> {
  const item = 'category condition quantity';
  const server = await writableSubgraph(subgraph, {
    LoveSupermarket: `id name status closedOn openedOn version division { code } serviceCentre { id } location { longitude latitude } stock { ${item} }`,
    Donation: `id status cancelReason cancelledAt donorKind donorOrganisation donorName receivedOn items { ${item} } loveSupermarket { id }`,
    Handout: `id status cancelReason recipientKind recipientName address elder { id } handedOutOn items { ${item} }`,
    InsufficientStock: 'code message shortages { category condition requested available }',
    LoveSupermarketStocked: 'message quantity',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    AidGrant: 'id kind giver beneficiaries amount { fen currency } givenOn division { code }',
  });
  const { sql, write, request } = server;
  return {
    ...server,
    open: async (input = {}) => {
      const { result, code } = await write('registerLoveSupermarket', {
        divisionCode: community,
        name: '示例爱心超市',
        openedOn: '2020-01-01',
        location: { longitude: 113.68, latitude: 34.79 },
        ...input,
      });
      if (!result?.id) throw new Error(`registerLoveSupermarket: ${JSON.stringify({ result, code })}`);
      return result.id;
    },
    donate: async (loveSupermarketId, ...items) =>
      (await write('recordDonation', { loveSupermarketId, donorOrganisation: '示例单位', items })).result,
    handOut: async (loveSupermarketId, ...items) =>
      (await write('recordHandout', { loveSupermarketId, ...household, items })).result,
    stockOf: async (id) => {
      const { data } = await request(`query ($id: ID!) { loveSupermarket(id: $id) { stock { ${item} } } }`, {
        id,
      });
      return data.loveSupermarket.stock;
    },
    recount: async () => [
      ...(await sql`select * from tally_recount()`),
      ...(await sql`
        select * from supermarket_stock s full join (
          select love_supermarket_id, category, condition, sum(quantity) as counted from stock_entry group by 1, 2, 3
        ) e using (love_supermarket_id, category, condition)
        where s.quantity is distinct from e.counted`),
    ],
  };
}

// Resolvers for platforms: lookup, lists inside a division, and the tree below each.

import { isId } from '@district-graph/kit/database/ids';
import { checkDivisionCode, cityCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { deviceCodeParts } from '../device-code/device-code.ts';
import {
  childCountOfPlatform,
  childrenByPlatform,
  platformById,
  platformsByDivision,
  tierCountOfPlatform,
} from './loaders.ts';
import type { PlatformFilter, PlatformRow } from './store.ts';
import { platformTiers } from './tables.ts';

const platformList = defineList<PlatformRow>('monitoringPlatforms', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);
const childList = defineList<PlatformRow>('MonitoringPlatform.children', ['uuid'], (row) => [row.id]);

const find = (id: string, context: SubgraphContext) => (isId(id) ? platformById(context).load(id) : null);

async function listInside(
  code: string,
  { first, after, tier }: PageArgs & PlatformFilter,
  context: SubgraphContext,
) {
  const page = pageOf(platformList, { first, after });
  const rows = await platformsByDivision(context, { filter: { tier }, page }).load(code);
  return toConnection(platformList, page, rows, async () => {
    const sums = await stockByDivision(context).load(code);
    return sumOf(sums, ...(tier ? [tier] : platformTiers).map((name) => `platforms:${name}`));
  });
}

export const monitoringPlatformResolvers: Resolvers = {
  Query: {
    monitoringPlatform: (_root, { id }: { id: string }, context) => find(id, context),
    monitoringPlatforms: (
      _root,
      { within, ...args }: PageArgs & PlatformFilter & { within?: string | null },
      context,
    ) => listInside(checkDivisionCode(within ?? cityCode), args, context),
  },
  SecurityOverview: {
    platforms: ({ code }: { code: string }, args: PageArgs & PlatformFilter, context) =>
      listInside(code, args, context),
    platformTiers: async ({ code }: { code: string }, _args, context) => {
      const sums = await stockByDivision(context).load(code);
      return platformTiers.filter((tier) => sumOf(sums, `platforms:${tier}`) > 0).length;
    },
  },
  MonitoringPlatform: {
    __resolveReference: ({ id }: { id: string }, context: SubgraphContext) => find(id, context),
    codeParts: ({ deviceCode }: PlatformRow) => deviceCodeParts(deviceCode),
    division: ({ divisionCode }: PlatformRow) => ({ code: divisionCode }),
    parent: ({ parentId }: PlatformRow, _args, context) => parentId && platformById(context).load(parentId),
    children: async ({ id }: PlatformRow, args: PageArgs, context) => {
      const page = pageOf(childList, args);
      const rows = await childrenByPlatform(context, page).load(id);
      return toConnection(childList, page, rows, () => childCountOfPlatform(context).load(id));
    },
    tierCount: ({ id }: PlatformRow, _args, context) => tierCountOfPlatform(context).load(id),
    investment: ({ investmentFen }: PlatformRow) =>
      investmentFen === null ? null : { fen: investmentFen, currency: 'CNY' },
    location: ({ longitude, latitude }: PlatformRow) => ({ longitude, latitude }),
  },
};

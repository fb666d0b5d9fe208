// Resolvers of the viewer's own data: an elder's visits and subsidies.

import type { Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
import { signedIn, type ViewerParent } from '@district-graph/kit/schema/entities';
import type { CareVisitFilter } from '../care-visit/store.ts';
import { listSubsidiesOf, listVisitsOf } from '../elder/resolvers.ts';

export const viewerResolvers: Resolvers = {
  Query: { viewer: signedIn },
  Viewer: {
    visits: ({ elderId }: ViewerParent, args: PageArgs & CareVisitFilter, context) =>
      elderId && listVisitsOf(elderId, args, context),
    subsidies: ({ elderId }: ViewerParent, args: PageArgs, context) =>
      elderId && listSubsidiesOf(elderId, args, context),
  },
};

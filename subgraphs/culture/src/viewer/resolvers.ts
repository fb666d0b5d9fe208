// Resolvers of the viewer's own data: bookings.

import type { Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
import { signedIn, type ViewerParent } from '@district-graph/kit/schema/entities';
import { listBookingsOfViewer } from '../booking/resolvers.ts';

export const viewerResolvers: Resolvers = {
  Query: { viewer: signedIn },
  Viewer: {
    bookings: (viewer: ViewerParent, args: PageArgs, context) => listBookingsOfViewer(viewer, args, context),
  },
};

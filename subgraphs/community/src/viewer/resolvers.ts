// Resolvers of the viewer's own data: petition matters.

import type { Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
import { signedIn, type ViewerParent } from '@district-graph/kit/schema/entities';
import { listMattersOfViewer } from '../petition-matter/resolvers.ts';

export const viewerResolvers: Resolvers = {
  Query: { viewer: signedIn },
  Viewer: {
    petitionMatters: (viewer: ViewerParent, args: PageArgs, context) =>
      listMattersOfViewer(viewer, args, context),
  },
};

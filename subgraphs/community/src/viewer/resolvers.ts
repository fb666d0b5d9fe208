// Resolvers of the viewer's own data: their record as a volunteer, and their petition matters.

import type { Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
import { signedIn, type ViewerParent } from '@district-graph/kit/schema/entities';
import { listMattersOfViewer } from '../petition-matter/resolvers.ts';
import { volunteerOfViewer } from '../volunteer/loaders.ts';

export const viewerResolvers: Resolvers = {
  Query: { viewer: signedIn },
  Viewer: {
    volunteer: ({ id, elderId }: ViewerParent, _args, context) =>
      volunteerOfViewer(context, { elderId }).load(id),
    petitionMatters: (viewer: ViewerParent, args: PageArgs, context) =>
      listMattersOfViewer(viewer, args, context),
  },
};

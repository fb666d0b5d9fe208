// Resolvers of the viewer's own data: their record as a volunteer.

import type { Resolvers } from '@district-graph/kit/loaders';
import { signedIn, type ViewerParent } from '@district-graph/kit/schema/entities';
import { volunteerOfViewer } from '../volunteer/loaders.ts';

export const viewerResolvers: Resolvers = {
  Query: { viewer: signedIn },
  Viewer: {
    volunteer: ({ id, elderId }: ViewerParent, _args, context) =>
      volunteerOfViewer(context, { elderId }).load(id),
  },
};

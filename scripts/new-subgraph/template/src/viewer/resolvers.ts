// Resolvers of the viewer's own data: the sample records that they have registered.

import type { Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
import { signedIn, type ViewerParent } from '@district-graph/kit/schema/entities';
import { listSampleRecordsOfViewer } from '../sample-record/resolvers.ts';

export const viewerResolvers: Resolvers = {
  Query: { viewer: signedIn },
  Viewer: {
    sampleRecords: (viewer: ViewerParent, args: PageArgs, context) =>
      listSampleRecordsOfViewer(viewer, args, context),
  },
};

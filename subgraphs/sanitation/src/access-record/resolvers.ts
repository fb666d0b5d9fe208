// Resolvers of the subgraph's access records, for auditors.
import { recordOfAccess } from '@district-graph/kit/access-log/audit';

export const accessRecordResolvers = recordOfAccess('sanitationAccessRecords');

// Resolvers of the subgraph's access records, for auditors.
import { defineAccessRecords } from '@district-graph/kit/access-log/audit';

export const accessRecordResolvers = defineAccessRecords('communityAccessRecords');

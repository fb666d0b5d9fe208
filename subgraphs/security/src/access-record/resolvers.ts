// The subgraph's record of access, for auditors.
import { recordOfAccess } from '@district-graph/kit/access-log/audit';

export const accessRecordResolvers = recordOfAccess('securityAccessRecords');

// The room's record of access, for auditors.
import { accessRecords } from '@district-graph/kit/access-audit';
import type { Resolvers } from '@district-graph/kit/executable-schema';

export const accessRecordResolvers: Resolvers = {
  Query: { elderlyCareAccessRecords: accessRecords('elderlyCareAccessRecords') },
};

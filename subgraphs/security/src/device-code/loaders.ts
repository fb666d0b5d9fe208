// Loads the code tables, once per request.
import { alignMany, defineLoader } from '@district-graph/kit/loaders';
import { type CodeRow, type CodeTable, findCodes } from './store.ts';

export const codesByTable = defineLoader<CodeTable, CodeRow[]>(async (sql, tables) =>
  alignMany(tables, await findCodes(sql, tables), (row) => row.codeTable),
);

// Resolvers for sample records: lookup, and lists inside a division and of the viewer.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById, type ViewerParent } from '@district-graph/kit/schema/entities';
import {
  sampleRecordById,
  sampleRecordCountByOwner,
  sampleRecordsByDivision,
  sampleRecordsByOwner,
} from './loaders.ts';
import type { SampleRecordFilter } from './store.ts';
import { encryptedSampleRecord, type SampleRecord, sampleRecordKinds } from './tables.ts';

const listInside = defineList<SampleRecord>('sampleRecords', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

const listOfViewer = defineList<SampleRecord>('Viewer.sampleRecords', ['uuid'], (row) => [row.id]);

export async function listSampleRecordsOfViewer(
  { id }: ViewerParent,
  args: PageArgs,
  context: SubgraphContext,
) {
  const page = pageOf(listOfViewer, args);
  const rows = await sampleRecordsByOwner(context, page).load(id);
  return toConnection(listOfViewer, page, rows, () => sampleRecordCountByOwner(context).load(id));
}

type ListArgs = PageArgs & SampleRecordFilter & { within: string };

export const sampleRecordResolvers: Resolvers = {
  Query: {
    sampleRecord: queryById(sampleRecordById),
    sampleRecords: async (_root, { within, first, after, kind }: ListArgs, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(listInside, { first, after });
      const rows = await sampleRecordsByDivision(context, { filter: { kind }, page }).load(code);
      return toConnection(listInside, page, rows, async () => {
        const kinds = kind ? [kind] : sampleRecordKinds;
        return sumOf(
          await stockByDivision(context).load(code),
          ...kinds.map((name) => `sample_records:${name}`),
        );
      });
    },
  },
  SampleRecord: {
    __resolveReference: referenceById(sampleRecordById),
    ...encryptedSampleRecord.fields(),
    division: divisionOf,
  },
};

// Sample records by key, by division and by owner.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countSampleRecordsOfOwners,
  findSampleRecords,
  listSampleRecords,
  listSampleRecordsOfOwners,
  type SampleRecordFilter,
} from './store.ts';
import type { SampleRecord } from './tables.ts';

export const sampleRecordById = defineLoader<string, SampleRecord | null>(async (sql, ids) =>
  alignOne(ids, await findSampleRecords(sql, ids), (row) => row.id),
);

export const sampleRecordsByDivision = defineLoader<
  string,
  SampleRecord[],
  { filter: SampleRecordFilter; page: Page }
>((sql, codes, { filter, page }) => listSampleRecords(sql, codes, filter, page));

export const sampleRecordsByOwner = defineLoader<string, SampleRecord[], Page>((sql, owners, page) =>
  listSampleRecordsOfOwners(sql, owners, page),
);

export const sampleRecordCountByOwner = defineLoader<string, number | null>((sql, owners) =>
  countSampleRecordsOfOwners(sql, owners),
);

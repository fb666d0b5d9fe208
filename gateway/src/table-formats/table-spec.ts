// What a conversion needs to know of an answer: plain data, so that a thread can be sent it.
import type { TableFormat } from '@district-graph/kit/http/content-negotiation';
import type { Labels } from '../tables/cells.ts';
import type { TableColumn, TableLayout } from '../tables/table-layout.ts';

/** What columns are called: by labels in Chinese or English, or by the path of response keys. Enum values are labelled likewise. */
export type HeaderForm = 'zh' | 'en' | 'path';

export interface TableSpec {
  format: TableFormat;
  /** Several only for a workbook, which has a sheet for each. */
  tables: readonly TableLayout[];
  headers: HeaderForm;
  /** Whether what is text is sent in gzip. */
  isCompressed: boolean;
  about: AboutTable;
}

/** What a reader of the table has to know beside it. */
export interface AboutTable {
  /** In Chinese and English, where the query has one. */
  title: string;
  query: string;
  variables: string;
  /** When it was answered, RFC 3339. */
  answeredAt: string;
  /** The addresses that were asked. */
  source: string;
  /** The errors of the answer, one a line. */
  errors: readonly string[];
}

export const headerOf = ({ name, label }: TableColumn, form: HeaderForm): string =>
  form === 'path' ? name : label[form];

export const valueLabels = ({ values }: TableColumn, form: HeaderForm): Labels | null =>
  form === 'path' ? null : (values?.[form] ?? null);

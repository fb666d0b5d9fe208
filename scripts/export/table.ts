// The table of an export: the nodes of its connection, as the gateway's answers in CSV have them.
import { planTable } from '@district-graph/gateway/table-answers/plan-table';
import { maxPages } from '@district-graph/gateway/table-answers/table-options';
import type { HeaderForm } from '@district-graph/gateway/table-formats/table-spec';
import type { TableLayout } from '@district-graph/gateway/tables/table-layout';
import type { GraphQLSchema } from 'graphql';
import type { ExportOperation } from './operation.ts';

/** Throws when the operation selects no nodes at its path, or not the fields for paging. */
export function tableOf(
  schema: GraphQLSchema,
  { document, operation, path }: ExportOperation,
  variables: Record<string, unknown>,
  headers: HeaderForm,
): TableLayout {
  const { tables } = planTable(
    schema,
    { document, operation },
    { query: '', operationName: null, variables, extensions: null, method: 'POST' },
    {
      format: 'csv',
      headers,
      rows: [[...path, 'nodes'].join('.')],
      isPartial: false,
      pages: maxPages,
      isWhole: true,
    },
  );
  const [table] = tables;
  if (!table) throw new Error('expected one table');
  return table;
}

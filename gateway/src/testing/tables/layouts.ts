// Test support for tables: the layouts and rows of an operation over a schema, and the lines of a table file.
import { parse as parseCsv } from 'csv-parse/sync';
import { buildSchema, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import type { HeaderForm } from '../../table-formats/table-spec.ts';
import { answerParts } from '../../tables/answer-parts.ts';
import { textOf } from '../../tables/cells.ts';
import { type ChosenTables, chooseTables } from '../../tables/choose-tables.ts';
import { selectedFields } from '../../tables/selected-fields.ts';
import type { TableLayout } from '../../tables/table-layout.ts';
import { rowsOf } from '../../tables/table-rows.ts';

export function tablesOf(
  schema: GraphQLSchema | string,
  query: string,
  variables: Record<string, unknown> = {},
): ChosenTables {
  const document = parse(query, { noLocation: true });
  const operation = getOperationAST(document);
  if (!operation) throw new Error('expected one operation');
  const built = typeof schema === 'string' ? buildSchema(schema) : schema;
  return chooseTables(selectedFields({ schema: built, document, operation, variables }), variables);
}

export const headersOf = ({ columns }: TableLayout, form: HeaderForm = 'path'): string[] =>
  columns.map((column) => (form === 'path' ? column.name : column.label[form]));

/** The cells of each row as texts; null where a cell is empty. */
export function textsOf(layout: TableLayout, data: unknown): (string | null)[][] {
  const { reader, data: at } = answerParts(Buffer.from(JSON.stringify({ data })));
  return [...rowsOf(layout, reader, at ?? 0)].map((row) => row.map((cell) => cell && textOf(cell, null)));
}

/** The lines of CSV, read by another program than wrote them. */
export const linesOf = (csv: string): string[][] =>
  parseCsv(csv, { bom: true, relaxColumnCount: false, recordDelimiter: '\r\n' }) as unknown as string[][];

// Plans the table of an operation: which lists become rows, and which connection's pages are followed.
import { HttpError } from '@district-graph/kit/http-error';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { chooseTables } from '../tables/choose-tables.ts';
import { type SelectedField, selectedFields } from '../tables/selected-fields.ts';
import type { TableLayout } from '../tables/table-layout.ts';
import type { TableOptions } from './table-options.ts';

/** As many as an operation may have that is executed. */
const maxTokens = 20_000;

export interface ParsedOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** Null for a text that execution will refuse. */
export function parsedOperation({ query, operationName }: GraphQLOperation): ParsedOperation | null {
  try {
    const document = parse(query, { maxTokens, noLocation: true });
    const operation = getOperationAST(document, operationName);
    return operation ? { document, operation } : null;
  } catch {
    return null;
  }
}

export interface PlannedTable {
  tables: readonly TableLayout[];
  /** The response keys of the connection whose pages are followed; null where one page is written. */
  connection: readonly string[] | null;
}

/** Throws an HttpError where the answer is no table, or not the one that was asked for. */
export function planTable(
  schema: GraphQLSchema,
  { document, operation }: ParsedOperation,
  { variables: raw }: GraphQLOperation,
  options: TableOptions,
): PlannedTable {
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], raw ?? {});
  const variables = coerced ?? raw ?? {};
  const fields = selectedFields({ schema, document, operation, variables });
  if (options.pages === 1) return { tables: tablesOf(fields, variables, options), connection: null };
  const [table] = tablesOf(fields, variables, options);
  const connection = connectionOf(table, fields, operation);
  return { tables: tablesOf(withoutPageInfo(fields, connection), variables, options), connection };
}

function tablesOf(
  fields: readonly SelectedField[],
  variables: Readonly<Record<string, unknown>>,
  { rows, format, pages }: TableOptions,
): readonly TableLayout[] {
  const { deepest, paths, tableAt } = chooseTables(fields, variables);
  const chosen = rows.length ? rows.map((path) => listAt(path, paths)) : deepest;
  if (chosen.length === 0) return [tableAt()];
  if (chosen.length === 1 || (format === 'xlsx' && pages === 1)) return chosen.map((path) => tableAt(path));
  throw notOneTable(chosen.map(shown), format === 'xlsx');
}

/** The path of a list that was named with or without the `nodes` or `edges` of a connection. */
function listAt(path: string, paths: readonly string[]): string {
  const found = [path, `${path}.nodes`, `${path}.edges`].find((each) => paths.includes(each));
  if (found !== undefined) return found;
  const lists = paths.filter((each) => !each.includes('+')).map(shown);
  throw new HttpError(
    400,
    'ANSWER_NOT_A_TABLE',
    `查询没有列表 ${path.slice(0, 200)}；可选：${lists.join('、') || '无'}。 The query selects no list ${path.slice(0, 200)}; it can be: ${lists.join(', ') || 'none'}.`,
    { keepsConnection: true, extensions: { lists } },
  );
}

const shown = (path: string): string => path.replaceAll(/\.(?:nodes|edges)(?=\+|$)/g, '');

const notOneTable = (lists: readonly string[], isWorkbook: boolean) =>
  new HttpError(
    400,
    'ANSWER_NOT_A_TABLE',
    `答复有几个列表（${lists.join('、')}），而${isWorkbook ? '翻页' : '这种格式'}只能写一个：请用 rows= 指定${isWorkbook ? '' : '，或取 XLSX，每个列表一张工作表'}。 The answer has several lists (${lists.join(', ')}), of which ${isWorkbook ? 'pages of one can be followed' : 'this format can have one'}: choose it with rows=${isWorkbook ? '' : ', or request XLSX, which has a sheet for each'}.`,
    { keepsConnection: true, extensions: { lists } },
  );

/** The connection that is paged: the rows are its nodes or edges, it is inside no other list, and its `pageInfo` shows whether more follows. */
function connectionOf(
  table: TableLayout | undefined,
  fields: readonly SelectedField[],
  operation: OperationDefinitionNode,
): readonly string[] {
  const keys = table?.path.split('.') ?? [];
  const connection = keys.slice(0, -1);
  const found = fieldAt(fields, connection);
  const pageInfo = found?.fields.find(({ field }) => field.name === 'pageInfo');
  const has = (name: string) => pageInfo?.fields.some(({ key }) => key === name) === true;
  const isDeclared = operation.variableDefinitions?.some(({ variable }) => variable.name.value === 'after');
  const isPaged = table?.levels.length === 2 && pageInfo?.key === 'pageInfo' && isDeclared;
  if (isPaged && has('hasNextPage') && has('endCursor')) return connection;
  throw new HttpError(
    400,
    'ANSWER_NOT_A_TABLE',
    '翻页（pages）时，查询应声明 $after: String 并传给列表，且在其中选取 pageInfo { hasNextPage endCursor }；该列表不在另一列表之内。 ' +
      'To follow pages, the query declares $after: String, passes it to the list, and selects pageInfo { hasNextPage endCursor } in it; the list is in no other list.',
    { keepsConnection: true },
  );
}

function fieldAt(fields: readonly SelectedField[], keys: readonly string[]): SelectedField | undefined {
  const [first, ...rest] = keys;
  const field = fields.find(({ key }) => key === first);
  return rest.length && field ? fieldAt(field.fields, rest) : field;
}

/** What only separates one page from the next is no column of the whole. */
function withoutPageInfo(
  fields: readonly SelectedField[],
  [first, ...rest]: readonly string[],
): readonly SelectedField[] {
  return fields.map((field) => {
    if (field.key !== first) return field;
    const below = rest.length
      ? withoutPageInfo(field.fields, rest)
      : field.fields.filter(({ key }) => key !== 'pageInfo');
    return { ...field, fields: below };
  });
}

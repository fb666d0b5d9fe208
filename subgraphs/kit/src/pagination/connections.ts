// Relay connections over keyset pages: page sizes, the content of cursors, and the objects that resolvers return.

import { isDate } from '../calendar.ts';
import { badInput, graphError } from '../errors.ts';

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

/** What a store needs for one page: at most `limit` rows after `after`; one more than requested, to detect a next page. */
export interface Page {
  limit: number;
  after: CursorValues | null;
}

/** The sort values of a row; the last one is its unique key. */
export type CursorValues = (string | number | null)[];

export interface Connection<Row> {
  nodes: Row[];
  edges: { cursor: string; node: Row }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  totalCount: () => Promise<number | null> | number | null;
}

const maxPageSize = 100;
const defaultPageSize = 20;

/** The form of each sort value, so that the cursor of another list, or of an earlier version of this one, never reaches a statement. */
export type CursorForm = readonly ('text' | 'uuid' | 'date' | 'instant' | 'number')[];

const fits = {
  text: (value: unknown) => typeof value === 'string' && value.length < 200 && !value.includes('\0'),
  uuid: (value: unknown) =>
    typeof value === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value),
  date: (value: unknown) => typeof value === 'string' && isDate(value),
  instant: (value: unknown) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+08:00$/.test(value) &&
    isDate(value.slice(0, 10)) &&
    !Number.isNaN(Date.parse(value)),
  number: (value: unknown) => typeof value === 'number' && Number.isFinite(value),
};

/** A kind of list. Its name is part of the cursors, so that one list refuses the cursors of another. */
export interface ListDefinition<Row> {
  name: string;
  form: CursorForm;
  /** The row's sort values, in the order of `form`. */
  valuesOf: (row: Row) => CursorValues;
}

/** Declares a list. `form` and `valuesOf` must match the store's `order by`. */
export function defineList<Row>(
  name: string,
  form: CursorForm,
  valuesOf: (row: Row) => CursorValues,
): ListDefinition<Row> {
  return { name, form, valuesOf };
}

/** The requested page size: 1 to 100, 20 by default; also for nearest-first lists, which have no cursors. Throws badInput. */
export function checkPageSize(first: number | null | undefined, most = maxPageSize): number {
  const size = first ?? defaultPageSize;
  if (size >= 1 && size <= most) return size;
  throw badInput('first', { zh: `1 到 ${most} 的整数`, en: `1 to ${most}` }, first);
}

/** Checks `first`, of which `most` are allowed, and `after`. Throws badInput or BAD_CURSOR. */
export function pageOf<Row>(list: ListDefinition<Row>, { first, after }: PageArgs, most?: number): Page {
  return { limit: checkPageSize(first, most) + 1, after: after == null ? null : readCursor(list, after) };
}

/** The connection of a page's rows. `countRows` is called only if `totalCount` is selected. */
export function toConnection<Row>(
  list: ListDefinition<Row>,
  page: Page,
  rows: readonly Row[],
  countRows: Connection<Row>['totalCount'],
): Connection<Row> {
  const nodes = rows.slice(0, page.limit - 1);
  const edges = nodes.map((node) => ({
    node,
    get cursor() {
      return writeCursor(list, node);
    },
  }));
  return {
    nodes,
    edges,
    pageInfo: {
      hasNextPage: rows.length >= page.limit,
      hasPreviousPage: page.after !== null,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
    totalCount: countRows,
  };
}

/** A connection whose rows are read only if selected, for lists of which often only the count is selected. */
export function toLazyConnection<Row>(
  list: ListDefinition<Row>,
  page: Page,
  readRows: () => Promise<readonly Row[]>,
  countRows: Connection<Row>['totalCount'],
) {
  let read: Promise<Connection<Row>> | null = null;
  const connection = () => {
    read ??= readRows().then((rows) => toConnection(list, page, rows, countRows));
    return read;
  };
  return {
    nodes: async () => (await connection()).nodes,
    edges: async () => (await connection()).edges,
    pageInfo: async () => (await connection()).pageInfo,
    totalCount: countRows,
  };
}

/** Longer lists are not counted row by row: their `totalCount` is null, and overviews have their numbers. */
export const countLimit = 10_000;

/** A count that was taken with `limit countLimit + 1`; null if it exceeds the limit. */
export const boundedCount = (count: number): number | null => (count > countLimit ? null : count);

/** The plain cursor, as resolvers see it. Clients get it encrypted (cursors.ts). */
function writeCursor<Row>(list: ListDefinition<Row>, row: Row): string {
  return JSON.stringify([list.name, ...list.valuesOf(row)]);
}

function readCursor<Row>(list: ListDefinition<Row>, cursor: string): CursorValues {
  try {
    const [name, ...values] = JSON.parse(cursor) as CursorValues;
    const isOfList = name === list.name && values.length === list.form.length;
    if (isOfList && list.form.every((form, index) => fits[form](values[index]))) return values;
  } catch {
    // Not a cursor at all: the same error as for a cursor of another list.
  }
  throw badCursor(list.name);
}

export const badCursor = (list: string) =>
  graphError(
    'BAD_CURSOR',
    `after 不是此列表（${list}）的游标；请使用同一列表的 pageInfo.endCursor。 after is not a cursor of this list (${list}). Use the pageInfo.endCursor of the same list.`,
    { argument: 'after' },
  );

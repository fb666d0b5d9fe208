// Follows the pages of a connection: one request of the viewer for each page.
import type { ServerResponse } from 'node:http';
import { HttpError } from '@district-graph/kit/http-error';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { GraphQLFormattedError } from 'graphql';
import { answerParts } from '../tables/answer-parts.ts';
import type { JsonReader } from '../tables/json-reader.ts';
import type { TableOptions } from './table-options.ts';

/** The cursor of the page after the one that an answer contains; null where it was the last. */
function nextCursor(body: Buffer, connection: readonly string[]): string | null {
  const { reader, data } = answerParts(body);
  const pageInfo = data === null ? -1 : memberAt(reader, data, [...connection, 'pageInfo']);
  if (pageInfo < 0) return null;
  const end = reader.end(pageInfo);
  const { hasNextPage, endCursor } = (JSON.parse(reader.text(pageInfo, end)) ?? {}) as {
    hasNextPage?: boolean;
    endCursor?: string | null;
  };
  return hasNextPage ? (endCursor ?? null) : null;
}

/** The offset of a member of nested objects; -1 where there is none. */
function memberAt(reader: JsonReader, at: number, [key, ...rest]: readonly string[]): number {
  let found = -1;
  reader.members(at, (name, value) => {
    if (name !== key) return undefined;
    found = value;
    return -1;
  });
  return found < 0 || rest.length === 0 ? found : memberAt(reader, found, rest);
}

/** The operation for the page that begins after a cursor. */
const pageAfter = (operation: GraphQLOperation, after: string): GraphQLOperation => ({
  ...operation,
  variables: { ...operation.variables, after },
  ...(operation.exactVariables && { exactVariables: { ...operation.exactVariables, after } }),
});

export interface PagesOptions {
  operation: GraphQLOperation;
  options: Pick<TableOptions, 'pages' | 'isWhole'>;
  /** The response keys of the connection; null for an answer without further pages. */
  connection: readonly string[] | null;
  answer: (operation: GraphQLOperation) => Promise<GraphQLAnswer>;
  /** Counts a further page as an operation; throws an HttpError when the client must wait. */
  count: () => void | Promise<void>;
}

/** The answer, and those for the pages after it. Throws where a page has errors, and where more pages follow than are written. */
export async function* pagesOf(
  first: Buffer,
  { operation, options, connection, answer: answerPage, count }: PagesOptions,
  response: ServerResponse,
): AsyncGenerator<Buffer> {
  let body = first;
  for (let page = 1; ; page += 1) {
    // Read first: the bytes are given away.
    const cursor = connection === null ? null : nextCursor(body, connection);
    yield body;
    if (cursor === null || response.destroyed) return;
    if (page === options.pages) {
      if (options.isWhole) throw tooManyPages(page);
      return;
    }
    await counted(count, response);
    const answer = await answerPage(pageAfter(operation, cursor));
    body = bytesOf(answer);
    const { data, errors } = answerParts(body);
    if (!answer.executed || data === null || errors.length) throw new PageFailed(answer, errors);
  }
}

/** Waits as long as the rate of the client demands, instead of refusing what has begun. */
async function counted(count: PagesOptions['count'], response: ServerResponse): Promise<void> {
  while (!response.destroyed) {
    try {
      await count();
      return;
    } catch (error) {
      const wait = error instanceof HttpError ? Number(error.details.extensions?.retryAfterMs) : Number.NaN;
      if (Number.isNaN(wait)) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, Math.min(Math.max(wait, 1), 1000));
      });
    }
  }
}

/** The bytes of an answer, which nobody else has: one that several requests share is copied. */
export const bytesOf = ({ body, encoding }: GraphQLAnswer): Buffer =>
  typeof body === 'string' ? Buffer.from(body, encoding ?? 'utf8') : Buffer.from(body);

/** A page after the first that lacks data. */
export class PageFailed extends Error {
  readonly answer: GraphQLAnswer;
  readonly errors: readonly GraphQLFormattedError[];

  constructor(answer: GraphQLAnswer, errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message ?? 'no data');
    this.answer = answer;
    this.errors = errors;
  }
}

const tooManyPages = (limit: number) =>
  new HttpError(
    400,
    'ANSWER_TOO_LARGE',
    `列表超过 ${limit} 页；请缩小范围，或用 npm run export。 The list has more than ${limit} pages: narrow it down, or use npm run export.`,
    { keepsConnection: true, extensions: { limit } },
  );

// Follows the pages of a connection: one request of the viewer for each page.
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { answerParts } from '../tables/answer-parts.ts';
import type { JsonReader } from '../tables/json-reader.ts';

/** The cursor of the page after the one that an answer contains; null where it was the last. */
export function nextCursor(body: Buffer, connection: readonly string[]): string | null {
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
export const pageAfter = (operation: GraphQLOperation, after: string): GraphQLOperation => ({
  ...operation,
  variables: { ...operation.variables, after },
  ...(operation.exactVariables && { exactVariables: { ...operation.exactVariables, after } }),
});

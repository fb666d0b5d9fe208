// Sends operations to the graph. All requests of the pages pass here, so that another client can take its place.
import { session } from '../session/session.ts';
import { GraphError, graphErrorOf } from './graph-error.ts';

export interface Answer<Data> {
  /** Null where the operation failed as a whole. Fields of subgraphs that are down are null in it. */
  data: Data | null;
  errors: readonly GraphError[];
}

interface RequestOptions {
  signal?: AbortSignal;
}

/** Resolves with data and errors. Rejects with a `GraphError` where there are no data. */
export async function request<Data>(
  query: string,
  variables: Record<string, unknown> = {},
  { signal }: RequestOptions = {},
): Promise<Answer<Data>> {
  const { token, purpose } = session.value ?? {};
  let response: Response;
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(purpose && { 'x-purpose': purpose }),
      },
      body: JSON.stringify({ query, variables }),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new GraphError(String(error), 'OFFLINE');
  }
  const answer = (await response.json().catch(() => ({}))) as {
    data?: Data | null;
    errors?: Parameters<typeof graphErrorOf>[0][];
  };
  const errors = (answer.errors ?? []).map(graphErrorOf);
  if (answer.data) return { data: answer.data, errors };
  throw errors[0] ?? new GraphError(`HTTP ${response.status}`, 'INTERNAL_SERVER_ERROR');
}

/** The result of a mutation: one member of its union, by `__typename`. */
export async function mutate<Data>(query: string, input: Record<string, unknown>): Promise<Data> {
  const { data, errors } = await request<Record<string, Data | null>>(query, { input });
  const result = data && Object.values(data)[0];
  if (result) return result;
  throw errors[0] ?? new GraphError('the mutation has no result', 'INTERNAL_SERVER_ERROR');
}

/** A key that makes a mutation take effect once, however often it is sent. Browsers offer `randomUUID` over TLS only. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

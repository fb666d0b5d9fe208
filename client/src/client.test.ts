// Queries and mutations of the client, against answers as the graph gives them.
import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createClient, GraphError, TypedDocumentString } from './client.ts';
import { type Answering, answeringFetch, refusedWith } from './testing/answering-fetch.ts';

const nameQuery = new TypedDocumentString<
  { division: { name: string } | null; venue?: { name: string } | null },
  { code: string }
>('query Name($code: ID!) { division(code: $code) { name } }');
const book = new TypedDocumentString<
  { bookSession: { __typename: 'Booking'; id: string } | null },
  { input: { sessionId: string; idempotencyKey?: string } }
>(
  'mutation Book($input: BookSessionInput!) { bookSession(input: $input) { __typename ... on Booking { id } } }',
);

const url = 'http://graph.test/graphql';
const found = { body: { data: { division: { name: '金水区' } } } };
const booked = { body: { data: { bookSession: { __typename: 'Booking', id: '1' } } } };
const lost = new TypeError('fetch failed');

function clientOf(answers: Answering[], options: object = {}) {
  const { fetch, received } = answeringFetch(...answers);
  return { client: createClient({ url, fetch, ...options }), received };
}
const failureOf = (call: Promise<unknown>): Promise<GraphError> =>
  call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error) => error,
  );

describe('a query', () => {
  it('sends its text and variables, the token and the purpose', async () => {
    const { client, received } = clientOf([found], { token: 'abc', purpose: 'CARE' });
    const { data, fieldErrors } = await client.query(nameQuery, { code: '410105' });
    expect([data.division?.name, fieldErrors]).toEqual(['金水区', []]);
    expect(received).toMatchObject([
      {
        url,
        method: 'POST',
        headers: { authorization: 'Bearer abc', 'x-purpose': 'CARE' },
        body: { query: String(nameQuery), variables: { code: '410105' } },
      },
    ]);
  });

  it('is sent again after a lost connection and after statuses of a proxy', async () => {
    const answers = [lost, { status: 502, body: '<html>' }, { status: 503, body: '' }, found];
    const { client, received } = clientOf(answers);
    await client.query(nameQuery, { code: '410105' });
    expect(received).toHaveLength(4);
  });

  it('is sent again no more often than allowed, and then rejects with the last reason', async () => {
    const { client, received } = clientOf([lost], { retries: 1 });
    expect(await failureOf(client.query(nameQuery, { code: '1' }))).toMatchObject({
      code: 'NETWORK_ERROR',
      cause: lost,
    });
    expect(received).toHaveLength(2);
  });

  it('waits as long as Retry-After says', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    const overloaded = { ...refusedWith('OVERLOADED', 503), headers: { 'retry-after': '7' } };
    const { client, received } = clientOf([overloaded, found]);
    const answer = client.query(nameQuery, { code: '1' });
    await vi.advanceTimersByTimeAsync(6990);
    expect(received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    expect((await answer).data.division?.name).toBe('金水区');
    vi.useRealTimers();
  });

  it('rejects at once when it would have to wait longer than it may take', async () => {
    const limited = refusedWith('RATE_LIMITED', 429, { retryAfterMs: 60_000 });
    const { client, received } = clientOf([limited, found]);
    expect(await failureOf(client.query(nameQuery, { code: '1' }))).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      retryAfterMs: 60_000,
    });
    expect(received).toHaveLength(1);
  });

  it.each(['FORBIDDEN', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_TOO_COSTLY'])(
    'is not sent again after %s',
    async (code) => {
      const { client, received } = clientOf([refusedWith(code, 400), found]);
      expect(await failureOf(client.query(nameQuery, { code: '1' }))).toMatchObject({
        code,
        name: 'GraphError',
      });
      expect(received).toHaveLength(1);
    },
  );

  it('rejects with TIMEOUT when no answer comes in time', async () => {
    const { client } = clientOf([() => new Promise<never>(() => {})]);
    const error = await failureOf(client.query(nameQuery, { code: '1' }, { timeoutMs: 20 }));
    expect(error).toMatchObject({ code: 'TIMEOUT', message: 'no answer within 20 ms' });
  });

  it('rejects with the reason of the signal when it is aborted, also while it waits', async () => {
    const aborting = new AbortController();
    const { client } = clientOf([lost]);
    const call = client.query(nameQuery, { code: '1' }, { signal: aborting.signal });
    const reason = new Error('the page was left');
    aborting.abort(reason);
    expect(await failureOf(call)).toBe(reason);
  });
});

describe('a partial answer', () => {
  const down = {
    message: '子图暂时无法访问。 The subgraph cannot be reached.',
    path: ['venue'],
    extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'culture' },
  };
  const hidden = { message: '没有权限。 Not allowed.', path: ['elder'], extensions: { code: 'FORBIDDEN' } };

  it('has its data, and the errors of what is missing by path, those of subgraphs apart', async () => {
    const body = { data: { ...found.body.data, venue: null, elder: null }, errors: [down, hidden] };
    const { client, received } = clientOf([{ body }], { language: 'en' });
    const { data, fieldErrors, serviceErrors } = await client.query(nameQuery, { code: '1' });
    expect(data.division?.name).toBe('金水区');
    const venue = {
      code: 'SUBGRAPH_UNAVAILABLE',
      message: 'The subgraph cannot be reached.',
      path: ['venue'],
      service: 'culture',
    };
    expect(serviceErrors).toEqual({ venue });
    expect(fieldErrors).toEqual([venue, { code: 'FORBIDDEN', message: 'Not allowed.', path: ['elder'] }]);
    expect(received).toHaveLength(1);
  });

  it('rejects, and is requested again, when nothing in it is usable', async () => {
    const empty = { body: { data: { division: null }, errors: [{ ...down, path: ['division'] }] } };
    const { client } = clientOf([empty, found]);
    expect((await client.query(nameQuery, { code: '1' })).data.division?.name).toBe('金水区');
  });
});

describe('an error', () => {
  it.each([
    ['zh', 'FORBIDDEN 的说明。'],
    ['en', 'The text of FORBIDDEN.'],
    [undefined, 'FORBIDDEN 的说明。 The text of FORBIDDEN.'],
  ])('in the language %s has the message %s', async (language, message) => {
    const { client } = clientOf([refusedWith('FORBIDDEN')], { language });
    expect(await failureOf(client.query(nameQuery, { code: '1' }))).toMatchObject({ message });
  });

  it('has the trace id and the argument, where the graph names them', async () => {
    const { client } = clientOf([
      refusedWith('INTERNAL_SERVER_ERROR', 500, { traceId: 't1', argument: 'code' }),
    ]);
    const error = await failureOf(client.query(nameQuery, { code: '1' }));
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ traceId: 't1', argument: 'code', status: 500 });
  });

  it('of something that is not GraphQL is BAD_RESPONSE with the status', async () => {
    const { client } = clientOf([{ status: 404, body: '<h1>not here</h1>' }]);
    const error = await failureOf(client.query(nameQuery, { code: '1' }));
    expect(error).toMatchObject({ code: 'BAD_RESPONSE', status: 404 });
  });
});

describe('a mutation', () => {
  it('gets an idempotency key, which all its attempts have and no other call', async () => {
    const { client, received } = clientOf([lost, { status: 504, body: '' }, booked, booked]);
    await client.mutate(book, { input: { sessionId: 's' } });
    await client.mutate(book, { input: { sessionId: 's' } });
    const keys = received.map(({ body }) => body.variables.input.idempotencyKey);
    expect(keys[0]).toMatch(/^[\da-f]{32}$/);
    expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it('keeps the key of the caller, in the input or in the options', async () => {
    const { client, received } = clientOf([booked]);
    await client.mutate(book, { input: { sessionId: 's', idempotencyKey: 'mine' } });
    await client.mutate(book, { input: { sessionId: 's' } }, { idempotencyKey: 'also mine' });
    expect(received.map(({ body }) => body.variables.input.idempotencyKey)).toEqual(['mine', 'also mine']);
  });

  it('is sent again when its outcome is unknown', async () => {
    const unknown = {
      body: { ...refusedWith('MUTATION_OUTCOME_UNKNOWN').body, data: { bookSession: null } },
    };
    const { client, received } = clientOf([unknown, booked]);
    await client.mutate(book, { input: { sessionId: 's' } });
    expect(received).toHaveLength(2);
  });

  it('without a key is sent again only if it was refused before it was executed', async () => {
    const input = { sessionId: 's' };
    const refused = clientOf([refusedWith('RATE_LIMITED', 429, { retryAfterMs: 1 }), booked]);
    await refused.client.mutate(book, { input }, { idempotencyKey: false });
    expect(refused.received.map(({ body }) => body.variables.input)).toEqual([input, input]);
    const { client, received } = clientOf([lost, booked]);
    const error = await failureOf(client.mutate(book, { input }, { idempotencyKey: false }));
    expect([error.code, received.length]).toEqual(['NETWORK_ERROR', 1]);
  });

  it('with its input in the document is not repeated', async () => {
    const literal = new TypedDocumentString<object, Record<string, never>>(
      'mutation { bookSession(input: { sessionId: "s" }) { __typename } }',
    );
    const { client, received } = clientOf([lost, booked]);
    expect((await failureOf(client.mutate(literal))).code).toBe('NETWORK_ERROR');
    expect(received).toHaveLength(1);
  });
});

describe('a token', () => {
  const expired = refusedWith('UNAUTHENTICATED', 401);

  it('that the graph rejects is renewed once, for all calls that fail together', async () => {
    let renewals = 0;
    const token = async ({ isExpired }: { isExpired: boolean }) => {
      if (isExpired) renewals += 1;
      return `token ${renewals}`;
    };
    const { client, received } = clientOf(
      [({ headers }) => (headers.authorization === 'Bearer token 0' ? expired : found)],
      { token },
    );
    const calls = ['1', '2', '3'].map((code) => client.query(nameQuery, { code }));
    expect(await Promise.all(calls)).toHaveLength(3);
    expect([renewals, received.length]).toEqual([1, 6]);
  });

  it.each([
    ['that is a text', 'abc', 1],
    ['that is rejected when it is new', () => 'abc', 2],
  ])('%s rejects the call', async (_which, token, requests) => {
    const { client, received } = clientOf([expired], { token });
    expect((await failureOf(client.query(nameQuery, { code: '1' }))).code).toBe('UNAUTHENTICATED');
    expect(received).toHaveLength(requests);
  });
});

it('refuses a mutation as a query, and a query as a mutation', async () => {
  const { client, received } = clientOf([found]);
  await expect(client.query(book, { input: { sessionId: 's' } })).rejects.toThrow(
    'The document is a mutation',
  );
  await expect(client.mutate(nameQuery, { code: '1' })).rejects.toThrow('The document is a query');
  expect(received).toEqual([]);
});

describe('the form of a document', () => {
  const sha256Hash = createHash('sha256').update(String(nameQuery)).digest('hex');

  it('persisted: a query is sent by its hash with GET, and with its text when the graph does not know it', async () => {
    const { client, received } = clientOf([refusedWith('PERSISTED_QUERY_NOT_FOUND'), found, found], {
      documents: 'persisted',
    });
    await client.query(nameQuery, { code: '1' });
    const [first, second] = received;
    const search = new URL(first?.url ?? '').searchParams;
    expect(first).toMatchObject({ method: 'GET', body: null, headers: { 'graphql-require-preflight': '1' } });
    expect(JSON.parse(search.get('variables') ?? '')).toEqual({ code: '1' });
    expect(JSON.parse(search.get('extensions') ?? '')).toEqual({
      persistedQuery: { version: 1, sha256Hash },
    });
    expect(second).toMatchObject({
      method: 'POST',
      body: { query: String(nameQuery), extensions: { persistedQuery: { sha256Hash } } },
    });
  });

  it('persisted: a mutation is sent as text by POST', async () => {
    const { client, received } = clientOf([booked], { documents: 'persisted' });
    await client.mutate(book, { input: { sessionId: 's' } });
    expect(received).toMatchObject([{ method: 'POST', body: { query: String(book) } }]);
  });

  it('trusted: only the id is sent', async () => {
    const { client, received } = clientOf([found], { documents: 'trusted' });
    await client.query(nameQuery, { code: '1' });
    expect(received[0]?.body).toEqual({ documentId: `sha256:${sha256Hash}`, variables: { code: '1' } });
  });

  it('takes a parsed document with its source, and refuses one without', async () => {
    const { client, received } = clientOf([found]);
    const parsed = { kind: 'Document' as const, loc: { source: { body: '{ viewer { id } }' } } };
    await client.query<object, Record<string, never>>(parsed);
    expect(received[0]?.body.query).toBe('{ viewer { id } }');
    await expect(client.query<object, Record<string, never>>({ kind: 'Document' })).rejects.toThrow(
      'has no text',
    );
  });
});

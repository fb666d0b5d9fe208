// The checks of auditing tools, sent as they send them. README.md lists the tools and checks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfiguredGateway, startConfiguredGateway } from '../testkit/configured-gateway.ts';

let open: ConfiguredGateway;
let hardened: ConfiguredGateway;
beforeAll(async () => {
  open = await startConfiguredGateway();
  hardened = await startConfiguredGateway({
    PLAYGROUND: 'off',
    PORTAL: 'off',
    INTROSPECTION: 'off',
  });
});
afterAll(async () => {
  await open.stop();
  await hardened.stop();
});

const traceHeaders: Record<string, string>[] = [
  {},
  { 'apollo-federation-include-trace': 'ftv1' },
  { 'x-apollo-tracing': '1' },
];

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join('');

describe.each(['gateway', 'subgraph'] as const)('graphql-cop at the %s', (side) => {
  const post = (query: string) => open[side].post({ query });

  it('alias overloading: 101 aliases are rejected by the gateway, and by a subgraph more than the gateway may send', async () => {
    const count = side === 'gateway' ? 101 : 5001;
    const { text, code } = await post(
      `query cop { ${times(count, (index) => `alias${index}:__typename \n`)} }`,
    );
    expect(JSON.parse(text).data?.alias100).toBeUndefined();
    expect(code).toBe('TOO_MANY_ALIASES');
  });

  it('batch queries: a list is rejected as a whole', async () => {
    const { status, text } = await open[side].post(Array(10).fill({ query: 'query cop { __typename }' }));
    expect([status, Array.isArray(JSON.parse(text))]).toEqual([400, false]);
  });

  it('directive overloading: ten in one location give one error, not ten', async () => {
    const { text } = await post(`query cop { __typename ${'@aa'.repeat(11)} }`);
    const { data, errors } = JSON.parse(text);
    expect([data, errors.length, errors[0].extensions.code]).toEqual([undefined, 1, 'TOO_MANY_DIRECTIVES']);
  });

  it('circular introspection: types of fields of types of fields are rejected', async () => {
    const { text } = await post(
      'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
    );
    expect(JSON.parse(text).data).toBeUndefined();
  });

  it('circular fragments: are rejected, and the process continues', async () => {
    const { text } = await post(
      'query cop { ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    );
    expect(JSON.parse(text).data).toBeUndefined();
    expect((await post('{ __typename }')).status).toBe(200);
  });

  it('field duplication: 500 of one root field are rejected', async () => {
    const { status, code } = await post(`query cop { ${'__typename \n'.repeat(500)} }`);
    expect([status, code]).toEqual([400, 'TOO_MANY_ROOT_FIELDS']);
  });

  it('field suggestions: an error for a misspelt name suggests the right one only where the schema may be read', async () => {
    const queries = [
      'query cop { divison(code: "1") { name } }',
      'query cop { division(cod: "1") { name } }',
      'query cop { division(code: "410105") { nam } }',
      'query cop { divisions(level: DISTRCT) { nodes { name } } }',
      'query cop { ... on Quer { __typename } }',
      'query cop { __typename @skp(if: true) }',
    ];
    const suggestion = /did you mean/i;
    for (const query of queries)
      expect((await hardened.gateway.post({ query })).text).not.toMatch(suggestion);
    expect((await post(queries[0] ?? '')).text).toMatch(suggestion);
    const { text } = await open[side].post({
      query: 'query cop($level: DivisionLevel) { divisions(level: $level) { nodes { name } } }',
      variables: { level: 'DISTRCT' },
    });
    expect(text).not.toMatch(suggestion);
  });

  it('mutations by GET: are not executed, with or without the preflight header', async () => {
    const mutation = { query: 'mutation cop { __typename }' };
    const withHeader = await open[side].get(mutation);
    expect([withHeader.status, withHeader.text.includes('"data"')]).toEqual([
      side === 'gateway' ? 405 : withHeader.status,
      false,
    ]);
    expect(withHeader.status).toBeGreaterThanOrEqual(400);
    expect((await open[side].get(mutation, {})).status).toBe(400);
  });

  it('queries by GET: are answered only with a header that triggers a CORS preflight', async () => {
    const query = { query: 'query cop {__typename}' };
    const { status, code } = await open[side].get(query, {});
    expect([status, code]).toEqual([400, 'BAD_REQUEST']);
    expect((await open[side].get(query)).status).toBe(200);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'a POST by a form as %s: is rejected',
    async (type) => {
      const { status, code } = await open[side].send(
        'POST',
        '/graphql',
        { 'content-type': type },
        'query=query+cop+%7B+__typename+%7D',
      );
      expect([status, code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  it('tracing: no response discloses internals', async () => {
    for (const headers of traceHeaders) {
      const { text } = await open[side].post({ query: 'query cop { __typename }' }, headers);
      expect(text).toBe('{"data":{"__typename":"Query"}}');
    }
  });

  it('unhandled errors: no exception and no stack trace is disclosed', async () => {
    for (const body of [{ query: 'qwerty cop { abc }' }, '{', { query: 1 }, { query: '{ a(b: ' }]) {
      const { text } = await open[side].post(body);
      expect(JSON.parse(text).errors[0].extensions.code).toMatch(/^[A-Z_]+$/);
      expect(text).not.toMatch(/exception|stacktrace|node_modules|at \w+.*:\d+/i);
    }
  });

  it('there is no GraphiQL page', async () => {
    for (const path of ['/', '/graphiql', '/playground', '/console', '/graphql']) {
      const { text } = await open[side].send('GET', path, { accept: 'text/html' });
      expect(text).not.toMatch(/graphiql\.min\.css|GraphQL Playground|GraphiQL|graphql-playground/);
    }
  });
});

describe('hardened', () => {
  it('introspection is rejected, in any fragment', async () => {
    for (const query of [
      'query cop { __schema { types { name fields { name } } } }',
      '{ __type(name: "Query") { name } }',
      '{ ...F } fragment F on Query { x: __schema { queryType { name } } }',
      '{ ... on Query { ... { __schema { queryType { name } } } } }',
    ]) {
      const { status, code, text } = await hardened.gateway.post({ query });
      expect([status, code, JSON.parse(text).data]).toEqual([400, 'INTROSPECTION_OFF', undefined]);
    }
    expect((await hardened.gateway.post({ query: '{ __typename }' })).status).toBe(200);
  });

  it('no page is served', async () => {
    for (const path of ['/', '/programme', '/playground/', '/playground/start.js'])
      expect((await hardened.gateway.send('GET', path, { accept: 'text/html' })).status).toBe(404);
  });
});

it('the gateway exposes neither the fields of subgraphs for gateways, nor federation directives', async () => {
  for (const query of [
    '{ _service { sdl } }',
    '{ _entities(representations: [{ __typename: "District", code: "410105" }]) { __typename } }',
  ])
    expect((await open.gateway.post({ query })).code).toBe('GRAPHQL_VALIDATION_FAILED');
  const { text } = await open.gateway.post({ query: '{ __schema { types { name } directives { name } } }' });
  const { types, directives } = JSON.parse(text).data.__schema;
  const names = [...types, ...directives].map(({ name }: { name: string }) => name);
  expect(
    names.filter((name: string) => /^_[A-Z]|^_(service|entities)$|join__|link__|federation__/.test(name)),
  ).toEqual([]);
  expect(names).not.toContain('cost');
  expect(names).not.toContain('listSize');
});

// What auditors' tools try, asked as they ask it; the README beside says which tool and which check.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfiguredGateway, startConfiguredGateway } from '../testkit/configured-gateway.ts';

let open: ConfiguredGateway;
let hardened: ConfiguredGateway;
beforeAll(async () => {
  open = await startConfiguredGateway();
  hardened = await startConfiguredGateway({ PLAYGROUND: 'off', INTROSPECTION: 'off' });
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

  it('alias overloading: a hundred and one aliases are refused at the gateway, as many as it may send on at a subgraph', async () => {
    const count = side === 'gateway' ? 101 : 5001;
    const { text, code } = await post(
      `query cop { ${times(count, (index) => `alias${index}:__typename \n`)} }`,
    );
    expect(JSON.parse(text).data?.alias100).toBeUndefined();
    expect(code).toBe('TOO_MANY_ALIASES');
  });

  it('batch queries: a list is refused as a whole', async () => {
    const { status, text } = await open[side].post(Array(10).fill({ query: 'query cop { __typename }' }));
    expect([status, Array.isArray(JSON.parse(text))]).toEqual([400, false]);
  });

  it('directive overloading: ten in one place bring one error, not ten', async () => {
    const { text } = await post(`query cop { __typename ${'@aa'.repeat(11)} }`);
    const { data, errors } = JSON.parse(text);
    expect([data, errors.length, errors[0].extensions.code]).toEqual([undefined, 1, 'TOO_MANY_DIRECTIVES']);
  });

  it('circular introspection: types of fields of types of fields are refused', async () => {
    const { text } = await post(
      'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
    );
    expect(JSON.parse(text).data).toBeUndefined();
  });

  it('circular fragments: are refused and leave the process well', async () => {
    const { text } = await post(
      'query cop { ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    );
    expect(JSON.parse(text).data).toBeUndefined();
    expect((await post('{ __typename }')).status).toBe(200);
  });

  it('field duplication: five hundred of one root field are refused', async () => {
    const { status, code } = await post(`query cop { ${'__typename \n'.repeat(500)} }`);
    expect([status, code]).toEqual([400, 'TOO_MANY_ROOT_FIELDS']);
  });

  it('field suggestions: a name that is nearly right is not told the right one', async () => {
    for (const query of [
      'query cop { __schema { directive } }',
      'query cop { divison(code: "1") { name } }',
      'query cop { division(cod: "1") { name } }',
      'query cop { division(code: "410105") { nam } }',
      'query cop { divisions(level: DISTRCT) { nodes { name } } }',
      'query cop { ... on Quer { __typename } }',
      'query cop { __typename @skp(if: true) }',
    ])
      expect((await post(query)).text).not.toMatch(/did you mean/i);
    const { text } = await open[side].post({
      query: 'query cop($level: DivisionLevel) { divisions(level: $level) { nodes { name } } }',
      variables: { level: 'DISTRCT' },
    });
    expect(text).not.toMatch(/did you mean/i);
  });

  it('mutations by GET: are not run, with the header that a form cannot send or without', async () => {
    const mutation = { query: 'mutation cop { __typename }' };
    const withHeader = await open[side].get(mutation);
    expect([withHeader.status, withHeader.text.includes('"data"')]).toEqual([
      side === 'gateway' ? 405 : withHeader.status,
      false,
    ]);
    expect(withHeader.status).toBeGreaterThanOrEqual(400);
    expect((await open[side].get(mutation, {})).status).toBe(400);
  });

  it('queries by GET: are answered only with a header that makes a browser ask first', async () => {
    const query = { query: 'query cop {__typename}' };
    const { status, code } = await open[side].get(query, {});
    expect([status, code]).toEqual([400, 'BAD_REQUEST']);
    expect((await open[side].get(query)).status).toBe(200);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'a form’s POST as %s: is refused',
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

  it('tracing: no answer tells the insides', async () => {
    for (const headers of traceHeaders) {
      const { text } = await open[side].post({ query: 'query cop { __typename }' }, headers);
      expect(text).toBe('{"data":{"__typename":"Query"}}');
    }
  });

  it('unhandled errors: no exception and no stack is told', async () => {
    for (const body of [{ query: 'qwerty cop { abc }' }, '{', { query: 1 }, { query: '{ a(b: ' }]) {
      const { text } = await open[side].post(body);
      expect(JSON.parse(text).errors[0].extensions.code).toMatch(/^[A-Z_]+$/);
      expect(text).not.toMatch(/exception|stacktrace|node_modules|at \w+.*:\d+/i);
    }
  });

  it('no page of GraphiQL is there', async () => {
    for (const path of ['/', '/graphiql', '/playground', '/console', '/graphql']) {
      const { text } = await open[side].send('GET', path, { accept: 'text/html' });
      expect(text).not.toMatch(/graphiql\.min\.css|GraphQL Playground|GraphiQL|graphql-playground/);
    }
  });
});

describe('hardened', () => {
  it('introspection is refused, by whatever fragment', async () => {
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
    for (const path of ['/', '/playground/', '/playground/start.js'])
      expect((await hardened.gateway.send('GET', path, { accept: 'text/html' })).status).toBe(404);
  });
});

it('the gateway has neither what subgraphs have for it, nor the directives of federation', async () => {
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

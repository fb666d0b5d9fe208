import { headersOf, testIdentity } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RoadsGateway } from '../testing/gateways/roads-gateway.ts';

const gateway = new RoadsGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());

async function answerTo(query: string, headers: Record<string, string> = {}, url = gateway.url) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as {
    data?: unknown;
    errors?: unknown;
    extensions?: { queryPlan?: Record<string, unknown>; cost?: unknown };
  };
}

it('x-query-plan: on adds the plan, its planner, how long it took and the estimated cost', async () => {
  const { data, extensions } = await answerTo('{ road { crew } }', { 'x-query-plan': 'on' });
  expect(data).toEqual({ road: { crew: '一班' } });
  expect(extensions?.queryPlan).toMatchObject({
    planner: 'own',
    planningMs: expect.any(Number),
    estimatedCost: expect.any(Number),
    fetches: 2,
    stages: 2,
    text: expect.stringMatching(/^QueryPlan \{\n {2}Sequence \{\n {4}Fetch\(service: "roads"\)/),
    node: {
      kind: 'Sequence',
      nodes: [
        { kind: 'Fetch', subgraph: 'roads', operation: '{road{__typename id}}' },
        { kind: 'Fetch', subgraph: 'crews', path: ['road'] },
      ],
    },
  });
});

it('keeps shared caches from storing the plan, and leaves variables that are not valid to be refused as such', async () => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-query-plan': 'on' },
    body: JSON.stringify({
      query: 'query ($b: Boolean!) { road { name @include(if: $b) } }',
      variables: { b: true },
    }),
  });
  expect(response.headers.get('cache-control')).toBe('no-store');
  const { errors } = await answerTo('query ($b: Boolean!) { road { name @include(if: $b) } }', {
    'x-query-plan': 'on',
  });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

it('beside the cost where that is wanted too, and to no operation that is refused', async () => {
  const headers = { 'x-query-plan': 'on', 'x-cost': 'on' };
  const { extensions } = await answerTo('{ road { name } }', headers);
  expect(Object.keys(extensions ?? {})).toEqual(['queryPlan', 'cost']);
  expect((await answerTo('{ nothing }', headers)).extensions).toBeUndefined();
  expect((await answerTo('{ road { name } }')).extensions).toBeUndefined();
});

it('in production it needs the scope operation:explain', async () => {
  const { tokens, viewerKeys } = testIdentity;
  const production = await gateway.startAnother({
    NODE_ENV: 'production',
    TOKEN_ISSUER: tokens?.issuer ?? '',
    TOKEN_AUDIENCE: tokens?.audience ?? '',
    TOKEN_JWKS: tokens?.jwks ?? '',
    VIEWER_KEYS: [...viewerKeys].map(([id, key]) => `${id}:${key.toString('base64url')}`).join(),
  });
  const planFor = async (headers: Record<string, string>) => {
    const answer = await answerTo('{ road { name } }', { 'x-query-plan': 'on', ...headers }, production.url);
    expect(answer.data).toEqual({ road: { name: '文化路' } });
    return answer.extensions?.queryPlan;
  };
  expect(await planFor({})).toBeUndefined();
  expect(await planFor(await headersOf({ roles: ['care-worker'] }))).toBeUndefined();
  expect(await planFor(await headersOf({ scopes: ['operation:explain'] }))).toMatchObject({ planner: 'own' });
  await production.stop();
});

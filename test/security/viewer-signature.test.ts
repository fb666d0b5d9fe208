// Attempts to forge the viewer that the gateway signs for the subgraphs.
import { roles } from '@district-graph/kit/identity/roles';
import { viewerFromClaims } from '@district-graph/kit/identity/viewer';
import { claimsText, signViewer, viewerHeader } from '@district-graph/kit/identity/viewer-signature';
import { testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretsIn } from '../access/protected-records.ts';
import { type ProtectedGraph, request, startProtectedGraph } from './protected-graph.ts';

let city: ProtectedGraph;
beforeAll(async () => {
  city = await startProtectedGraph();
});
afterAll(() => city.stop());

describe('the signed viewer that the gateway forwards', () => {
  const claims = claimsText(
    viewerFromClaims({ id: 'root', roles: Object.keys(roles), divisions: ['410100'] }),
  );
  const body = () => JSON.stringify({ query: `{ elder(id: "${city.ids.Elder}") { name } }` });

  it.each<[string, () => Record<string, string>]>([
    ['unsigned', () => ({ [viewerHeader]: claims })],
    [
      'signed with a key of the client’s own',
      () => ({
        [viewerHeader]: signViewer(
          new Map([['test', Buffer.alloc(32, 'x')]]),
          claims,
          'elderly-care',
          body(),
        ),
      }),
    ],
    [
      'signed for another subgraph',
      () => ({ [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'places', body()) }),
    ],
    [
      'signed for another body',
      () => ({ [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'elderly-care', '{}') }),
    ],
  ])('is not accepted from a client that reaches a subgraph: %s', async (_what, headers) => {
    const { status, code, text } = await city
      .subgraphClient('elderly-care')
      .send('POST', '/graphql', { 'content-type': 'application/json', ...headers() }, body());
    expect([status, code, secretsIn(text)]).toEqual([401, 'UNAUTHENTICATED', []]);
  });

  it('is accepted once', async () => {
    const header = {
      'content-type': 'application/json',
      [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'elderly-care', body()),
    };
    const subgraph = city.subgraphClient('elderly-care');
    expect((await subgraph.send('POST', '/graphql', header, body())).status).toBe(200);
    expect((await subgraph.send('POST', '/graphql', header, body())).status).toBe(401);
  });

  it('is not accepted from a client at the gateway, nor are the identity headers of other systems', async () => {
    const headers = {
      [viewerHeader]: signViewer(testIdentity.viewerKeys, claims, 'elderly-care', body()),
      'x-user-id': 'root',
      'x-roles': 'care-manager',
      'x-forwarded-user': 'root',
      'x-hasura-role': 'admin',
      'apollo-federation-include-trace': 'ftv1',
    };
    const { codes, text } = await request(
      city.gateway,
      `{ elder(id: "${city.ids.Elder}") { name } }`,
      headers,
    );
    expect([codes, secretsIn(text)]).toEqual([['FORBIDDEN'], []]);
  });

  it('is required for the change stream, where a token is not enough', async () => {
    for (const name of Object.keys(city.graph.subgraphs))
      for (const headers of [{}, trusted])
        expect((await city.subgraphClient(name).send('GET', '/changes', headers)).status).toBe(401);
    // At the gateway the path is a page, which is the same for everyone.
    const page = await city.gateway.send('GET', '/changes', trusted);
    expect(page.headers['content-type']).not.toMatch(/event-stream/);
    expect(page.text).toBe((await city.gateway.send('GET', '/changes')).text);
  });

  it('is required to record refusals: with a token, no client can record those of others', async () => {
    const refusals = '{"refusals":[{"operation":null,"requestId":null,"field":"Query.elder"}]}';
    const json = { 'content-type': 'application/json' };
    for (const name of Object.keys(city.graph.subgraphs))
      for (const headers of [json, { ...json, ...trusted }])
        expect((await city.subgraphClient(name).send('POST', '/refusals', headers, refusals)).status).toBe(
          401,
        );
    const headers = { ...json, ...trusted };
    expect((await city.gateway.send('POST', '/refusals', headers, refusals)).status).toBe(404);
  });
});

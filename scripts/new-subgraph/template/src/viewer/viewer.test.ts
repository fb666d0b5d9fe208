import { headersOf } from '@district-graph/kit/testing/identity';
import type { WritableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRecord, writableSampleRecords } from '../sample-record/testing.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSampleRecords();
});
afterAll(() => server.stop());

const writer = (sub: string) => headersOf({ sub, scopes: ['place:write'], divisions: ['410105'] });
const own = async (headers: Record<string, string>, args = '') =>
  (
    await server.request(
      `{ viewer { id sampleRecords${args} { totalCount nodes { id } pageInfo { endCursor } } } }`,
      {},
      headers,
    )
  ).data.viewer;
const idsOf = (viewer: { sampleRecords: { nodes: { id: string }[] } }) =>
  viewer.sampleRecords.nodes.map(({ id }) => id);

describe('the viewer’s own sample records', () => {
  it('are those that the viewer has registered, latest first, in pages', async () => {
    const one = await writer('one');
    const made: string[] = [];
    for (const name of ['一', '二', '三']) {
      const { result } = await server.write('registerSampleRecord', { ...newRecord, name }, one);
      made.unshift(result.id);
    }
    await server.write('registerSampleRecord', newRecord, await writer('other'));
    const all = await own(one);
    expect(all).toMatchObject({ id: 'one', sampleRecords: { totalCount: 3 } });
    expect(idsOf(all).toSorted()).toEqual(made.toSorted());
    const first = await own(one, '(first: 2)');
    const rest = await own(one, `(first: 2, after: "${first.sampleRecords.pageInfo.endCursor}")`);
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(idsOf(all));
  });

  it('do not exist for anonymous clients', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    expect(await response.json()).toEqual({ data: { viewer: null } });
  });
});

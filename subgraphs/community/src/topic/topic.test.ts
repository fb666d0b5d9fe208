import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { topicStatuses } from './tables.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

const countOf = async (within: string, status: string | null) => {
  const { data, errors } = await server.request(
    'query ($within: ID!, $status: TopicStatus) { topics(within: $within, status: $status, first: 100) { totalCount nodes { status } pageInfo { hasNextPage } } }',
    { within, status },
  );
  expect(errors).toBeUndefined();
  return data.topics as {
    totalCount: number;
    nodes: { status: string }[];
    pageInfo: { hasNextPage: boolean };
  };
};

describe('the topics inside a division', () => {
  it.each([null, ...topicStatuses])('of the status %s are counted as they are listed', async (status) => {
    const { totalCount, nodes, pageInfo } = await countOf('410105007', status);
    expect(pageInfo.hasNextPage).toBe(false);
    expect(nodes).toHaveLength(totalCount);
    if (status) expect(nodes.every((node) => node.status === status)).toBe(true);
  });

  it('are in the overview as many as in the list', async () => {
    const { data } = await server.request(
      `{ _entities(representations: [{ __typename: "Division", code: "410105" }]) { ... on Division { community {
        councilCount topicCounts { status count } } } } }`,
    );
    const { topicCounts } = data._entities[0].community;
    for (const { status, count } of topicCounts)
      expect((await countOf('410105', status)).totalCount).toBe(count);
    expect(topicCounts.map(({ status }: { status: string }) => status)).toEqual([...topicStatuses]);
  });
});

it('is the topic of the micro-work that carries it out, for all works in one statement', async () => {
  server.statements();
  const { data, errors } = await server.request(
    '{ microWorks(within: "410105", first: 100) { nodes { id topic { status microWork { id } } } } }',
  );
  expect(errors).toBeUndefined();
  expect(server.statements()).toHaveLength(3);
  expect(data.microWorks.nodes.length).toBeGreaterThan(20);
  for (const { id, topic } of data.microWorks.nodes) expect(topic.microWork).toEqual({ id });
});

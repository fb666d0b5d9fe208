import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

describe('councils', () => {
  it.each(['410100', '410105', '410105007'])('inside %s are paged in order, each once', async (within) => {
    const codes: string[] = [];
    const ids = new Set<string>();
    let after: string | null = null;
    do {
      const { data, errors } = await server.request(
        `query ($within: ID!, $after: String) { councils(within: $within, first: 90, after: $after) {
          totalCount nodes { id division { code } } pageInfo { hasNextPage endCursor } } }`,
        { within, after },
      );
      expect(errors).toBeUndefined();
      for (const { id, division } of data.councils.nodes) {
        ids.add(id);
        codes.push(division.code);
      }
      after = data.councils.pageInfo.hasNextPage ? data.councils.pageInfo.endCursor : null;
      if (!after) expect(codes).toHaveLength(data.councils.totalCount);
    } while (after);
    expect(codes).toEqual(codes.toSorted());
    expect(ids.size).toBe(codes.length);
  });

  it('have topics and sessions, latest first, in one statement each for all councils', async () => {
    server.statements();
    const { data, errors } = await server.request(
      `{ councils(within: "410105", first: 50) { nodes {
        topics(first: 2) { totalCount nodes { proposedOn council { id } sessions { topics { id } } id } }
        sessions(first: 2) { totalCount nodes { heldOn } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(server.statements().length).toBeLessThanOrEqual(8);
    for (const { topics, sessions } of data.councils.nodes) {
      const proposed = topics.nodes.map((topic: { proposedOn: string }) => topic.proposedOn);
      expect(proposed).toEqual(proposed.toSorted().toReversed());
      const held = sessions.nodes.map((session: { heldOn: string }) => session.heldOn);
      expect(held).toEqual(held.toSorted().toReversed());
      for (const topic of topics.nodes)
        for (const session of topic.sessions)
          expect(session.topics.map(({ id }: { id: string }) => id)).toContain(topic.id);
    }
  });

  it('show how many people attended only to those who keep the record', async () => {
    const query =
      '{ councils(within: "410105", first: 5) { nodes { sessions(first: 1) { nodes { attendance } } } } }';
    const attendance = async (headers: Record<string, string>) => {
      const { data, errors } = await server.request(query, {}, headers);
      expect(errors).toBeUndefined();
      const councils: { sessions: { nodes: { attendance: number | null }[] } }[] = data.councils.nodes;
      return councils.flatMap(({ sessions }) => sessions.nodes.map((session) => session.attendance));
    };
    for (const headers of [
      await headersOf({ roles: [] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
    ])
      expect(new Set(await attendance(headers))).toEqual(new Set([null]));
    const own = await attendance(await headersOf({ roles: ['community-worker'], divisions: ['410105'] }));
    expect(own.every((count) => Number(count) >= 20)).toBe(true);
  });

  it.each([
    ['council', 'Council'],
    ['council_session', 'CouncilSession'],
    ['topic', 'Topic'],
    ['micro_work', 'MicroWork'],
  ])(
    'and %s take one statement for any number of keys, and are null for unknown and invalid ones',
    async (table, type) => {
      const rows = await server.sql<{ id: string }[]>`select id from ${server.sql(table)} limit 3`;
      server.statements();
      const { data } = await server.request(
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id } } }`,
        { r: [...rows.map(({ id }) => id), unknownId, 'x'].map((id) => ({ __typename: type, id })) },
      );
      expect(server.statements()).toHaveLength(1);
      expect(data._entities).toEqual([...rows.map(({ id }) => ({ id })), null, null]);
    },
  );
});

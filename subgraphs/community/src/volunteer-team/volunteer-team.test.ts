import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let community: TestSubgraph;
beforeAll(async () => {
  community = await testSubgraph(subgraph);
});
afterAll(() => community.stop());

const { centres } = loadSyntheticCity('default');
const ofSubdistricts = centres.filter(({ divisionCode }) => divisionCode.length === 9).slice(0, 20);

describe('the teams of volunteers', () => {
  it('of a service centre take one statement for any number of centres', async () => {
    community.statements();
    const { data, errors } = await community.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ServiceCentre { id volunteerTeams(first: 5) {
        nodes { serviceCentre { id } status } } } } }`,
      { r: ofSubdistricts.map(({ id }) => ({ __typename: 'ServiceCentre', id })) },
    );
    expect(errors).toBeUndefined();
    expect(community.statements()).toHaveLength(1);
    for (const { id, volunteerTeams } of data._entities) {
      expect(volunteerTeams.nodes.length).toBeGreaterThan(0);
      for (const team of volunteerTeams.nodes)
        expect(team).toEqual({ serviceCentre: { id }, status: 'ACTIVE' });
    }
  });

  it('include those in the news, and are paged by division, each once', async () => {
    const found: { name: string; id: string }[] = [];
    let after: string | null = null;
    let total = 0;
    do {
      const { data } = await community.request(
        `query ($after: String) { volunteerTeams(within: "410100", first: 100, after: $after) {
          totalCount nodes { id name } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      const { nodes, pageInfo, totalCount } = data.volunteerTeams;
      found.push(...nodes);
      total = totalCount;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    expect(found).toHaveLength(total);
    expect(new Set(found.map(({ id }) => id)).size).toBe(total);
    expect(found.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['党员老妈妈服务队', '小黑蚁志愿服务队']),
    );
  });

  it('show their members to those who may see volunteers there only', async () => {
    const query = `{ volunteerTeams(within: "410105007", first: 2) { nodes { name
      members(first: 3) { totalCount nodes { id division { code } } } services(first: 2) { nodes { id } } } } }`;
    const worker = await headersOf({ roles: ['community-worker'], divisions: ['410105007'] });
    community.statements();
    const seen = await community.request(query, {}, worker);
    expect(seen.errors).toBeUndefined();
    // The teams, their members and their number, and their services.
    expect(community.statements().length).toBeLessThanOrEqual(4);
    for (const { members } of seen.data.volunteerTeams.nodes) {
      expect(members.nodes).toHaveLength(3);
      expect(members.totalCount).toBeGreaterThanOrEqual(3);
      // Masked: no finer than the subdistrict.
      for (const { division } of members.nodes) expect(division.code).toBe('410105007');
    }
    for (const headers of [
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
      await headersOf({ roles: ['resident'], divisions: ['410105'] }),
    ]) {
      const { data, errors } = await community.request(query, {}, headers);
      expect(errors?.every(({ extensions }) => extensions.code === 'FORBIDDEN')).toBe(true);
      for (const team of data.volunteerTeams.nodes) {
        expect(team.members).toBeNull();
        expect(team.services.nodes).toHaveLength(2);
      }
    }
  });
});

// An outage of a subgraph makes only its own fields null, and the errors name it.
import { readFileSync } from 'node:fs';
import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { describe, expect, it } from 'vitest';
import { divisionOverviews } from '../testkit/overviews.ts';
import { startTestGraph } from '../testkit/test-graph.ts';

const board = readFileSync(new URL('../operations/district-board.graphql', import.meta.url), 'utf8');
const period = { from: '2018-01-01', to: '2018-03-09' };
const everyOverview = `{ divisions(level: DISTRICT, within: "410100", first: 20) { totalCount nodes {
  ${[...divisionOverviews.values()].map(({ field }) => `${field} { __typename }`).join(' ')} } } }`;

describe.each(listedSubgraphs.map(({ name }) => name))('without %s', (down) => {
  it('the district board, and every overview, contain the fields of the other subgraphs', async () => {
    const graph = await startTestGraph({ without: [down] });
    try {
      for (const [text, isWhole] of [
        [board, false],
        [everyOverview, true],
      ] as const) {
        const { data, errors = [] } = await graph.query(text, { period });
        // The board has no fields of some subgraphs.
        if (isWhole) expect(errors.length).toBeGreaterThan(0);
        for (const { message, extensions } of errors) {
          expect(extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', service: down });
          expect(message).not.toMatch(/127\.0\.0\.1|:\d{2,5}|ECONN/);
        }
        if (down === 'places') continue;
        expect(data.divisions.nodes).toHaveLength(15);
        for (const node of data.divisions.nodes) {
          for (const [subgraph, { field }] of divisionOverviews) {
            if (!isWhole && !(field in node)) continue;
            if (subgraph === down) expect(node[field]).toBeNull();
            else expect(node[field]).not.toBeNull();
          }
        }
      }
    } finally {
      await graph.stop();
    }
  });
});

it('an outage of a subgraph affects neither lists nor mutations of other subgraphs', async () => {
  const graph = await startTestGraph({ without: ['culture'] });
  try {
    const { data, errors } = await graph.query(
      `{ troupes(within: "410105", first: 1) { totalCount } roads(within: "410105", first: 1) { totalCount }
        division(code: "410105") { name } }`,
    );
    expect(data).toEqual({
      troupes: null,
      roads: { totalCount: expect.any(Number) },
      division: { name: '金水区' },
    });
    expect(errors).toMatchObject([
      { path: ['troupes'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'culture' } },
    ]);
    const changed = await graph.query(
      `mutation ($incident: RaiseIncidentInput!, $troupe: RegisterTroupeInput!) {
        raiseIncident(input: $incident) { __typename } registerTroupe(input: $troupe) { __typename } }`,
      {
        incident: {
          divisionCode: '410105001',
          kind: 'TRAFFIC',
          severity: 3,
          location: { longitude: 113.68, latitude: 34.76 },
        },
        troupe: { divisionCode: '410105001', name: '示例团', kind: 'CHORUS', members: 12 },
      },
      await headersOf({ scopes: ['incident:write', 'culture:write'] }),
    );
    expect(changed.data).toEqual({ raiseIncident: { __typename: 'Incident' }, registerTroupe: null });
    expect(changed.errors).toMatchObject([{ path: ['registerTroupe'] }]);
  } finally {
    await graph.stop();
  }
});

describe('the viewer', () => {
  it.each([
    ['culture', 'visits', 'bookings'],
    ['elderly-care', 'bookings', 'visits'],
  ])('without %s has their %s, and an error that explains the missing %s', async (down, known, lost) => {
    const graph = await startTestGraph({ without: [down] });
    try {
      const { data, errors } = await graph.query(
        '{ viewer { id bookings { totalCount } visits { totalCount } } }',
        {},
        await headersOf({
          sub: 'the-elder',
          roles: ['resident'],
          divisions: ['410105'],
          elder: newId('410105'),
        }),
      );
      expect(data.viewer).toMatchObject({ [known]: { totalCount: 0 }, [lost]: null });
      // The plan reads the id from culture.
      expect(data.viewer.id).toBe(down === 'culture' ? null : 'the-elder');
      expect(errors).toMatchObject([
        { path: ['viewer'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: down } },
      ]);
    } finally {
      await graph.stop();
    }
  });
});

import { readFileSync } from 'node:fs';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let places: TestSubgraph;
beforeAll(async () => {
  places = await testSubgraph(subgraph);
});
afterAll(() => places.stop());

it('stores every row of the reports as stated', async () => {
  const lines = readFileSync(new URL('../../../../schema/data/reported-figures.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const { data } = await places.request(
    '{ reportedFigures(within: "410100", first: 100) { totalCount nodes { key value } } }',
  );
  expect(data.reportedFigures.totalCount).toBe(lines.length - 1);
  const stated = lines
    .slice(1)
    .map((line) => line.split(','))
    .map(([key, , , , , , value]) => ({ key, value: Number(value) }));
  expect(new Set(data.reportedFigures.nodes.map((node: object) => JSON.stringify(node)))).toEqual(
    new Set(stated.map((figure) => JSON.stringify(figure))),
  );
});

it('stores a note with a comma as a whole', async () => {
  const { data } = await places.request(
    '{ reportedFigure(key: "security.command_centre_screens") { note division { name } qualifier } }',
  );
  expect(data.reportedFigure).toEqual({
    note: 'feeds at the command centre itself, beside the 2577',
    division: { name: '管城回族区' },
    qualifier: 'EXACT',
  });
});

it('gives a division the figures about itself, by subgraph', async () => {
  const { data } = await places.request(
    '{ division(code: "410105007") { reportedFigures(subgraph: "elderly-care") { totalCount nodes { key period { from to } } } } }',
  );
  expect(data.division.reportedFigures).toEqual({
    totalCount: 2,
    nodes: [
      { key: 'elderly.birth_policy_award_amount', period: { from: '2017-01-01', to: '2017-12-31' } },
      { key: 'elderly.birth_policy_award_people', period: { from: '2017-01-01', to: '2017-12-31' } },
    ],
  });
});

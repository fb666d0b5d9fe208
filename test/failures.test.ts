// A room that is down costs its own fields and nothing else, and the answer names it.
import { readFileSync } from 'node:fs';
import { listedSubgraphs } from '@district-graph/schema/registry';
import { describe, expect, it } from 'vitest';
import { startGraph } from './support/graph.ts';

const board = readFileSync(new URL('./operations/district-board.graphql', import.meta.url), 'utf8');
const period = { from: '2018-01-01', to: '2018-03-09' };
const overviews: Record<string, string> = {
  'elderly-care': 'elderlyCare',
  sanitation: 'sanitation',
  security: 'security',
  culture: 'culture',
};

describe.each(listedSubgraphs.map(({ name }) => name))('without %s', (down) => {
  it('the district board shows what the others know', async () => {
    const graph = await startGraph({ without: [down] });
    try {
      const { data, errors } = await graph.query(board, { period });
      expect(errors?.length).toBeGreaterThan(0);
      for (const { message, extensions } of errors ?? []) {
        expect(extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', service: down });
        expect(message).not.toMatch(/127\.0\.0\.1|:\d{2,5}|ECONN/);
      }
      if (down === 'places') return;
      expect(data.divisions.nodes).toHaveLength(15);
      for (const node of data.divisions.nodes) {
        for (const [room, field] of Object.entries(overviews)) {
          if (room === down) expect(node[field]).toBeNull();
          else expect(node[field]).not.toBeNull();
        }
      }
    } finally {
      await graph.stop();
    }
  });
});

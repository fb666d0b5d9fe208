// The committed supergraph is the one the rooms compose to.
import { readFileSync } from 'node:fs';
import { composeRooms } from '@district-graph/scripts/compose';
import { expect, it } from 'vitest';

it('is fresh: npm run compose changes nothing', () => {
  expect(readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8')).toBe(composeRooms());
});

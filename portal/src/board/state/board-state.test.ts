import { indicatorById } from '@district-graph/schema/indicators';
import { describe, expect, it } from 'vitest';
import {
  type BoardState,
  defaultTiles,
  linkTo,
  parametersOf,
  stateOf,
  stateOfSearch,
} from './board-state.ts';

const chosen: BoardState = {
  division: '410105',
  period: 'own',
  own: { from: '2026-01-01', to: '2026-03-31' },
  comparison: 'division',
  other: '410104',
  indicator: 'ELDERS',
  per: 'CARE_WORKER',
  tiles: ['ELDERS', 'CAMERAS'],
  sorting: { column: 'other-value', isDescending: true },
  lines: ['410105007', '410105002'],
  tables: ['map', 'trend'],
};

describe('the link of a view', () => {
  it('keeps everything that was chosen', () => {
    const link = linkTo(chosen);
    expect(stateOfSearch(link.slice(link.indexOf('?')))).toEqual(chosen);
  });

  it('is short for the first view', () => {
    expect(linkTo(stateOf({}))).toBe('/board');
    expect(parametersOf(stateOf({ division: '410105' }))).toEqual({ division: '410105' });
  });

  it('has as first tiles six indicators of six owners', () => {
    expect(new Set(defaultTiles.map((id) => indicatorById(id)?.owner)).size).toBe(6);
  });

  it.each([
    [{ division: '110000' }],
    [{ division: '410105;drop' }],
    [{ period: 'decade' }],
    [{ period: 'own', from: '2026-02-30', to: '2026-03-01' }],
    [{ period: 'own', from: '2026-05-01', to: '2026-03-01' }],
    [{ compare: 'neighbour', with: '410104' }],
    [{ with: '410104' }],
    [{ indicator: 'HAPPINESS' }],
    [{ per: 'THOUSAND_ELDERS', indicator: 'VENUES' }],
    [{ tiles: 'HAPPINESS' }],
    [{ lines: 'x,y' }],
    [{ tables: 'everything' }],
  ])('takes %j for what it shows at first', (parameters) => {
    const { indicator, ...rest } = stateOf(parameters);
    const { indicator: first, ...others } = stateOf({});
    expect(rest).toEqual(others);
    expect([first, 'VENUES']).toContain(indicator);
  });

  it('limits tiles and lines to six', () => {
    const codes = Array.from({ length: 8 }, (_, index) => `41010500${index}`).join();
    expect(stateOf({ lines: codes }).lines).toHaveLength(6);
    expect(stateOf({ tiles: [...defaultTiles, 'CAMERAS'].join() }).tiles).toEqual(defaultTiles);
  });
});

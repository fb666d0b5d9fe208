import { readFileSync } from 'node:fs';
import { indicatorById } from '@district-graph/schema/indicators';
import { describe, expect, it } from 'vitest';
import { reportedUnits } from '../../texts/board.ts';
import { readDivision, readParts } from '../graph/answers.ts';
import { downOwners } from './down-owners.ts';
import { reportedIndicators } from './reported-indicators.ts';
import { tileGrid } from './tile-grid.ts';
import { shownLines } from './trend-lines.ts';

const data = (name: string): string[][] =>
  readFileSync(new URL(`../../../../schema/data/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

describe('the grid of districts', () => {
  it('has every district of the register once', () => {
    const districts = data('zhengzhou-divisions.csv').filter(([, , level]) => level === 'DISTRICT');
    const tiles = tileGrid.flat().filter((tile) => tile !== null);
    expect(tiles.map(({ code }) => code).sort()).toEqual(districts.map(([code]) => code).sort());
    for (const { code, name } of tiles)
      expect(districts.find(([each]) => each === code)?.[1]).toContain(name.zh.slice(0, 1));
  });

  it('is a rectangle', () => {
    expect(new Set(tileGrid.map(({ length }) => length)).size).toBe(1);
  });
});

it('compares reported figures that exist with indicators that exist', () => {
  const reported = data('reported-figures.csv').map(([key]) => key);
  for (const [key, id] of Object.entries(reportedIndicators)) {
    expect(reported).toContain(key);
    expect(indicatorById(id)?.id).toBe(id);
  }
});

it('has the units of all reported figures in Chinese', () => {
  const text = readFileSync(new URL('../../../../schema/data/reported-figures.csv', import.meta.url), 'utf8');
  const units = new Set(
    [...text.matchAll(/,(?:exact|at_least|about|historical),([^,]+),/g)].map(([, unit]) => unit),
  );
  expect(units.size).toBeGreaterThan(20);
  expect([...units].filter((unit) => unit && !(unit in reportedUnits))).toEqual([]);
});

describe('an answer with a subgraph that is down', () => {
  const named = { code: '410105', name: '金水区' };
  const division = {
    ...named,
    ancestors: [],
    parent: null,
    reportedFigures: { nodes: [] },
    RESIDENTS: { value: 9, unavailable: null },
    security: null,
    culture: { VENUES: { value: 0, unavailable: null } },
  };

  it('has null for its indicators, and names it', () => {
    const values = readDivision({ division })?.values ?? {};
    expect(values.CAMERAS).toBeNull();
    expect(values.VENUES).toEqual({ value: 0, unavailable: null });
    expect(downOwners(values)).toContain('security');
    expect(downOwners(values)).not.toContain('culture');
  });

  it('has no ranking, or one without the series of its parts', () => {
    const indicator = indicatorById('INCIDENTS') as NonNullable<ReturnType<typeof indicatorById>>;
    expect(readParts({ ranking: null, whole: null }, indicator)).toBeNull();
    const edges = [{ rank: 1, node: { ...named, security: null }, value: { value: 3, unavailable: null } }];
    expect(readParts({ ranking: { edges }, whole: null }, indicator)).toMatchObject({
      parts: [{ code: '410105', series: null }],
      whole: null,
    });
  });

  it('is not mistaken for a code that there is not', () => {
    expect(readDivision({ division: null })).toBeNull();
  });
});

describe('the lines of a trend', () => {
  const line = (code: string, value: number | null) => ({
    code,
    name: code,
    series: [{ start: '2026-01-01', value }],
  });
  const all = [line('1', null), line('2', 4), line('3', 5)];

  it('are those that were chosen', () => {
    expect(shownLines(all, ['3']).map(({ code }) => code)).toEqual(['3']);
  });

  it('are at first those with published values', () => {
    expect(shownLines(all, null).map(({ code }) => code)).toEqual(['2', '3']);
    expect(shownLines([line('1', null)], ['9']).map(({ code }) => code)).toEqual(['1']);
  });
});

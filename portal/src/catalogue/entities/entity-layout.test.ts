import { expect, it } from 'vitest';
import type { EntityNode } from '../catalogue.ts';
import { type Box, curveBetween, layOut } from './entity-layout.ts';

const owners = ['places', 'elderly-care', 'sanitation', 'nobody'];
const nodes: EntityNode[] = Array.from({ length: 23 }, (_, index) => ({
  name: `Entity${index}`,
  label: { zh: '实体', en: 'An entity' },
  owner: owners[index % 3] ?? '',
}));
const links = [{ from: 'Entity3', to: 'Entity6', fields: ['other'], owner: 'places' }];

it.each([300, 328, 744, 1176, 1600])(
  'places every entity once, inside its group and apart from others, on %i px',
  (width) => {
    const { groups, height } = layOut({ nodes, links }, owners, width);
    expect(groups.map(({ owner }) => owner)).toEqual(['places', 'elderly-care', 'sanitation']);
    const placed = groups.flatMap((group) => group.nodes);
    expect(placed.map(({ name }) => name).sort()).toEqual(nodes.map(({ name }) => name).sort());
    for (const group of groups) {
      expect(contains({ x: 0, y: 0, width, height }, group)).toBe(true);
      for (const node of group.nodes) expect(contains(group, node)).toBe(true);
    }
    for (const boxes of [groups, placed])
      for (const [index, box] of boxes.entries())
        expect(boxes.slice(index + 1).filter((other) => overlap(box, other))).toEqual([]);
  },
);

it('puts first what has the most links, and the first owner at the start', () => {
  const [first] = layOut({ nodes, links }, owners, 1176).groups;
  expect([first?.x, first?.y, first?.nodes[0]?.name]).toEqual([0, 0, 'Entity3']);
});

it('draws from the side that faces the other box', () => {
  const box = (x: number, y: number): Box => ({ x, y, width: 100, height: 40 });
  expect(curveBetween(box(0, 0), box(300, 0))).toMatch(/^M100 20C.* 300 20$/);
  expect(curveBetween(box(300, 0), box(0, 0))).toMatch(/^M300 20C.* 100 20$/);
  expect(curveBetween(box(0, 0), box(0, 200))).toMatch(/^M50 40C.* 50 200$/);
});

const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - 0.01 &&
  inner.y >= outer.y - 0.01 &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

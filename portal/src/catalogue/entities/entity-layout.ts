// Places entities in the groups of their owners, and draws the curves between them. Pure.
import type { EntityLink, EntityNode } from '../catalogue.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface PlacedGroup extends Box {
  owner: string;
  nodes: readonly (EntityNode & Box)[];
}

export interface EntityLayout {
  width: number;
  height: number;
  groups: readonly PlacedGroup[];
}

const gap = 24;
const padding = 12;
const headHeight = 40;
const node = { height: 46, gap: 10, minWidth: 150 };
const minGroupWidth = 330;

/** Groups stand in columns, each below the shortest; entities in their groups by how many links they have. */
export function layOut(
  { nodes, links }: { nodes: readonly EntityNode[]; links: readonly EntityLink[] },
  owners: readonly string[],
  width: number,
): EntityLayout {
  const columns = Math.max(1, Math.min(3, Math.floor((width + gap) / (minGroupWidth + gap))));
  const groupWidth = (width - gap * (columns - 1)) / columns;
  const perRow = Math.max(1, Math.floor((groupWidth - 2 * padding + node.gap) / (node.minWidth + node.gap)));
  const nodeWidth = (groupWidth - 2 * padding - node.gap * (perRow - 1)) / perRow;
  const degrees = degreesOf(links);
  const groups = owners
    .map((owner) => ({
      owner,
      own: nodes
        .filter((each) => each.owner === owner)
        .sort(
          (a, b) => (degrees.get(b.name) ?? 0) - (degrees.get(a.name) ?? 0) || (a.name < b.name ? -1 : 1),
        ),
    }))
    .filter(({ own }) => own.length > 0);
  const { columnOf, heights, topOf } = intoColumns(
    groups.map(
      ({ own }) =>
        headHeight + Math.ceil(own.length / perRow) * (node.height + node.gap) - node.gap + padding,
    ),
    columns,
  );
  const placed = groups.map(({ owner, own }, group): PlacedGroup => {
    const [x, y] = [(columnOf[group] ?? 0) * (groupWidth + gap), topOf[group] ?? 0];
    const rows = Math.ceil(own.length / perRow);
    return {
      owner,
      x,
      y,
      width: groupWidth,
      height: headHeight + rows * (node.height + node.gap) - node.gap + padding,
      nodes: own.map((each, index) => ({
        ...each,
        x: x + padding + (index % perRow) * (nodeWidth + node.gap),
        y: y + headHeight + Math.floor(index / perRow) * (node.height + node.gap),
        width: nodeWidth,
        height: node.height,
      })),
    };
  });
  return { width, height: Math.max(0, ...heights) - gap, groups: placed };
}

/** Puts the highest first, each into the shortest column, so that columns are about as long. The first one is in the first column. */
function intoColumns(
  sizes: readonly number[],
  columns: number,
): { columnOf: number[]; topOf: number[]; heights: number[] } {
  const heights = Array.from({ length: columns }, () => 0);
  const [columnOf, topOf]: [number[], number[]] = [[], []];
  const order = sizes.map((_, index) => index);
  if (columns > 1) order.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  for (const index of order) {
    const column = heights.indexOf(Math.min(...heights));
    columnOf[index] = column;
    topOf[index] = heights[column] ?? 0;
    heights[column] = (heights[column] ?? 0) + (sizes[index] ?? 0) + gap;
  }
  const first = columnOf[0] ?? 0;
  const moved = (column: number): number => (column === first ? 0 : column === 0 ? first : column);
  return { columnOf: columnOf.map(moved), topOf, heights };
}

function degreesOf(links: readonly EntityLink[]): Map<string, number> {
  const degrees = new Map<string, number>();
  for (const { from, to } of links)
    for (const name of [from, to]) degrees.set(name, (degrees.get(name) ?? 0) + 1);
  return degrees;
}

/** A curve from the side of one box to the nearer side of the other. */
export function curveBetween(from: Box, to: Box): string {
  const round = (position: number): number => Math.round(position * 10) / 10;
  const [a, b] = [centreOf(from), centreOf(to)];
  if (Math.abs(a.x - b.x) < from.width / 2) {
    const isBelow = b.y > a.y;
    const [y1, y2] = [isBelow ? from.y + from.height : from.y, isBelow ? to.y : to.y + to.height];
    const bend = Math.max(12, Math.abs(y2 - y1) / 2) * (isBelow ? 1 : -1);
    return `M${round(a.x)} ${round(y1)}C${round(a.x)} ${round(y1 + bend)} ${round(b.x)} ${round(y2 - bend)} ${round(b.x)} ${round(y2)}`;
  }
  const isRight = b.x > a.x;
  const [x1, x2] = [isRight ? from.x + from.width : from.x, isRight ? to.x : to.x + to.width];
  const bend = Math.max(16, Math.abs(x2 - x1) / 2) * (isRight ? 1 : -1);
  return `M${round(x1)} ${round(a.y)}C${round(x1 + bend)} ${round(a.y)} ${round(x2 - bend)} ${round(b.y)} ${round(x2)} ${round(b.y)}`;
}

const centreOf = ({ x, y, width, height }: Box): { x: number; y: number } => ({
  x: x + width / 2,
  y: y + height / 2,
});

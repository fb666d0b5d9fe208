// A plain projection of points near each other: metres east and north of a centre, scaled to a square.
import type { Point } from './operations.ts';

/** Half the circumference of the WGS 84 ellipsoid's mean sphere, in metres, over 180 degrees. */
const metresPerDegree = 111_195;

export interface MapFrame {
  centre: Point;
  /** From the centre to each edge. */
  radiusMetres: number;
  /** The length of a side. */
  size: number;
}

export interface Position {
  x: number;
  y: number;
}

/** Where the point lies, with north up and the origin top left. */
export function positionOf(
  { longitude, latitude }: Point,
  { centre, radiusMetres, size }: MapFrame,
): Position {
  const east = (longitude - centre.longitude) * metresPerDegree * Math.cos((centre.latitude * Math.PI) / 180);
  const north = (latitude - centre.latitude) * metresPerDegree;
  const scale = size / 2 / radiusMetres;
  return { x: size / 2 + east * scale, y: size / 2 - north * scale };
}

/** A round length for the scale bar, about a quarter of the map wide. */
export function scaleMetres(radiusMetres: number): number {
  const longest = radiusMetres / 2;
  const power = 10 ** Math.floor(Math.log10(longest));
  return ([5, 2, 1].find((step) => step * power <= longest) ?? 1) * power;
}

/** Points that would cover each other as one, with all their items. */
export function clustersOf<Item extends Position>(
  items: readonly Item[],
  distance: number,
): (Position & { items: Item[] })[] {
  const clusters: (Position & { items: Item[] })[] = [];
  for (const item of items) {
    const near = clusters.find(({ x, y }) => Math.hypot(x - item.x, y - item.y) < distance);
    if (near) near.items.push(item);
    else clusters.push({ x: item.x, y: item.y, items: [item] });
  }
  return clusters;
}

const mapRadii = [250, 500, 1000, 2000, 5000];

/** The smallest radius of a map that shows all of these distances, and not more than was asked for. */
export const mapRadius = (distances: readonly number[], asked: number): number =>
  Math.min(asked, mapRadii.find((radius) => distances.every((distance) => distance < radius)) ?? asked);

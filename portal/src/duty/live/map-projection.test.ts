import { expect, it } from 'vitest';
import { clustersOf, mapRadius, positionOf, scaleMetres } from './map-projection.ts';

const centre = { longitude: 113.68, latitude: 34.79 };
const frame = { centre, radiusMetres: 1000, size: 200 };

it('puts the centre in the middle, north at the top and east on the right, both to the same scale', () => {
  expect(positionOf(centre, frame)).toEqual({ x: 100, y: 100 });
  const north = positionOf({ ...centre, latitude: 34.79 + 1000 / 111_195 }, frame);
  expect(north).toEqual({ x: 100, y: expect.closeTo(0) });
  // A degree of longitude is 91.3 km long at this latitude.
  const east = positionOf({ ...centre, longitude: 113.68 + 1 / 91.3 }, frame);
  expect([Math.round(east.x), east.y]).toEqual([200, 100]);
});

it('has a scale of a round length that fits a quarter of the map', () => {
  expect([500, 1000, 2000, 5000].map(scaleMetres)).toEqual([200, 500, 1000, 2000]);
});

it('draws devices at the same place as one, and those apart as several', () => {
  const points = [
    { x: 10, y: 10, name: 'a' },
    { x: 12, y: 10, name: 'b' },
    { x: 90, y: 10, name: 'c' },
  ];
  expect(clustersOf(points, 15).map(({ items }) => items.map(({ name }) => name))).toEqual([
    ['a', 'b'],
    ['c'],
  ]);
});

it('zooms in as far as everything near is shown', () => {
  expect(mapRadius([120, 640], 2000)).toBe(1000);
  expect(mapRadius([120, 4800], 2000)).toBe(2000);
  expect(mapRadius([], 5000)).toBe(250);
});

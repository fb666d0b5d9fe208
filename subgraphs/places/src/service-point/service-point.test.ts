import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let places: TestSubgraph;
beforeAll(async () => {
  places = await testSubgraph(subgraph);
});
afterAll(() => places.stop());

const at = { longitude: 113.68, latitude: 34.79 };

it('finds the points within walking distance, nearest first, by the index on the plane', async () => {
  const { data } = await places.request(
    'query ($at: GeoPointInput!) { servicePointsNear(at: $at, walkingMinutes: 15, first: 50) { distanceMetres servicePoint { signNumber community { code } } } }',
    { at },
  );
  const distances = data.servicePointsNear.map((point: { distanceMetres: number }) => point.distanceMetres);
  expect(distances.length).toBeGreaterThan(3);
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  expect(Math.max(...distances)).toBeLessThanOrEqual(900);
  const plan = await places.sql`explain select id from service_point
    where geo_plane(longitude, latitude) <@ circle(geo_plane(113.68, 34.79), 900)
    order by geo_plane(longitude, latitude) <-> geo_plane(113.68, 34.79) limit 20`;
  expect(JSON.stringify(plan)).toContain('service_point_plane');
});

it('measures distances as along a great circle, to half a percent', async () => {
  const [row] = await places.sql<{ metres: number }[]>`
    select geo_plane(113.6, 34.7) <-> geo_plane(113.7, 34.8) as metres`;
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2;
  const h = half(34.7, 34.8) + Math.cos(radians(34.7)) * Math.cos(radians(34.8)) * half(113.6, 113.7);
  const greatCircle = 2 * 6_371_009 * Math.asin(Math.sqrt(h));
  expect(Math.abs((row?.metres ?? 0) / greatCircle - 1)).toBeLessThan(0.005);
});

it('counts a circle of a division as it lists it', async () => {
  const { data } = await places.request(
    '{ servicePoints(within: "410105", circle: HEALTH, first: 3) { totalCount nodes { circle } } division(code: "410105") { serviceCircles { circle count } } }',
  );
  expect(data.servicePoints.nodes).toEqual(Array(3).fill({ circle: 'HEALTH' }));
  expect(data.division.serviceCircles).toContainEqual({
    circle: 'HEALTH',
    count: data.servicePoints.totalCount,
  });
  expect(data.division.serviceCircles).toHaveLength(6);
});

it.each([
  ['a place that is not on Earth', { at: { longitude: 190, latitude: 34 }, walkingMinutes: 15 }, 'at'],
  ['a walk of a day', { at, walkingMinutes: 1440 }, 'walkingMinutes'],
])('refuses %s', async (_what, variables, argument) => {
  const { errors } = await places.request(
    'query ($at: GeoPointInput!, $walkingMinutes: Int!) { servicePointsNear(at: $at, walkingMinutes: $walkingMinutes) { distanceMetres } }',
    variables,
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
});

it('answers null for an unknown and for an invalid identifier', async () => {
  const { data, errors } = await places.request(
    '{ a: servicePoint(id: "01a1fc14-c3c1-7069-9f9c-1d318defd1fc") { name } b: servicePoint(id: "1 or 1=1") { name } }',
  );
  expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: undefined });
});

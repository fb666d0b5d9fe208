import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let places: TestSubgraph;
beforeAll(async () => {
  places = await testSubgraph(subgraph);
});
afterAll(() => places.stop());

it('finds the three centres that reports describe', async () => {
  const { data } = await places.request(`{
    nanyang: serviceCentres(within: "410105007", first: 1) { nodes { floors floorArea linkedStations residentsServed { min max } openedOn } }
    chaoyang: serviceCentres(within: "410106003001", first: 1) { nodes { name floorArea } }
    qinghuayuan: serviceCentres(within: "410108002005", first: 1) { nodes { windows offices floorArea } }
  }`);
  expect(data.nanyang.nodes).toEqual([
    {
      floors: 5,
      floorArea: 3500,
      linkedStations: 12,
      residentsServed: { min: 30000, max: 50000 },
      openedOn: '2018-11-26',
    },
  ]);
  expect(data.chaoyang.nodes).toEqual([{ name: '朝阳社区党群服务中心', floorArea: 1500 }]);
  expect(data.qinghuayuan.nodes).toEqual([{ windows: 12, offices: 16, floorArea: 1100 }]);
});

it('pages through a district without losing or repeating a centre', async () => {
  const ids = new Set<string>();
  let after: string | null = null;
  let total = 0;
  do {
    const { data } = await places.request(
      'query ($after: String) { serviceCentres(within: "410105", first: 20, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    total = data.serviceCentres.totalCount;
    for (const node of data.serviceCentres.nodes) ids.add(node.id);
    after = data.serviceCentres.pageInfo.hasNextPage ? data.serviceCentres.pageInfo.endCursor : null;
  } while (after);
  expect(ids.size).toBe(total);
});

it('finds the nearest centres first', async () => {
  const { data } = await places.request(
    '{ serviceCentresNear(at: { longitude: 113.68, latitude: 34.79 }, withinMetres: 5000, first: 10) { distanceMetres serviceCentre { name division { code } } } }',
  );
  const distances = data.serviceCentresNear.map(
    (centre: { distanceMetres: number }) => centre.distanceMetres,
  );
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  expect(distances.length).toBeGreaterThan(0);
});

it('refuses an invalid division, and describes a valid one', async () => {
  const { errors } = await places.request('{ serviceCentres(within: "金水区") { totalCount } }');
  expect(errors?.[0]?.message).toMatch(/within.*6、9 或 12 位.*金水区/);
});

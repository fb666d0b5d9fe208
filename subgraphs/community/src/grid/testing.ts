// What the tests of grids, visits and problems share: the three grids above and of a community.
import type { WritableSubgraph } from '@district-graph/kit/testing/test-subgraph';

export const community = '410105007003';
export const unknownId = '01a1fc14-c3c1-7069-8000-000000000099';
export const location = { longitude: 113.684217, latitude: 34.793518 };

/** Registers the grid of the district, of the subdistrict, and one of the community; returns the id of the last one. */
export async function registerGrids({ write }: WritableSubgraph): Promise<string> {
  const ids: string[] = [];
  for (const gridCode of ['410105', '410105007', `${community}001`]) {
    const { result } = await write('registerGrid', { gridCode, name: '示例网格', households: 300 });
    ids.push(result.id);
  }
  return ids.at(-1) as string;
}

/** A difference between the rollups and a recount is a row. */
export const recountOf = ({ sql }: WritableSubgraph) => sql`select * from tally_recount()`;

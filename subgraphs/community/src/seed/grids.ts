// Seeds grids: one of each district and subdistrict, one to three of each community.
import { seedId } from '@district-graph/kit/database/ids';
import { madeUpName, madeUpPhone } from '@district-graph/kit/seed/made-up-names';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import type { Grid } from '../grid/tables.ts';

export const gridId = (divisionCode: string, ordinal = 0): string => seedId('grid', divisionCode, ordinal);

/** How many grids of the third level a community has. */
export const gridsIn = ({ code }: SyntheticCommunity): number => new Random(`grids/${code}`).whole(1, 3);

export const gridColumns = [
  'id',
  'division_code',
  'grid_code',
  'name',
  'level',
  'parent_id',
  'households',
  'head_name',
  'head_phone',
];

function gridRow(
  divisionCode: string,
  ordinal: number,
  { gridCode, name, level, households }: Pick<Grid, 'gridCode' | 'name' | 'level' | 'households'>,
  parentCode: string | null,
): CopyValue[] {
  const random = new Random(`grid/${gridCode}`);
  const parentId = parentCode === null ? null : gridId(parentCode);
  return [
    gridId(divisionCode, ordinal),
    divisionCode,
    gridCode,
    name,
    level,
    parentId,
    households,
    madeUpName(random),
    madeUpPhone(random),
  ];
}

/** From the top down, since a grid is inserted after the one above. */
export function* gridRows(city: SyntheticCity): Generator<CopyValue[]> {
  const householdsIn = (code: string) =>
    city.communitiesOf(code).reduce((sum, { households }) => sum + households, 0);
  for (const { code, name } of city.districts)
    yield gridRow(
      code,
      0,
      { gridCode: code, name: `${name}网格`, level: 'DISTRICT', households: householdsIn(code) },
      null,
    );
  for (const { code, name, parentCode } of city.subdistricts)
    yield gridRow(
      code,
      0,
      { gridCode: code, name: `${name}网格`, level: 'SUBDISTRICT', households: householdsIn(code) },
      parentCode,
    );
  for (const community of city.communities) {
    const { code, name, subdistrictCode } = community;
    const count = gridsIn(community);
    for (let ordinal = 0; ordinal < count; ordinal += 1) {
      // The first grids take the remainder.
      const households =
        Math.floor(community.households / count) + (ordinal < community.households % count ? 1 : 0);
      yield gridRow(
        code,
        ordinal,
        {
          gridCode: `${code}${String(ordinal + 1).padStart(3, '0')}`,
          name: `${name.replace(/(居民委员会|村民委员会|居委会|村委会)$/, '')}第${ordinal + 1}网格`,
          level: 'COMMUNITY',
          households,
        },
        subdistrictCode,
      );
    }
  }
}

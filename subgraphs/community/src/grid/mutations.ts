// Mutations of grids: register below the grid above, edit, dissolve once nothing is below.

import { newId } from '@district-graph/kit/database/ids';
import { checkRegistered } from '@district-graph/kit/divisions/division-register';
import { districtCodeOf, subdistrictCodeOf } from '@district-graph/kit/divisions/divisions';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkPhone, checkWords } from '@district-graph/kit/mutations/checks';
import { checkInside, mutation } from '@district-graph/kit/mutations/mutation';
import { closeMutation, updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { countBelow, findGridsByCode, grids, insertGrid, lockGridByCode } from './store.ts';
import { encryptedGrid, type Grid } from './tables.ts';

type Fields = Pick<Plain<Grid>, 'name' | 'households' | 'headName' | 'headPhone'>;

const mostHouseholds = 10_000_000;

export const columnsOf = ({ name, households, headName, headPhone }: Partial<Fields>): Partial<Fields> => ({
  name: checkWords('name', name),
  households: checkInteger('households', households, 0, mostHouseholds),
  headName: checkWords('headName', headName),
  headPhone: checkPhone('headPhone', headPhone),
});

/** What the code of a grid says of it. */
interface Placed extends Pick<Grid, 'gridCode' | 'divisionCode' | 'level'> {
  /** The code of the grid above; null for a district, which has none. */
  parentCode: string | null;
}

/**
 * The division, the level and the grid above, by the code: 15 digits (GB/T 30428) start with the code of the community; grids of
 * districts and subdistricts have the code of their division. Throws badInput for any other code.
 */
export function placeOf(gridCode: string): Placed {
  if (/^\d{15}$/.test(gridCode)) {
    const divisionCode = checkRegistered('gridCode', gridCode.slice(0, 12), ['COMMUNITY']);
    return { gridCode, divisionCode, level: 'COMMUNITY', parentCode: subdistrictCodeOf(divisionCode) };
  }
  if (/^\d{9}$/.test(gridCode)) {
    checkRegistered('gridCode', gridCode, ['SUBDISTRICT']);
    return { gridCode, divisionCode: gridCode, level: 'SUBDISTRICT', parentCode: districtCodeOf(gridCode) };
  }
  if (/^\d{6}$/.test(gridCode)) {
    checkRegistered('gridCode', gridCode, ['DISTRICT']);
    return { gridCode, divisionCode: gridCode, level: 'DISTRICT', parentCode: null };
  }
  throw badInput(
    'gridCode',
    {
      zh: '15 位单元网格编码，或街道（9 位）、区县（6 位）的区划代码',
      en: 'a unit grid code of 15 digits, or the code of a subdistrict (9 digits) or a district (6 digits)',
    },
    gridCode,
  );
}

export const gridMutations: Resolvers = {
  Mutation: {
    registerGrid: mutation<Fields & { gridCode: string }>('registerGrid', async (context, input) => {
      const { parentCode, ...place } = placeOf(input.gridCode);
      const { divisionCode } = place;
      // First of all: the other refusals would reveal which codes are registered elsewhere.
      checkInside(context, { type: 'Division', id: divisionCode, divisionCode });
      const columns = columnsOf(input);
      const parent = parentCode === null ? null : await lockGridByCode(context.sql, parentCode);
      if (parentCode !== null && !parent) return parentGridMissing(parentCode);
      const row = { ...columns, ...place, id: newId(divisionCode), parentId: parent?.id ?? null };
      const inserted = await insertGrid(context.sql, encryptedGrid.encrypt(context.keyring, row));
      if (inserted) return grids.registered(context, inserted);
      const [taken] = await findGridsByCode(context.sql, [place.gridCode]);
      return gridCodeTaken(place.gridCode, taken);
    }),

    updateGrid: updateMutation('updateGrid', grids, { argument: 'gridId', status: 'ACTIVE', columnsOf }),

    // Locked as the grid above is when one is registered below it: one of the two finds what the other did.
    dissolveGrid: closeMutation('dissolveGrid', grids, {
      argument: 'gridId',
      to: 'DISSOLVED',
      check: async ({ sql }, { id }) => {
        const below = await countBelow(sql, id);
        return below > 0 ? gridInUse(below) : null;
      },
      columnsOf: (dissolvedOn) => ({ status: 'DISSOLVED' as const, dissolvedOn }),
    }),
  },
};

const gridCodeTaken = defineRefusal('GridCodeTaken', (gridCode: string, grid: Grid | undefined) => ({
  zh: `网格编码 ${gridCode} 已登记，请核对编码。`,
  en: `The grid code ${gridCode} is registered already; check the code.`,
  fields: { grid },
}));

const parentGridMissing = defineRefusal('ParentGridMissing', (parentCode: string) => ({
  zh: `上一级网格 ${parentCode} 尚未登记或已撤销，请先登记上一级网格。`,
  en: `The grid above, ${parentCode}, is not registered or is dissolved; register it first.`,
  fields: { parentCode },
}));

const gridInUse = defineRefusal('GridInUse', (grids: number) => ({
  zh: `网格之下尚有 ${grids} 个网格，请先撤销下级网格。`,
  en: `There are ${grids} grids below it; dissolve them first.`,
  fields: { grids },
}));

// Import of grids from a bureau's file; a grid is identified by its code.
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { nameColumn } from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf, placeOf } from './mutations.ts';
import { encryptedGrid, type Grid } from './tables.ts';

export const gridImport: ModuleImport = {
  name: 'community.grid',
  title: { zh: '网格', en: 'Grids' },
  entityType: 'Grid',
  action: 'importGrid',
  scope: 'grid:write',
  table: 'grid',
  encrypted: encryptedGrid,
  // The code of a dissolved grid can be registered anew.
  key: { column: 'gridCode', targetColumn: 'grid_code', where: "r.status = 'ACTIVE'" },
  columns: [
    {
      name: 'gridCode',
      zh: '网格编码',
      aliases: ['网格编号', '网格代码'],
      form: 'text',
      example: '410105',
      targetColumns: ['grid_code', 'division_code', 'level', 'parent_id'],
    },
    nameColumn('示例区网格'),
    {
      name: 'households',
      zh: '户数',
      aliases: ['覆盖户数', '总户数'],
      form: 'integer',
      units: ['户'],
      example: '0',
    },
    {
      name: 'headName',
      zh: '网格长姓名',
      aliases: ['网格长'],
      form: 'text',
      optional: true,
      example: '示例人员',
      masking: 'name',
    },
    {
      name: 'headPhone',
      zh: '网格长电话',
      aliases: ['网格长联系电话', '网格长手机'],
      form: 'text',
      optional: true,
      example: '00000000001',
      masking: 'phone',
    },
  ],
  stagedColumns: { parent_code: 'text' },
  check: () => (values) => {
    const { gridCode, ...fields } = values as Partial<Plain<Grid>>;
    return { ...columnsOf(fields), ...(gridCode === undefined ? {} : placeOf(gridCode)) };
  },
  status: { of: 'r.status', first: 'ACTIVE', editable: ['ACTIVE'] },
  // The grid above may exist already, or be in the file.
  resolve: [
    "select from grid where status = 'ACTIVE' order by id for no key update",
    "update import_row s set parent_id = g.id from grid g where g.grid_code = s.parent_code and g.status = 'ACTIVE'",
    `update import_row s set parent_id = a.id from import_row a
    where s.parent_id is null and a.grid_code = s.parent_code`,
  ],
  checks: [
    {
      column: 'gridCode',
      where: 's.parent_code is not null and s.parent_id is null',
      zh: '上一级网格应已登记，或在本文件中',
      en: 'expected the grid above to be registered, or to be in this file',
    },
  ],
  // A grid is inserted after the one above.
  order: 'length(s.grid_code), s.line',
  detail: "jsonb_build_object('gridCode', s.grid_code, 'level', s.level)",
};

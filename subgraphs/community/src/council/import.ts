// Import of councils from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { Council } from './tables.ts';

export const councilImport: ModuleImport = {
  name: 'community.council',
  title: { zh: '协商议事会', en: 'Residents’ councils' },
  entityType: 'Council',
  action: 'importCouncil',
  scope: 'community:write',
  table: 'council',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('议事会编号', 'YS-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例社区协商议事会'),
    {
      name: 'foundedOn',
      zh: '成立日期',
      aliases: ['成立时间'],
      form: 'date',
      example: '2019-05-01',
      immutable: true,
    },
  ],
  check: (_sql, today) => (values) => {
    const { registrationKey, divisionCode, ...fields } = values as Partial<Council>;
    return { ...columnsOf(fields, today), divisionCode, ...registrationOf({ registrationKey }) };
  },
  status: { of: 'r.status', first: 'ACTIVE', editable: ['ACTIVE'] },
};

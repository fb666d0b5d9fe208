// Import of love supermarkets from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  pointColumns,
  pointOf,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { checkNotAfterToday } from '@district-graph/kit/mutations/checks';
import { columnsOf } from './mutations.ts';
import type { LoveSupermarket } from './tables.ts';

export const loveSupermarketImport: ModuleImport = {
  name: 'community.love-supermarket',
  title: { zh: '爱心超市', en: 'Love supermarkets' },
  entityType: 'LoveSupermarket',
  action: 'importLoveSupermarket',
  scope: 'supermarket:write',
  table: 'love_supermarket',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('备案编号', 'AX-410105-001'),
    divisionColumn({ immutable: true }),
    { name: 'serviceCentreId', zh: '服务中心标识', form: 'key', optional: true, example: '' },
    nameColumn('示例爱心超市'),
    {
      name: 'openedOn',
      zh: '开业日期',
      aliases: ['开业时间', '启用时间', '开办日期', '建成日期'],
      form: 'date',
      example: '2024-05-01',
      immutable: true,
    },
    ...pointColumns(),
  ],
  check: (_sql, today) => (values) => {
    const { registrationKey, divisionCode, openedOn, ...fields } = values as Partial<LoveSupermarket>;
    return {
      ...columnsOf({ ...fields, location: pointOf(values) }),
      divisionCode,
      openedOn: checkNotAfterToday('openedOn', openedOn, today),
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'OPEN', editable: ['OPEN'] },
};

// Import of pollution sources from a bureau's file: columns and checks.

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
import { columnsOf } from './mutations.ts';
import type { PollutionSource } from './tables.ts';

export const pollutionSourceImport: ModuleImport = {
  name: 'sanitation.pollution-source',
  title: { zh: '大气污染源', en: 'Sources of air pollution' },
  entityType: 'PollutionSource',
  action: 'importPollutionSource',
  scope: 'sanitation:write',
  table: 'pollution_source',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('污染源编号', 'WR-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例汽修厂'),
    {
      name: 'category',
      zh: '类别',
      aliases: ['分类'],
      form: { oneOf: 'PollutionCategory' },
      example: 'AUTO_REPAIR',
    },
    {
      name: 'address',
      zh: '地址',
      aliases: ['详细地址', '所在地址', '现住址', '居住地址'],
      form: 'text',
      example: '郑州市金水区示例路 2 号',
    },
    { name: 'controlMeasure', zh: '管控措施', form: 'text', example: '喷漆工序停产' },
    ...pointColumns(),
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, name, category, address, controlMeasure } =
      values as Partial<PollutionSource>;
    return {
      ...columnsOf({ name, category, address, controlMeasure, location: pointOf(values) }),
      divisionCode,
      ...registrationOf({ registrationKey }),
    };
  },
  status: {
    of: "(case when r.closed_on is null then 'ACTIVE' else 'CLOSED' end)",
    first: 'ACTIVE',
    editable: ['ACTIVE'],
  },
};

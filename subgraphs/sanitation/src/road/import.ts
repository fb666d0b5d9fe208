// Import of roads from a bureau's file: columns and checks.

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
import type { Road } from './tables.ts';

export const roadImport: ModuleImport = {
  name: 'sanitation.road',
  title: { zh: '清扫道路', en: 'Roads' },
  entityType: 'Road',
  action: 'importRoad',
  scope: 'sanitation:write',
  table: 'road',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('道路编号', 'DL-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例路'),
    { name: 'cleaningGrade', zh: '清扫等级', form: { oneOf: 'CleaningGrade' }, example: 'FIRST' },
    {
      name: 'lengthMetres',
      zh: '长度（米）',
      aliases: ['长度', '道路长度'],
      form: 'integer',
      units: ['米', 'm'],
      example: '1200',
    },
    ...pointColumns(),
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, name, cleaningGrade, lengthMetres } = values as Partial<Road>;
    return {
      ...columnsOf({ name, cleaningGrade, lengthMetres, location: pointOf(values) }),
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

// Import of roads from a bureau's file: columns and checks.

import {
  divisionColumn,
  type ModuleImport,
  pointColumns,
  pointOf,
  registrationColumns,
} from '@district-graph/kit/import/imports';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { columnsOf } from './mutations.ts';
import type { Road } from './tables.ts';

export const roadImport: ModuleImport = {
  name: 'sanitation.road',
  title: { zh: '清扫道路', en: 'Roads' },
  entityType: 'Road',
  action: 'importRoad',
  table: 'road',
  key: { column: 'registrationKey', sets: 'registration_key' },
  columns: [
    ...registrationColumns('道路编号', 'DL-410105-001'),
    divisionColumn({ fixed: true }),
    { name: 'name', zh: '名称', form: 'text', example: '示例路' },
    { name: 'cleaningGrade', zh: '清扫等级', form: { oneOf: 'CleaningGrade' }, example: 'FIRST' },
    { name: 'lengthMetres', zh: '长度（米）', form: 'whole', example: '1200' },
    ...pointColumns(),
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, name, cleaningGrade, lengthMetres } = values as Partial<Road>;
    return {
      ...columnsOf({ name, cleaningGrade, lengthMetres, location: pointOf(values) }),
      divisionCode,
      registrationKey: checkWords('registrationKey', registrationKey, 50),
    };
  },
  status: {
    of: "(case when r.closed_on is null then 'ACTIVE' else 'CLOSED' end)",
    first: 'ACTIVE',
    editable: ['ACTIVE'],
  },
};

// Import of planned micro-works from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { MicroWork } from './tables.ts';

export const microWorkImport: ModuleImport = {
  name: 'community.micro-work',
  title: { zh: '社区微实事', en: 'Micro-works' },
  entityType: 'MicroWork',
  action: 'importMicroWork',
  scope: 'community:write',
  table: 'micro_work',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('项目编号', 'WS-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例路新开口'),
    {
      name: 'kind',
      zh: '类型',
      aliases: ['类别'],
      form: { oneOf: 'MicroWorkKind' },
      example: 'ROAD_OPENING',
    },
    { name: 'budgetFen', zh: '预算（分）', form: 'integer', units: ['分'], example: '5000000' },
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, ...fields } = values as Partial<MicroWork>;
    return {
      ...columnsOf(fields),
      divisionCode,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'PLANNED', editable: ['PLANNED'] },
};

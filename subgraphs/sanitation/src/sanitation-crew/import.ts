// Import of sanitation crews from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  phoneAliases,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { SanitationCrew } from './tables.ts';

export const sanitationCrewImport: ModuleImport = {
  name: 'sanitation.sanitation-crew',
  title: { zh: '环卫班组', en: 'Sanitation crews' },
  entityType: 'SanitationCrew',
  action: 'importSanitationCrew',
  scope: 'sanitation:write',
  table: 'sanitation_crew',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('班组编号', 'BZ-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例环卫一班'),
    {
      name: 'phone',
      zh: '电话',
      aliases: phoneAliases,
      form: 'text',
      example: '0371-00012345',
      masking: 'phone',
    },
    {
      name: 'leaderName',
      zh: '班长姓名',
      aliases: ['班长'],
      form: 'text',
      example: '示例班长',
      masking: 'name',
    },
    {
      name: 'workersOnDuty',
      zh: '在岗人数',
      aliases: ['在岗人员数'],
      form: 'integer',
      units: ['人', '名'],
      example: '12',
    },
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, name, phone, leaderName, workersOnDuty } =
      values as Partial<SanitationCrew>;
    return {
      ...columnsOf({ name, phone, leaderName, workersOnDuty }),
      divisionCode,
      ...registrationOf({ registrationKey }),
    };
  },
  status: {
    of: "(case when r.disbanded_on is null then 'ACTIVE' else 'DISBANDED' end)",
    first: 'ACTIVE',
    editable: ['ACTIVE'],
  },
};

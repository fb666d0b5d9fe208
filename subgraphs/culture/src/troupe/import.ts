// Import of troupes from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { Troupe } from './tables.ts';

export const troupeImport: ModuleImport = {
  name: 'culture.troupe',
  title: { zh: '文艺队伍', en: 'Troupes' },
  entityType: 'Troupe',
  action: 'importTroupe',
  scope: 'culture:write',
  table: 'troupe',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('队伍编号', 'WY-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例合唱队'),
    { name: 'kind', zh: '类型', aliases: ['类别'], form: { oneOf: 'TroupeKind' }, example: 'CHORUS' },
    {
      name: 'members',
      zh: '人数',
      aliases: ['队员人数', '成员人数'],
      form: 'integer',
      units: ['人', '名'],
      example: '24',
    },
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, ...fields } = values as Partial<Troupe>;
    return {
      ...columnsOf(fields),
      divisionCode,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'ACTIVE', editable: ['ACTIVE'] },
};

// Import of troupes from a bureau's file: columns and checks.

import { divisionColumn, type ModuleImport, registrationColumns } from '@district-graph/kit/import/imports';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { columnsOf } from './mutations.ts';
import type { Troupe } from './tables.ts';

export const troupeImport: ModuleImport = {
  name: 'culture.troupe',
  title: { zh: '文艺队伍', en: 'Troupes' },
  entityType: 'Troupe',
  action: 'importTroupe',
  table: 'troupe',
  key: { column: 'registrationKey', sets: 'registration_key' },
  columns: [
    ...registrationColumns('队伍编号', 'WY-410105-001'),
    divisionColumn({ fixed: true }),
    { name: 'name', zh: '名称', form: 'text', example: '示例合唱队' },
    { name: 'kind', zh: '类型', form: { oneOf: 'TroupeKind' }, example: 'CHORUS' },
    { name: 'members', zh: '人数', form: 'whole', example: '24' },
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, ...fields } = values as Partial<Troupe>;
    return {
      ...columnsOf(fields),
      divisionCode,
      registrationKey: checkWords('registrationKey', registrationKey, 50),
    };
  },
  status: { of: 'r.status', first: 'ACTIVE', editable: ['ACTIVE'] },
};

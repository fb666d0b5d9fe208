// Import of care institutions from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  phoneAliases,
  pointColumns,
  pointOf,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { CareInstitution } from './tables.ts';

export const careInstitutionImport: ModuleImport = {
  name: 'elderly-care.care-institution',
  title: { zh: '养老机构', en: 'Care institutions' },
  entityType: 'CareInstitution',
  action: 'importCareInstitution',
  scope: 'institution:write',
  table: 'care_institution',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('备案编号', 'YL-410105-001'),
    divisionColumn({ immutable: true }),
    {
      name: 'serviceCentreId',
      zh: '服务中心标识',
      form: 'key',
      optional: true,
      example: '',
      immutable: true,
    },
    nameColumn('示例日间照料中心'),
    {
      name: 'kind',
      zh: '类型',
      aliases: ['类别'],
      form: { oneOf: 'CareInstitutionKind' },
      example: 'DAY_CARE_CENTRE',
    },
    {
      name: 'beds',
      zh: '床位数',
      aliases: ['床位', '核定床位', '床位数量'],
      form: 'integer',
      units: ['张', '个', '床', '张床位'],
      example: '30',
    },
    { name: 'phone', zh: '电话', aliases: phoneAliases, form: 'text', example: '0371-00012345' },
    {
      name: 'openedOn',
      zh: '启用日期',
      aliases: ['开业时间', '启用时间', '开办日期', '建成日期'],
      form: 'date',
      example: '2024-05-01',
      immutable: true,
    },
    ...pointColumns(),
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, serviceCentreId, openedOn, ...fields } =
      values as Partial<CareInstitution>;
    return {
      ...columnsOf({ ...fields, location: pointOf(values) }),
      divisionCode,
      serviceCentreId,
      openedOn,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'OPEN', editable: ['OPEN'] },
  checks: [
    {
      column: 'beds',
      of: 'changed',
      where: 's.beds < r.residents_count',
      zh: '应不少于现有入住人数',
      en: 'expected no fewer beds than residents',
    },
    {
      column: 'serviceCentreId',
      where: `s.service_centre_id is not null and (
        exists (select from care_institution i where i.service_centre_id = s.service_centre_id and i.status = 'OPEN' and i.id <> s.id)
        or exists (select from import_row a where a.service_centre_id = s.service_centre_id and a.line < s.line))`,
      zh: '该服务中心已设有养老机构',
      en: 'the service centre has a care institution already',
    },
  ],
};

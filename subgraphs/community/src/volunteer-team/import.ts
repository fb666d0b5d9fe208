// Import of teams of volunteers from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { VolunteerTeam } from './tables.ts';

export const volunteerTeamImport: ModuleImport = {
  name: 'community.volunteer-team',
  title: { zh: '志愿服务队', en: 'Teams of volunteers' },
  entityType: 'VolunteerTeam',
  action: 'importVolunteerTeam',
  scope: 'volunteer:write',
  table: 'volunteer_team',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('队伍编号', 'ZY-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例志愿服务队'),
    {
      name: 'kind',
      zh: '类型',
      aliases: ['类别'],
      form: { oneOf: 'VolunteerTeamKind' },
      example: 'RESIDENT',
    },
    { name: 'serviceCentreId', zh: '服务中心标识', form: 'key', optional: true, example: '' },
    { name: 'foundedOn', zh: '成立日期', aliases: ['成立时间'], form: 'date', example: '2015-03-05' },
  ],
  check: (_sql, today) => (values) => {
    const { registrationKey, divisionCode, ...fields } = values as Partial<VolunteerTeam>;
    return {
      ...columnsOf(fields, today),
      divisionCode,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'ACTIVE', editable: ['ACTIVE'] },
};

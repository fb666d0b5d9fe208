// Import of activities from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { Activity } from './tables.ts';

export const activityImport: ModuleImport = {
  name: 'culture.activity',
  title: { zh: '文化活动', en: 'Activities' },
  entityType: 'Activity',
  action: 'importActivity',
  scope: 'culture:write',
  table: 'activity',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('活动编号', 'HD-410105-001'),
    divisionColumn({ immutable: true }),
    { name: 'title', zh: '名称', aliases: ['活动名称'], form: 'text', example: '示例广场舞会' },
    {
      name: 'category',
      zh: '类别',
      aliases: ['分类'],
      form: { oneOf: 'ActivityCategory' },
      example: 'PERFORMANCE',
    },
    { name: 'audience', zh: '对象', form: { oneOf: 'Audience' }, example: 'EVERYONE' },
    { name: 'season', zh: '专题', form: { oneOf: 'ActivitySeason' }, optional: true, example: '敬老月' },
    { name: 'organiser', zh: '主办单位', aliases: ['主办方'], form: 'text', example: '示例街道文化站' },
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, season, ...fields } = values as Partial<Activity>;
    return {
      ...columnsOf(fields),
      season,
      divisionCode,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'OFFERED', editable: ['OFFERED'] },
};

// Import of venues from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  pointColumns,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { Venue } from './tables.ts';

export const venueImport: ModuleImport = {
  name: 'culture.venue',
  title: { zh: '功能室', en: 'Venues' },
  entityType: 'Venue',
  action: 'importVenue',
  scope: 'culture:write',
  table: 'venue',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('功能室编号', 'GN-410105-001'),
    divisionColumn({ immutable: true }),
    {
      name: 'serviceCentreId',
      zh: '服务中心标识',
      form: 'key',
      example: '01a1fc14-c3c1-7069-8000-000000000001',
      immutable: true,
    },
    nameColumn('示例舞蹈室'),
    { name: 'kind', zh: '类型', aliases: ['类别'], form: { oneOf: 'VenueKind' }, example: 'DANCE_ROOM' },
    {
      name: 'capacity',
      zh: '容纳人数',
      aliases: ['可容纳人数', '容量'],
      form: 'integer',
      units: ['人', '座', '个'],
      example: '40',
    },
    ...pointColumns({ immutable: true }),
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, serviceCentreId, longitude, latitude, ...fields } =
      values as Partial<Venue>;
    return {
      ...columnsOf(fields),
      divisionCode,
      serviceCentreId,
      longitude,
      latitude,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'OPEN', editable: ['OPEN'] },
  checks: [
    {
      column: 'capacity',
      of: 'changed',
      where: `s.capacity < r.capacity and exists (
        select from session c where c.venue_id = r.id and c.status = 'SCHEDULED' and c.ends_at > now() and c.capacity > s.capacity)`,
      zh: '应不少于未结束场次的名额',
      en: 'expected at least the seats of the upcoming sessions',
    },
  ],
};

// Import of venues from a bureau's file: columns and checks.

import {
  divisionColumn,
  type ModuleImport,
  pointColumns,
  registrationColumns,
} from '@district-graph/kit/import/imports';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { columnsOf } from './mutations.ts';
import type { Venue } from './tables.ts';

export const venueImport: ModuleImport = {
  name: 'culture.venue',
  title: { zh: '功能室', en: 'Venues' },
  entityType: 'Venue',
  action: 'importVenue',
  table: 'venue',
  key: { column: 'registrationKey', sets: 'registration_key' },
  columns: [
    ...registrationColumns('功能室编号', 'GN-410105-001'),
    divisionColumn({ fixed: true }),
    {
      name: 'serviceCentreId',
      zh: '服务中心标识',
      form: 'key',
      example: '01a1fc14-c3c1-7069-8000-000000000001',
      fixed: true,
    },
    { name: 'name', zh: '名称', form: 'text', example: '示例舞蹈室' },
    { name: 'kind', zh: '类型', form: { oneOf: 'VenueKind' }, example: 'DANCE_ROOM' },
    { name: 'capacity', zh: '容纳人数', form: 'whole', example: '40' },
    ...pointColumns({ fixed: true }),
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
      registrationKey: checkWords('registrationKey', registrationKey, 50),
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
      en: 'expected no less than the seats of the sessions to come',
    },
  ],
};

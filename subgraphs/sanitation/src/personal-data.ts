// The personal data in this subgraph's tables: crew leaders.
import type { PersonalData } from '@district-graph/kit/personal-data/personal-data';

export const personalData: PersonalData = {
  tables: [
    {
      table: 'sanitation_crew',
      type: 'SanitationCrew',
      description: '班组：班长姓名与值班电话。 Crews: name of the leader, telephone on duty.',
      elder: null,
      erasure: { rule: 'HOLD', hold: { basis: '不是老年人的数据。 Not data of an elder.' } },
      retention: { rule: '换人即改，班组存续期间保留。 Replaced with the leader; as long as the crew.' },
    },
  ],
  impersonal: [
    'blind_spot',
    'cleaning_grade_standard',
    'cleaning_run',
    'cleaning_step',
    'enforcement_campaign',
    'inspection',
    'inspection_team',
    'pollution_alert',
    'pollution_source',
    'road',
    'road_flush',
    'road_flush_rollup',
    'sanitation_vehicle',
    'vehicle_dispatch',
  ],
};

// What this subgraph's tables tell of persons: nothing. The telephones are those of centres and supervision lines.
import type { PersonalData } from '@district-graph/kit/personal-data/personal-data';

export const personalData: PersonalData = {
  tables: [],
  impersonal: ['community', 'division', 'reported_figure', 'service_centre', 'service_point'],
};

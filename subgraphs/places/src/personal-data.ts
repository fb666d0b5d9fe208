// The personal data in this subgraph's tables: none. Telephone numbers are those of centres and supervision lines.
import type { PersonalData } from '@district-graph/kit/personal-data/personal-data';

export const personalData: PersonalData = {
  tables: [],
  impersonal: ['community', 'division', 'reported_figure', 'service_centre', 'service_point'],
};

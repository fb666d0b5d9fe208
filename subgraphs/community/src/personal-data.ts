// The personal data in this subgraph's tables.
import type { PersonalData } from '@district-graph/kit/personal-data/personal-data';

export const personalData: PersonalData = {
  tables: [],
  impersonal: ['micro_work'],
};

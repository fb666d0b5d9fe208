// The personal data in this subgraph's tables: what may be erased, what the law retains, and retention periods.
import type { PersonalData } from '@district-graph/kit/personal-data/personal-data';
import { gridTables } from './grid/personal-data.ts';
import { loveSupermarketTables } from './love-supermarket/personal-data.ts';
import { petitionTables } from './petition-matter/personal-data.ts';
import { volunteerTables } from './volunteer/personal-data.ts';
import { cancelSignUpsOfElder } from './volunteer-participation/changes.ts';

export const personalData: PersonalData = {
  tables: [...volunteerTables, ...loveSupermarketTables, ...gridTables, ...petitionTables],
  impersonal: [
    'aid_grant',
    'council',
    'council_session',
    'council_session_topic',
    'love_supermarket',
    'micro_work',
    'stock_entry',
    'supermarket_stock',
    'topic',
    'volunteer_service',
    'volunteer_team',
  ],
  // Before an elder is erased, what they are signed up for as a volunteer is cancelled: the places are free again.
  prepare: (context, { elderId }) => cancelSignUpsOfElder(context, elderId),
};

// Resolvers for elderly people. The @access rules of the schema decide who sees which field.

import { pageInside } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { abilityAssessmentCountByElder, abilityAssessmentsByElder } from '../ability-assessment/loaders.ts';
import type { AbilityAssessment } from '../ability-assessment/tables.ts';
import { careInstitutionById } from '../care-institution/loaders.ts';
import { careVisitCountByElder, careVisitsByElder } from '../care-visit/loaders.ts';
import type { CareVisitFilter } from '../care-visit/store.ts';
import type { CareVisit } from '../care-visit/tables.ts';
import { careWorkerOf } from '../care-worker/resolvers.ts';
import { subsidiesByElder, subsidyCountByElder } from '../subsidy/loaders.ts';
import type { Subsidy } from '../subsidy/tables.ts';
import { elderById, eldersByDivision, emergencyContactsByElder } from './loaders.ts';
import { elderDivision } from './protected-fields.ts';
import { type Elder, encryptedElder, encryptedEmergencyContact } from './tables.ts';

const elderList = defineList<Elder>('elders', ['text', 'uuid'], (row) => [row.subdistrictCode, row.id]);
const visitList = defineList<CareVisit>('Elder.visits', ['instant', 'uuid'], (row) => [
  row.scheduledAt,
  row.id,
]);
const assessmentList = defineList<AbilityAssessment>('Elder.assessments', ['date', 'uuid'], (row) => [
  row.assessedOn,
  row.id,
]);
const subsidyList = defineList<Subsidy>('Elder.subsidies', ['date', 'uuid'], (row) => [row.month, row.id]);

/** The visits to an elder. */
export async function listVisitsOf(
  elderId: string,
  { first, after, ...filter }: PageArgs & CareVisitFilter,
  context: SubgraphContext,
) {
  if (filter.period) checkPeriod(filter.period);
  const page = pageOf(visitList, { first, after });
  const rows = await careVisitsByElder(context, { filter, page }).load(elderId);
  return toConnection(visitList, page, rows, () => careVisitCountByElder(context, filter).load(elderId));
}

/** The subsidies of an elder. */
export async function listSubsidiesOf(elderId: string, args: PageArgs, context: SubgraphContext) {
  const page = pageOf(subsidyList, args);
  const rows = await subsidiesByElder(context, page).load(elderId);
  return toConnection(subsidyList, page, rows, () => subsidyCountByElder(context).load(elderId));
}

export const elderResolvers: Resolvers = {
  Query: {
    elder: queryById(elderById),
    elders: async (_root, { within, ...args }: PageArgs & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(elderList, args);
      const rule = { list: 'elders', division: elderDivision };
      const rows = await pageInside(context, rule, code, page, () =>
        eldersByDivision(context, page).load(code),
      );
      return toConnection(elderList, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), 'elders'),
      );
    },
  },
  Elder: {
    __resolveReference: referenceById(elderById),
    ...encryptedElder.fields(),
    age: ({ birthDate }: Elder, _args, { today }) =>
      Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)),
    careInstitution: fieldById(careInstitutionById, ({ careInstitutionId }: Elder) => careInstitutionId),
    division: divisionOf,
    careWorker: careWorkerOf(({ id }: Elder) => id),
    emergencyContacts: ({ id }: Elder, _args, context) => emergencyContactsByElder(context).load(id),
    visits: ({ id }: Elder, args: PageArgs & CareVisitFilter, context) => listVisitsOf(id, args, context),
    assessments: async ({ id }: Elder, args: PageArgs, context) => {
      const page = pageOf(assessmentList, args);
      const rows = await abilityAssessmentsByElder(context, page).load(id);
      return toConnection(assessmentList, page, rows, () => abilityAssessmentCountByElder(context).load(id));
    },
    subsidies: ({ id }: Elder, args: PageArgs, context) => listSubsidiesOf(id, args, context),
  },
  EmergencyContact: encryptedEmergencyContact.fields(),
};

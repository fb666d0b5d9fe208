// The overview of elderly care that every division has.
import type { DateRange } from '@district-graph/kit/calendar';
import type { PageArgs } from '@district-graph/kit/connections';
import { overviewOfDivision, yuan } from '@district-graph/kit/entities';
import type { Resolver, Resolvers } from '@district-graph/kit/executable-schema';
import { sumOf } from '@district-graph/kit/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/tallies';
import { listInstitutionsInside } from '../care-institution/resolvers.ts';
import type { CareInstitutionFilter } from '../care-institution/store.ts';
import type { outreachKinds } from '../outreach-event/tables.ts';
import type { subsidySchemes } from '../subsidy/tables.ts';
import { flowsByDivision, stockByDivision, trendByDivision } from './loaders.ts';
import type { trendMetrics } from './store.ts';

interface Overview {
  code: string;
}

const stock =
  (metric: string): Resolver =>
  async ({ code }: Overview, _args, context) =>
    sumOf(await stockByDivision(context).load(code), metric);

const visitMetrics = ['visits_requested', 'visits_completed', 'visits_cancelled', 'ratings', 'rated_visits'];
const purchaseMetrics = ['service_purchases', 'service_purchase_fen', 'service_purchase_posts'];

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('elderlyCare'),
  ElderlyCareOverview: {
    elders: stock('elders'),
    homeCareHouseholds: stock('home_care_households'),
    homeCareRecipients: stock('home_care_recipients'),
    careWorkersOnDuty: stock('care_workers_on_duty'),
    certifiedSocialWorkers: stock('certified_social_workers'),
    dayCareCentres: stock('institutions:DAY_CARE_CENTRE'),
    ruralHomes: stock('institutions:RURAL_HOME'),
    privateHomes: stock('institutions:PRIVATE_HOME'),
    medicalCareCentres: stock('institutions:MEDICAL_CARE_CENTRE'),
    institutionBeds: stock('institution_beds'),
    institutionResidents: stock('institution_residents'),
    visits: async ({ code }: Overview, { period }: { period: DateRange }, context) => {
      const sums = await flowsByDivision(context, { metrics: visitMetrics, period }).load(code);
      const rated = sumOf(sums, 'rated_visits');
      return {
        requested: sumOf(sums, 'visits_requested'),
        completed: sumOf(sums, 'visits_completed'),
        cancelled: sumOf(sums, 'visits_cancelled'),
        averageRating: rated > 0 ? Math.round((sumOf(sums, 'ratings') / rated) * 100) / 100 : null,
      };
    },
    subsidies: async (
      { code }: Overview,
      { period, scheme }: { period: DateRange; scheme: (typeof subsidySchemes)[number] },
      context,
    ) => {
      const metrics = [`subsidies:${scheme}`, `subsidy_fen:${scheme}`];
      const sums = await flowsByDivision(context, { metrics, period }).load(code);
      return {
        claims: sumOf(sums, `subsidies:${scheme}`),
        amount: yuan(sumOf(sums, `subsidy_fen:${scheme}`)),
      };
    },
    servicePurchases: async ({ code }: Overview, { period }: { period: DateRange }, context) => {
      const sums = await flowsByDivision(context, { metrics: purchaseMetrics, period }).load(code);
      return {
        purchases: sumOf(sums, 'service_purchases'),
        posts: sumOf(sums, 'service_purchase_posts'),
        amount: yuan(sumOf(sums, 'service_purchase_fen')),
      };
    },
    outreach: async (
      { code }: Overview,
      { period, kind }: { period: DateRange; kind: (typeof outreachKinds)[number] },
      context,
    ) => {
      const metrics = [`outreach_events:${kind}`, `outreach_beneficiaries:${kind}`];
      const sums = await flowsByDivision(context, { metrics, period }).load(code);
      return {
        events: sumOf(sums, `outreach_events:${kind}`),
        beneficiaries: sumOf(sums, `outreach_beneficiaries:${kind}`),
      };
    },
    institutions: ({ code }: Overview, args: PageArgs & CareInstitutionFilter, context) =>
      listInstitutionsInside(code, args, context),
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      trendByDivision(context, args).load(code),
  },
};

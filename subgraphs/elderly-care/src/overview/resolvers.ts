// The overview of elderly care that every division has.

import { disclosedSum } from '@district-graph/kit/access/person-counts';
import { knownCount } from '@district-graph/kit/access/unknown-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import {
  flowsByDivision,
  type Overview,
  type OverviewPeriod,
  stockByDivision,
  stockField,
  summaryField,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision, withDeprecatedNames, yuan } from '@district-graph/kit/schema/entities';
import { type InstitutionListArgs, listInstitutionsInside } from '../care-institution/resolvers.ts';
import type { outreachKinds } from '../outreach-event/tables.ts';
import type { subsidySchemes } from '../subsidy/tables.ts';
import {
  disclosedFlows,
  disclosedStock,
  disclosedTrend,
  outreachAbove,
  purchasesAbove,
  socialWorkersAbove,
  workersAbove,
} from './loaders.ts';
import { type trendMetrics, visitMetrics } from './store.ts';

type SubsidyFilter = OverviewPeriod & { scheme: (typeof subsidySchemes)[number] };
type OutreachFilter = OverviewPeriod & { kind: (typeof outreachKinds)[number] };

/** A field with a count of staff, who may be registered for a division above. */
const staff =
  (metric: string, recordsAbove: typeof workersAbove): Resolver =>
  ({ code }: Overview, _args, context) =>
    knownCount(recordsAbove, context, code, undefined, async () =>
      sumOf(await stockByDivision(context).load(code), metric),
    );

/** A field with a count of persons: null where the viewer may not see it. */
const persons =
  (metric: string): Resolver =>
  async ({ code }: Overview, _args, context) =>
    disclosedSum(await disclosedStock(context, code), metric);

const visits =
  (metric: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) =>
    disclosedSum(await disclosedFlows(context, { metrics: visitMetrics, period }, code), metric);

const subsidyFlows = ({ code, period, scheme }: SubsidyFilter, context: SubgraphContext) =>
  disclosedFlows(context, { metrics: [`subsidies:${scheme}`, `subsidy_fen:${scheme}`], period }, code);

const outreachMetrics = (kind: string) => [`outreach_events:${kind}`, `outreach_beneficiaries:${kind}`];

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('elderlyCare'),
  ElderlyCareOverview: withDeprecatedNames(
    {
      elderCount: persons('elders'),
      homeCareHouseholds: persons('home_care_households'),
      homeCareRecipients: persons('home_care_recipients'),
      careWorkersOnDuty: staff('care_workers_on_duty', workersAbove),
      certifiedSocialWorkers: staff('certified_social_workers', socialWorkersAbove),
      dayCareCentres: stockField('institutions:DAY_CARE_CENTRE'),
      ruralHomes: stockField('institutions:RURAL_HOME'),
      privateHomes: stockField('institutions:PRIVATE_HOME'),
      medicalCareCentres: stockField('institutions:MEDICAL_CARE_CENTRE'),
      institutionBeds: stockField('institution_beds'),
      institutionResidents: persons('institution_residents'),
      visitSummary: summaryField,
      subsidySummary: (
        { code }: Overview,
        { period, scheme }: Pick<SubsidyFilter, 'period' | 'scheme'>,
      ): SubsidyFilter => ({ code, period: checkPeriod(period), scheme }),
      servicePurchaseSummary: ({ code }: Overview, { period }: { period: DateRange }, context) =>
        knownCount(purchasesAbove, context, code, checkPeriod(period), async () => {
          const sums = await flowsByDivision(context, period).load(code);
          return {
            purchases: sumOf(sums, 'service_purchases'),
            posts: sumOf(sums, 'service_purchase_posts'),
            amount: yuan(sumOf(sums, 'service_purchase_fen')),
          };
        }),
      outreach: (
        { code }: Overview,
        { period, kind }: Pick<OutreachFilter, 'period' | 'kind'>,
        context,
      ): Promise<OutreachFilter | null> =>
        knownCount(outreachAbove, context, code, { period: checkPeriod(period), kind }, async () => ({
          code,
          period,
          kind,
        })),
      institutions: ({ code }: Overview, args: InstitutionListArgs, context) =>
        listInstitutionsInside(code, args, context),
      trend: async ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) => {
        const points = await disclosedTrend(context, args, code);
        if (args.metric !== 'OUTREACH_BENEFICIARIES') return points;
        const known = await knownCount(
          outreachAbove,
          context,
          code,
          { period: args.period },
          async () => points,
        );
        return known ?? points.map(({ start }) => ({ start, value: null }));
      },
    },
    {
      elders: 'elderCount',
      visits: 'visitSummary',
      subsidies: 'subsidySummary',
      servicePurchases: 'servicePurchaseSummary',
    },
  ),
  CareVisitSummary: {
    requested: visits('visits_requested'),
    completed: visits('visits_completed'),
    cancelled: visits('visits_cancelled'),
    averageRating: async ({ code, period }: OverviewPeriod, _args, context) => {
      const disclosed = await disclosedFlows(context, { metrics: visitMetrics, period }, code);
      const [ratings, rated] = [disclosedSum(disclosed, 'ratings'), disclosedSum(disclosed, 'rated_visits')];
      return ratings !== null && rated ? Math.round((ratings / rated) * 100) / 100 : null;
    },
  },
  SubsidySummary: {
    claims: async (filter: SubsidyFilter, _args, context) =>
      disclosedSum(await subsidyFlows(filter, context), `subsidies:${filter.scheme}`),
    amount: async (filter: SubsidyFilter, _args, context) => {
      const fen = disclosedSum(await subsidyFlows(filter, context), `subsidy_fen:${filter.scheme}`);
      return fen === null ? null : yuan(fen);
    },
  },
  OutreachSummary: {
    events: async ({ code, period, kind }: OutreachFilter, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return sumOf(sums, `outreach_events:${kind}`);
    },
    beneficiaries: async ({ code, period, kind }: OutreachFilter, _args, context) => {
      const disclosed = await disclosedFlows(context, { metrics: outreachMetrics(kind), period }, code);
      return disclosedSum(disclosed, `outreach_beneficiaries:${kind}`);
    },
  },
};

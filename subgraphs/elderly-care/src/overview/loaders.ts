// Loaders of the overview's figures, for many divisions in one statement.
import {
  definePersonFlows,
  definePersonStock,
  definePersonTrend,
} from '@district-graph/kit/access/person-counts';
import { defineRecordsAbove } from '@district-graph/kit/access/unknown-counts';
import type { DateRange } from '@district-graph/kit/calendar';
import {
  certifiedSocialWorkers,
  type OutreachArgs,
  outreachOf,
  personFlows,
  personStocks,
  purchasesOf,
  trendMetrics,
  workersOnDuty,
} from './store.ts';

/** Counts of persons as the viewer may see them. */
export const disclosedStock = definePersonStock(personStocks);
export const disclosedFlows = definePersonFlows(personFlows);
export const disclosedTrend = definePersonTrend(trendMetrics, personFlows);

// Bureaus record these for a whole district or subdistrict.
export const workersAbove = defineRecordsAbove('care_worker', workersOnDuty);
export const socialWorkersAbove = defineRecordsAbove('care_worker', certifiedSocialWorkers);
export const purchasesAbove = defineRecordsAbove<DateRange>('service_purchase', purchasesOf);
export const outreachAbove = defineRecordsAbove<OutreachArgs>('outreach_event', outreachOf);

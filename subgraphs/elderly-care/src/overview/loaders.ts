// The overview's figures for many divisions at once.

import {
  definePersonFlows,
  definePersonStock,
  definePersonTrend,
} from '@district-graph/kit/access/person-counts';
import { defineRecordsAbove } from '@district-graph/kit/access/records-above';
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

/** What the viewer may know of the counts of persons. */
export const toldStock = definePersonStock(personStocks);
export const toldFlows = definePersonFlows(personFlows);
export const toldTrend = definePersonTrend(trendMetrics, personFlows);

// Bureaus record these for the district as a whole, or for a subdistrict.
export const workersAbove = defineRecordsAbove('care_worker', workersOnDuty);
export const socialWorkersAbove = defineRecordsAbove('care_worker', certifiedSocialWorkers);
export const purchasesAbove = defineRecordsAbove<DateRange>('service_purchase', purchasesOf);
export const outreachAbove = defineRecordsAbove<OutreachArgs>('outreach_event', outreachOf);

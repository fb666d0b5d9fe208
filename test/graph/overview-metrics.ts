// What the test of the overviews' consistency has to know of single figures.

/** Records that belong to a level themselves: a subdistrict can have some without any of its communities having one. */
export const ownAtEachLevel = [
  'culture.venue',
  'culture.exhibition',
  'culture.session',
  'culture.activityResults',
  'security.platforms',
  'community.volunteerTeamCount',
  'community.volunteerServiceSummary',
  'community.loveSupermarketCount',
  'community.stockByCategory',
  'community.donationSummary',
  'community.aidSummary',
  'community.gridCounts',
  // A matter that concerns the whole city, and its agent.
  'community.petition',
  'community.wageRecovery',
];
/** Events on the first of the month: compared by month and year only. */
export const paidMonthly = ['SUBSIDY_CLAIMS'];
/** Inspections accompany alerts, which occur in winter: compared by year only. */
export const underAlerts = ['INSPECTIONS', 'VIOLATIONS'];
/** Sums over events: one event more or fewer in a month of a district is not a jump. */
export const ofEvents = [
  'ATTENDANCE',
  'SEATS_TAKEN',
  'OUTREACH_BENEFICIARIES',
  'VOLUNTEER_PARTICIPANTS',
  'VOLUNTEER_HOURS',
  'LEAFLETS_HANDED_OUT',
  'ITEMS_DONATED',
  'ITEMS_HANDED_OUT',
  'HOUSEHOLDS_VISITED',
  'PETITION_PEOPLE_CONCERNED',
];
/** Not counts: they are not sums over the divisions inside. */
export const notAdded = [
  'averageRating',
  'averageSettlementDays',
  'cleaningMethod',
  'currentAlert',
  'devicesOnlineRate',
  // Any of the figures, as the ranking test counts them.
  'indicator',
  'platformTiers',
];

// The metrics that elderly care keeps tallies of: the words of the facts functions in the migrations.
export const stockMetrics = [
  'elders',
  'home_care_households',
  'home_care_recipients',
  'care_workers:HOME_CARE',
  'care_workers:SOCIAL_WORKER',
  'care_workers_on_duty',
  'certified_social_workers',
  'institutions:DAY_CARE_CENTRE',
  'institutions:RURAL_HOME',
  'institutions:PRIVATE_HOME',
  'institutions:MEDICAL_CARE_CENTRE',
  'institution_beds',
  'institution_residents',
  'service_purchases_kept',
  'outreach_events_kept',
] as const;

export const trendMetrics = {
  VISITS_REQUESTED: ['visits_requested'],
  VISITS_COMPLETED: ['visits_completed'],
  VISITS_CANCELLED: ['visits_cancelled'],
  SUBSIDY_CLAIMS: [
    'subsidies:AGE_ALLOWANCE',
    'subsidies:CENTENARIAN_ALLOWANCE',
    'subsidies:BIRTH_POLICY_AWARD',
  ],
  OUTREACH_BENEFICIARIES: [
    'outreach_beneficiaries:FREE_CLINIC',
    'outreach_beneficiaries:WHEELCHAIR_DELIVERY',
    'outreach_beneficiaries:HOME_REPAIR',
  ],
} as const;

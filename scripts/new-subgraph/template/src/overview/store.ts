// The rollup metrics of sample-bureau, named as in the fact functions of the migrations.

export const trendMetrics = {
  REGISTERED: ['sample_records_registered'],
  CLOSED: ['sample_records_closed'],
} as const;

// The indicators that places owns.
import { defineIndicators } from './indicator.ts';

export const placesIndicators = defineIndicators('places', null, [
  {
    id: 'RESIDENTS',
    kind: 'STOCK',
    label: ['常住居民', 'Permanent residents'],
    unit: 'people',
    field: 'communityStatistics.residents',
  },
  {
    id: 'HOUSEHOLDS',
    kind: 'STOCK',
    label: ['户数', 'Households'],
    unit: 'households',
    field: 'communityStatistics.households',
  },
]);

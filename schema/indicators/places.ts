// The indicators that places owns.
import { defineIndicators, downToSubdistrict } from './indicator.ts';

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
  {
    id: 'COMMUNITIES',
    kind: 'STOCK',
    label: ['社区和村', 'Communities and villages'],
    unit: 'places',
    levels: downToSubdistrict,
  },
  {
    id: 'SERVICE_CENTRES',
    kind: 'STOCK',
    label: ['服务中心', 'Service centres'],
    unit: 'places',
    per: ['THOUSAND_RESIDENTS'],
    better: 'HIGHER',
  },
  {
    id: 'SERVICE_POINTS',
    kind: 'STOCK',
    label: ['一刻钟便民服务网点', 'Service points of the 15-minute circle'],
    unit: 'places',
    per: ['THOUSAND_RESIDENTS'],
    better: 'HIGHER',
  },
  {
    id: 'PREMISES_AREA',
    kind: 'STOCK',
    label: ['社区综合用房面积', 'Area of communities’ premises'],
    unit: 'squareMetres',
    format: 'AREA',
    per: ['HUNDRED_HOUSEHOLDS'],
    better: 'HIGHER',
  },
]);

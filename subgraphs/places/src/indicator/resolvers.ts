// The indicators of divisions themselves, and the ranking by them.
import { households, residents, stock } from '@district-graph/kit/indicators/figures';
import {
  defineIndicatorValues,
  indicatorField,
  indicatorValueResolvers,
} from '@district-graph/kit/indicators/indicator-values';
import { rankingField } from '@district-graph/kit/indicators/rankings';
import type { Resolvers } from '@district-graph/kit/loaders';
import { serviceCentreGrades } from '../service-centre/tables.ts';
import { serviceCircles } from '../service-point/tables.ts';

const values = defineIndicatorValues('places', {
  values: {
    RESIDENTS: residents,
    HOUSEHOLDS: households,
    COMMUNITIES: stock('divisions:COMMUNITY'),
    SERVICE_CENTRES: stock(...serviceCentreGrades.map((grade) => `service_centres:${grade}`)),
    SERVICE_POINTS: stock(...serviceCircles.map((circle) => `service_points:${circle}`)),
    PREMISES_AREA: stock('premises_area'),
  },
  denominators: { THOUSAND_RESIDENTS: residents, HUNDRED_HOUSEHOLDS: households },
});

const indicator = indicatorField(values);

export const indicatorResolvers: Resolvers = {
  ...indicatorValueResolvers,
  Query: { placesRanking: rankingField('placesRanking', values) },
  City: { indicator },
  District: { indicator },
  Subdistrict: { indicator },
  Community: { indicator },
};

// The indicators of culture, and the ranking of divisions by them.
import {
  flow,
  personFlow,
  ratio,
  residents,
  stock,
  unlessRecordedAbove,
} from '@district-graph/kit/indicators/figures';
import {
  defineIndicatorValues,
  indicatorField,
  indicatorValueResolvers,
} from '@district-graph/kit/indicators/indicator-values';
import { rankingField } from '@district-graph/kit/indicators/rankings';
import type { Resolvers } from '@district-graph/kit/loaders';
import { disclosedFlows, troupesAbove } from '../overview/loaders.ts';
import { troupeKinds } from '../troupe/tables.ts';
import { venueKinds } from '../venue/tables.ts';

const sessions = flow('sessions_scheduled');

const values = defineIndicatorValues('culture', {
  values: {
    SESSIONS: sessions,
    SESSIONS_HELD: flow('sessions_held'),
    SESSIONS_CANCELLED: flow('sessions_cancelled'),
    SEATS: flow('seats'),
    BOOKINGS: flow('seats_taken'),
    ATTENDANCE: personFlow(disclosedFlows, { family: ['attended'], sum: ['attended'] }),
    TROUPES: unlessRecordedAbove(
      troupesAbove,
      () => undefined,
      stock(...troupeKinds.map((kind) => `troupes:${kind}`)),
    ),
    VENUES: stock(...venueKinds.map((kind) => `venues:${kind}`)),
    SEATS_TAKEN_RATE: ratio(flow('seats_taken'), flow('seats'), { ifZero: 'NO_VALUE' }),
  },
  denominators: { THOUSAND_RESIDENTS: residents, SESSION: sessions },
});

export const indicatorResolvers: Resolvers = {
  ...indicatorValueResolvers,
  Query: { cultureRanking: rankingField('cultureRanking', values) },
  CultureOverview: { indicator: indicatorField(values) },
};

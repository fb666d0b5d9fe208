// The registry of indicators: what divisions are compared by. Boards, rankings, exports and examples read it.
import { communityIndicators } from './indicators/community.ts';
import { cultureIndicators } from './indicators/culture.ts';
import { elderlyCareIndicators } from './indicators/elderly-care.ts';
import type { Indicator } from './indicators/indicator.ts';
import { placesIndicators } from './indicators/places.ts';
import { sanitationIndicators } from './indicators/sanitation.ts';
import { securityIndicators } from './indicators/security.ts';

/** All indicators, those of an owner together. Their ids are unique in the graph. */
export const indicators: readonly Indicator[] = [
  ...placesIndicators,
  ...elderlyCareIndicators,
  ...sanitationIndicators,
  ...securityIndicators,
  ...cultureIndicators,
  ...communityIndicators,
];

const byId = new Map(indicators.map((indicator) => [indicator.id, indicator]));

/** The indicator with this id; undefined if there is none. */
export const indicatorById = (id: string): Indicator | undefined => byId.get(id);

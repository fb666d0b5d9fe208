// How many records of each kind a district gets: Jinshui those that the reports state, the others a plausible share.
import { Random } from '@district-graph/kit/seed/random';
import type { SeedScale } from '@district-graph/kit/seed/synthetic-city';
import type { pollutionCategories } from '../pollution-source/tables.ts';

export interface DistrictPlan {
  vehiclesOnDuty: number;
  crews: number;
  workersPerCrew: number;
  roads: number;
  /** In the clean-up of 1 January to 9 March 2018. */
  roadsFlushed: number;
  dispatches: number;
  blindSpotsCleared: number;
  sources: Record<(typeof pollutionCategories)[number], number>;
}

/** At least 600 vehicles, 4,000 workers, 3,000 dispatches, 257 roads and 300 blind spots; exactly 1,273 sources. */
const jinshui: DistrictPlan = {
  vehiclesOnDuty: 624,
  crews: 52,
  workersPerCrew: 80,
  roads: 300,
  roadsFlushed: 257,
  dispatches: 3120,
  blindSpotsCleared: 312,
  sources: {
    AUTO_REPAIR: 951,
    PRINTING: 25,
    CONCRETE_MIXING: 15,
    PETROL_STATION: 34,
    CONSTRUCTION_SITE: 248,
  },
};

export function planOf(districtCode: string, scale: SeedScale): DistrictPlan {
  if (districtCode === '410105') return jinshui;
  const random = new Random(`sanitation/${districtCode}`);
  const share = (from = 0.4, to = 0.95) => from + random.next() * (to - from);
  const roads = Math.round((scale === 'city' ? 420 : 150) * share());
  return {
    vehiclesOnDuty: Math.round(jinshui.vehiclesOnDuty * share()),
    crews: Math.round(jinshui.crews * share()),
    workersPerCrew: random.whole(60, 90),
    roads,
    roadsFlushed: Math.round(roads * share(0.5, 0.9)),
    dispatches: Math.round(jinshui.dispatches * share(0.1, 0.4)),
    blindSpotsCleared: Math.round(jinshui.blindSpotsCleared * share()),
    sources: {
      AUTO_REPAIR: Math.round(300 * share()),
      PRINTING: Math.round(25 * share()),
      CONCRETE_MIXING: Math.round(15 * share()),
      PETROL_STATION: Math.round(34 * share()),
      CONSTRUCTION_SITE: Math.round(120 * share()),
    },
  };
}

/** The clean-up over which Jinshui's reported flows are counted: 68 days. */
export const cleanUp = { from: '2018-01-01', days: 68 };

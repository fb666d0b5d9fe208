// How many records of each kind a district gets: Jinshui those that the reports state, the others a plausible share.
import { Random } from '@district-graph/kit/seed/random';

export interface DistrictPlan {
  /** Households with two recipients and with one recipient of home care. */
  pairs: number;
  singles: number;
  workersOnDuty: number;
  socialWorkers: number;
  ruralHomes: number;
  privateHomes: number;
  medicalCareCentres: number;
  institutionResidents: number;
}

/**
 * 189 households with 298 recipients; 138 workers; at least 300 social workers and 400 residents; 1 rural and 3
 * private homes.
 */
const jinshui: DistrictPlan = {
  pairs: 109,
  singles: 80,
  workersOnDuty: 138,
  socialWorkers: 312,
  ruralHomes: 1,
  privateHomes: 3,
  medicalCareCentres: 2,
  institutionResidents: 416,
};

export function planOf(districtCode: string, communities: number): DistrictPlan {
  if (districtCode === '410105') return jinshui;
  const random = new Random(`elderly-care/${districtCode}`);
  const share = () => 0.4 + random.next() * 0.9;
  const pairs = Math.min(communities, Math.round(jinshui.pairs * share()));
  return {
    pairs,
    singles: Math.min(communities - pairs, Math.round(jinshui.singles * share())),
    workersOnDuty: Math.round(jinshui.workersOnDuty * share()),
    socialWorkers: Math.round(jinshui.socialWorkers * share()),
    ruralHomes: random.whole(1, 6),
    privateHomes: random.whole(1, 4),
    medicalCareCentres: random.whole(0, 3),
    institutionResidents: Math.min(communities, Math.round(jinshui.institutionResidents * share())),
  };
}

// Seeds elderly people, households and emergency contacts: the first elders of each community are those in care.

import { seedId } from '@district-graph/kit/database/ids';
import { madeUpIdNumber, madeUpName, madeUpPhone } from '@district-graph/kit/seed/made-up-names';
import { Random } from '@district-graph/kit/seed/random';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import {
  elderId,
  type SyntheticCity,
  type SyntheticCommunity,
} from '@district-graph/kit/seed/synthetic-city';
import { planOf } from './plan.ts';
import { homesOf, workerId } from './providers.ts';

export interface Cared {
  community: SyntheticCommunity;
  ordinal: number;
  worker: string;
}

interface Household {
  id: string;
  community: SyntheticCommunity;
  members: number;
}

/** One household in each of the first communities: those with two recipients, then those with one. */
function householdsOf(city: SyntheticCity, districtCode: string): Household[] {
  const communities = city.communitiesOf(districtCode);
  const { pairs, singles } = planOf(districtCode, communities.length);
  return communities.slice(0, pairs + singles).map((community, index) => ({
    id: seedId('household', community.code, 0),
    community,
    members: index < pairs ? 2 : 1,
  }));
}

export function* householdRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const { code } of city.districts)
    for (const { id, community } of householdsOf(city, code)) yield [id, community.code];
}

/** Those who receive care at home, with the worker in charge. */
export function* caredAtHome(city: SyntheticCity): Generator<Cared> {
  for (const { code } of city.districts) {
    const { workersOnDuty } = planOf(code, city.communitiesOf(code).length);
    let number = 0;
    for (const { community, members } of householdsOf(city, code)) {
      for (let ordinal = 0; ordinal < members; ordinal += 1) {
        yield { community, ordinal, worker: workerId(code, number % workersOnDuty) };
        number += 1;
      }
    }
  }
}

export const elderColumns = [
  'id',
  'division_code',
  'household_id',
  'care_institution_id',
  'care_worker_id',
  'name',
  'birth_date',
  'id_number',
  'phone',
  'address',
  'ability_level',
  'living_arrangement',
  'care_mode',
];

export function* elderRows(city: SyntheticCity): Generator<CopyValue[]> {
  const home = new Map(
    [...caredAtHome(city)].map((cared) => [`${cared.community.code}/${cared.ordinal}`, cared.worker]),
  );
  const subdistrictNames = new Map(city.subdistricts.map(({ code, name }) => [code, name]));
  for (const { code: districtCode, name: districtName } of city.districts) {
    const communities = city.communitiesOf(districtCode);
    const homes = homesOf(city, districtCode);
    let residents = planOf(districtCode, communities.length).institutionResidents;
    // The third elder of each community lives in an institution, then more of the largest communities, until there
    // are enough.
    const perCommunity = new Map<string, number>();
    for (let round = 0; residents > 0 && round < 500; round += 1) {
      for (const community of communities) {
        if (residents === 0) break;
        if (3 + round >= community.elders + 1) continue;
        perCommunity.set(community.code, (perCommunity.get(community.code) ?? 0) + 1);
        residents -= 1;
      }
    }
    let housed = 0;
    for (const community of communities) {
      const inHomes = perCommunity.get(community.code) ?? 0;
      for (let ordinal = 0; ordinal < community.elders; ordinal += 1) {
        const random = new Random(`elder/${community.code}/${ordinal}`);
        const worker = home.get(`${community.code}/${ordinal}`) ?? null;
        const inHome = ordinal >= 2 && ordinal < 2 + inHomes;
        const institution = inHome ? (homes[housed++ % homes.length]?.id ?? null) : null;
        const mode = worker ? 'HOME' : institution ? 'INSTITUTION' : random.chance(0.2) ? 'COMMUNITY' : null;
        const birthYear = random.whole(1928, 1956);
        yield [
          elderId(community.code, ordinal),
          community.code,
          worker ? seedId('household', community.code, 0) : null,
          institution,
          worker,
          madeUpName(random),
          `${birthYear}-0${random.whole(1, 9)}-${random.whole(10, 28)}`,
          madeUpIdNumber(districtCode),
          madeUpPhone(random),
          `郑州市${districtName}${subdistrictNames.get(community.subdistrictCode)} ${community.name}示例路 ${random.whole(1, 200)} 号`,
          random.chance(0.6) ? 0 : random.whole(1, 4),
          institution ? 'INSTITUTION' : random.pick(['ALONE', 'WITH_SPOUSE', 'WITH_CHILDREN']),
          mode,
        ];
      }
    }
  }
}

export const contactColumns = ['elder_id', 'position', 'name', 'relationship', 'phone'];

export function* contactRows(city: SyntheticCity): Generator<CopyValue[]> {
  for (const community of city.communities) {
    // The first elders of a community are those that other subgraphs refer to.
    for (let ordinal = 0; ordinal < Math.min(3, community.elders); ordinal += 1) {
      const random = new Random(`contact/${community.code}/${ordinal}`);
      yield [
        elderId(community.code, ordinal),
        1,
        madeUpName(random),
        random.pick(['SPOUSE', 'CHILD', 'SIBLING']),
        madeUpPhone(random),
      ];
      if (random.chance(0.4))
        yield [elderId(community.code, ordinal), 2, madeUpName(random), 'NEIGHBOUR', madeUpPhone(random)];
    }
  }
}

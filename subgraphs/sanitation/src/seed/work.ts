// Seeds the work: cleaning runs, blind spots, dispatches; in the clean-up of early 2018, and in the weeks around the
// day of seeding.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo, evenShare } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import type { SeedScale, SyntheticCity, SyntheticCommunity } from '@district-graph/kit/seed/synthetic-city';
import { blindSpotKinds } from '../blind-spot/tables.ts';
import { cleaningStepKinds } from '../cleaning-run/tables.ts';
import { crewId, roadsOf, vehicleDivision, vehicleId } from './fleet.ts';
import { cleanUp, planOf } from './plan.ts';

const at = (day: string, minutes: number) =>
  `${day}T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00+08:00`;

interface Run {
  id: string;
  code: string;
  roadId: string;
  day: string;
  districtCode: string;
  /** How many steps are done; today's run is still open. */
  done: number;
}

/**
 * The runs of every road: one in the clean-up for those flushed then, and more for some roads over three years, the
 * last one today.
 */
function* runs(city: SyntheticCity, scale: SeedScale, today: string): Generator<Run> {
  for (const { code: districtCode } of city.districts) {
    const { roadsFlushed } = planOf(districtCode, scale);
    for (const { id: roadId, community, ordinal } of roadsOf(city, districtCode, scale)) {
      const random = new Random(`runs/${roadId}`);
      const days: string[] =
        ordinal < roadsFlushed ? [addDays(cleanUp.from, random.whole(0, cleanUp.days - 1))] : [];
      if (scale === 'city' || random.chance(0.4)) {
        const past = scale === 'city' ? 90 : 8;
        const share = evenShare(ordinal);
        const backs = new Set(Array.from({ length: past }, (_, index) => daysAgo((index + share) / past)));
        for (const back of backs) days.push(addDays(today, -back));
        if (ordinal % 10 === 0 || scale === 'city') days.push(today);
      }
      for (const [number, day] of days.entries()) {
        const done = day === today ? random.whole(0, 5) : 6;
        yield {
          id: seedId('cleaning-run', community.code, ordinal * 1000 + number),
          code: community.code,
          roadId,
          day,
          districtCode,
          done,
        };
      }
    }
  }
}

export const runColumns = ['id', 'division_code', 'road_id', 'day', 'status', 'started_at', 'completed_at'];

export function* runRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const { id, code, roadId, day, done } of runs(city, scale, today)) {
    const completed = done === 6;
    yield [
      id,
      code,
      roadId,
      day,
      completed ? 'COMPLETED' : 'OPEN',
      at(day, 300),
      completed ? at(day, 300 + 6 * 20) : null,
    ];
  }
}

export const stepColumns = [
  'run_id',
  'ordinal',
  'kind',
  'status',
  'started_at',
  'completed_at',
  'vehicle_id',
  'crew_id',
];

export function* stepRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const { id, day, districtCode, done } of runs(city, scale, today)) {
    const { crews, vehiclesOnDuty } = planOf(districtCode, scale);
    const random = new Random(`steps/${id}`);
    const crew = crewId(districtCode, random.whole(0, crews - 1));
    const vehicle = vehicleId(districtCode, random.whole(0, vehiclesOnDuty - 1));
    for (const [index, kind] of cleaningStepKinds.entries()) {
      const status = index < done ? 'COMPLETED' : index === done ? 'IN_PROGRESS' : 'PENDING';
      const started = status === 'PENDING' ? null : at(day, 300 + index * 20);
      const completed = status === 'COMPLETED' ? at(day, 320 + index * 20) : null;
      yield [
        id,
        index + 1,
        kind,
        status,
        started,
        completed,
        started && kind !== 'MANUAL' ? vehicle : null,
        started ? crew : null,
      ];
    }
  }
}

export const blindSpotColumns = [
  'id',
  'division_code',
  'place',
  'kind',
  'status',
  'reported_at',
  'cleared_at',
  'longitude',
  'latitude',
];

export function* blindSpotRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    const communities = city.communitiesOf(code);
    const { blindSpotsCleared } = planOf(code, scale);
    const recent = scale === 'city' ? 12_000 : 120 + communities.length;
    for (let ordinal = 0; ordinal < blindSpotsCleared + recent; ordinal += 1) {
      const random = new Random(`blind-spot/${code}/${ordinal}`);
      const community = random.pick(communities);
      if (ordinal < blindSpotsCleared) {
        // Reported and cleared within the clean-up, so that no other clearing falls into it.
        const reported = random.whole(0, cleanUp.days - 4);
        yield blindSpotRow(
          community,
          ordinal,
          addDays(cleanUp.from, reported),
          addDays(cleanUp.from, reported + random.whole(0, 3)),
          random,
        );
        continue;
      }
      const back = daysAgo((ordinal - blindSpotsCleared + random.next()) / recent);
      const open = back <= 60 && random.chance(back <= 6 ? 0.6 : scale === 'city' ? 0.04 : 0.1);
      const cleared = open ? null : addDays(today, -back + random.whole(0, Math.min(5, back)));
      yield blindSpotRow(community, ordinal, addDays(today, -back), cleared, random);
    }
  }
}

function blindSpotRow(
  community: SyntheticCommunity,
  ordinal: number,
  reported: string,
  cleared: string | null,
  random: Random,
): CopyValue[] {
  return [
    seedId('blind-spot', community.code, ordinal),
    community.code,
    `${community.name}${random.pick(['楼后', '巷口', '河边', '围挡外'])}`,
    random.pick(blindSpotKinds),
    cleared ? 'CLEARED' : 'REPORTED',
    at(reported, random.whole(420, 700)),
    cleared && at(cleared, random.whole(701, 1080)),
    Number((community.longitude + (random.next() - 0.5) * 0.008).toFixed(6)),
    Number((community.latitude + (random.next() - 0.5) * 0.008).toFixed(6)),
  ];
}

export const dispatchColumns = [
  'id',
  'division_code',
  'vehicle_id',
  'purpose',
  'departed_at',
  'returned_at',
  'incident_id',
];

/** The day and the vehicle: a vehicle is dispatched at most once a day, so that no two of its dispatches overlap. */
function turnOf(ordinal: number, count: number, vehicles: number, days: number, random: Random) {
  // Vehicle 0 is kept for the site fire.
  const vehicle = 1 + (ordinal % (vehicles - 1));
  const turns = Math.ceil(count / (vehicles - 1));
  const daysPerTurn = Math.floor(days / turns);
  const turn = Math.floor(ordinal / (vehicles - 1));
  return { vehicle, day: turn * daysPerTurn + random.whole(0, daysPerTurn - 1) };
}

export function* dispatchRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const { code } of city.districts) {
    const plan = planOf(code, scale);
    const { dispatches, vehiclesOnDuty } = plan;
    const recent = scale === 'city' ? 20_000 : 300 + 2 * city.communitiesOf(code).length;
    for (let ordinal = 0; ordinal < dispatches + recent; ordinal += 1) {
      const random = new Random(`dispatch/${code}/${ordinal}`);
      const inCleanUp = ordinal < dispatches;
      const { vehicle, day } = turnOf(ordinal, dispatches, vehiclesOnDuty, cleanUp.days, random);
      // Later dispatches take the vehicles in turn, so that those of one vehicle are as far apart as possible.
      const on = inCleanUp
        ? addDays(cleanUp.from, day)
        : addDays(today, -daysAgo((ordinal - dispatches + random.next()) / recent));
      const left = random.whole(300, 900);
      const purpose = inCleanUp || random.chance(0.2) ? 'CAMPAIGN' : 'CLEANING';
      yield [
        seedId('dispatch', code, ordinal),
        vehicleDivision(city, code, vehicle, plan),
        vehicleId(code, vehicle),
        purpose,
        at(on, left),
        at(on, left + random.whole(60, 300)),
        null,
      ];
    }
    // The sprinkler truck left 20 minutes after the site fire that the security subgraph seeds for the district: in
    // 上街区 on 23 March 2021 at 15:00, elsewhere three days ago at 14:00.
    const [fire, day, left] =
      code === '410106' ? [0, '2021-03-23', 15 * 60 + 20] : [1, addDays(today, -3), 14 * 60 + 20];
    yield [
      seedId('emergency-dispatch', code, 0),
      vehicleDivision(city, code, 0, plan),
      vehicleId(code, 0),
      'EMERGENCY_SUPPORT',
      at(day, left),
      at(day, left + 120),
      seedId('incident', code, fire),
    ];
  }
}

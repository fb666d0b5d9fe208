// Seeds incidents: Guancheng's of 2015 as reported, the two of Shangjie in March 2021, similar ones, and recent
// activity.
import { addDays, daysBetween } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue } from '@district-graph/kit/seed/seeding';
import {
  elderId,
  type SeedScale,
  type SyntheticCity,
  type SyntheticCommunity,
  type SyntheticDivision,
} from '@district-graph/kit/seed/synthetic-city';
import type { Incident } from '../incident/tables.ts';
import { alarmBoxId, cameraId, communityOf, devicesOf, guancheng } from './devices.ts';

type Outcome = NonNullable<Incident['outcome']>;
type Kind = Incident['kind'];

/** An incident as it is copied; instants in milliseconds, `steps` are those it has reached, in their order. */
interface SeedIncident {
  id: string;
  divisionCode: string;
  kind: Kind;
  severity: number;
  outcome: Outcome | null;
  description: string;
  longitude: number;
  latitude: number;
  sourceDeviceId: string | null;
  alarmMethod: NonNullable<Incident['alarmMethod']>;
  alarmType: number | null;
  elderId: string | null;
  peopleAssisted: number;
  suspectsCaught: number;
  raisedMs: number;
  steps: { action: Exclude<Incident['status'], 'RAISED'>; atMs: number }[];
}

/**
 * Reported for Guancheng from 1 January to 31 October 2015: 232 suspects and 1,569 people, here over that many
 * incidents.
 */
const reportedPeriod = { from: '2015-01-01', to: '2015-10-31' };
const reported = {
  CASE: { count: 2567, ones: 180, twos: 26 },
  LIVELIHOOD: { count: 1363, ones: 0, twos: 0 },
  ASSISTANCE: { count: 1200, ones: 831, twos: 369 },
};

const shangjie = '410106';
const dayMs = 86_400_000;
const citysIncidents = 1_000_000;

const kindsOf: Record<Outcome, readonly Kind[]> = {
  CASE: ['THEFT', 'THEFT', 'DISTURBANCE', 'TRAFFIC', 'OTHER'],
  LIVELIHOOD: ['PUBLIC_FACILITY', 'PUBLIC_FACILITY', 'DISPUTE', 'OTHER'],
  ASSISTANCE: ['HELP_CALL', 'HELP_CALL', 'LOST_PERSON', 'MEDICAL', 'SITE_FIRE'],
};
const descriptions: Record<Kind, string> = {
  LOST_PERSON: '家属报称人员走失',
  HELP_CALL: '按下求助按钮',
  MEDICAL: '有人身体不适',
  SITE_FIRE: '现场冒烟起火',
  THEFT: '财物被盗',
  DISTURBANCE: '有人扰乱秩序',
  TRAFFIC: '车辆剐蹭，道路受阻',
  PUBLIC_FACILITY: '公共设施损坏',
  DISPUTE: '邻里纠纷',
  OTHER: '其他情况',
};
const actors = {
  RAISED: '报警求助平台',
  ACKNOWLEDGED: '区县指挥中心值班席',
  DISPATCHED: '区县指挥中心调度席',
  RESOLVED: '处置小队',
  CLOSED: '区县指挥中心值班席',
  FALSE_ALARM: '区县指挥中心值班席',
};
const notes = {
  RAISED: null,
  ACKNOWLEDGED: '已核实位置',
  DISPATCHED: '派就近巡防力量前往',
  RESOLVED: '现场处置完毕',
  CLOSED: null,
  FALSE_ALARM: '经核实为误报',
};

const instantOf = (day: string) => Date.parse(`${day}T00:00:00+08:00`);

interface Making {
  city: SyntheticCity;
  scale: SeedScale;
  district: SyntheticDivision;
  communities: SyntheticCommunity[];
  random: Random;
  /** No step happens after it. */
  horizonMs: number;
}

export function* incidents(city: SyntheticCity, scale: SeedScale, today: string): Generator<SeedIncident> {
  for (const district of city.districts) {
    const communities = city.communitiesOf(district.code);
    const random = new Random(`incidents/${district.code}`);
    const making = { city, scale, district, communities, random, horizonMs: instantOf(today) };
    yield* agreedIncidents(making, today);
    let ordinal = 2;
    for (const plan of plansOf(making, today)) yield planned(making, ordinal++, plan);
  }
}

/** Incidents 0 and 1 of each district, which other subgraphs refer to. */
function* agreedIncidents(making: Making, today: string): Generator<SeedIncident> {
  const { city, district } = making;
  const inShangjie = district.code === shangjie;
  const streets = '410106001';
  const home = (inShangjie ? city.communitiesOf(streets) : making.communities)[0] as SyntheticCommunity;
  const lost = (ordinal: number, divisionCode: string, raisedMs: number, closed: boolean): SeedIncident => {
    const base = made(making, ordinal, home, 'LOST_PERSON', 'ASSISTANCE', raisedMs);
    if (!closed) Object.assign(base, { outcome: null, steps: base.steps.slice(0, 2) });
    return {
      ...base,
      divisionCode,
      severity: 2,
      elderId: elderId(home.code, 0),
      peopleAssisted: closed ? 1 : 0,
    };
  };
  const fire = (ordinal: number, raisedMs: number): SeedIncident => ({
    ...made(making, ordinal, communityOf(making.communities, 1), 'SITE_FIRE', 'LIVELIHOOD', raisedMs),
    severity: 1,
  });
  if (inShangjie) {
    yield fire(0, instantOf('2021-03-23') + 15 * 3_600_000);
    yield lost(1, home.code, instantOf('2021-03-20') + 9 * 3_600_000, true);
  } else {
    yield lost(0, home.code, instantOf(addDays(today, -1)) + 16 * 3_600_000, false);
    yield fire(1, instantOf(addDays(today, -3)) + 14 * 3_600_000);
  }
}

interface Plan {
  raisedMs: number;
  /** Null for a false alarm. */
  outcome: Outcome | null;
  people: number;
  suspects: number;
  /** How many steps it took although there was time for more. */
  stopAfter?: number;
}

function* plansOf({ district, communities, random, scale }: Making, today: string): Generator<Plan> {
  const somewhen = (from: string, days: number) =>
    instantOf(from) + Math.floor(random.next() * days * 86_400) * 1000;
  const ones = (index: number, { ones, twos }: { ones: number; twos: number }) =>
    index < ones ? 1 : index < ones + twos ? 2 : 0;
  const share = district.code === guancheng ? 1 : random.next() * 0.9 + 0.4;
  // Elsewhere the default scale keeps a tenth of what a district of Guancheng's size would have had.
  const size = district.code === guancheng || scale === 'city' ? share : share / 12;
  const days = daysBetween(reportedPeriod.from, reportedPeriod.to) + 1;
  for (const [outcome, { count, ...people }] of Object.entries(reported) as [
    Outcome,
    (typeof reported)['CASE'],
  ][]) {
    const scaled = { ones: Math.round(people.ones * size), twos: Math.round(people.twos * size) };
    for (let index = 0; index < Math.round(count * size); index += 1) {
      const persons = ones(index, scaled);
      const raisedMs = somewhen(reportedPeriod.from, days);
      yield {
        raisedMs,
        outcome,
        people: outcome === 'ASSISTANCE' ? persons : 0,
        suspects: outcome === 'CASE' ? persons : 0,
      };
    }
  }
  yield {
    raisedMs: instantOf(today) + random.whole(0, 240) * 1000,
    outcome: 'LIVELIHOOD',
    people: 0,
    suspects: 0,
  };
  const recent =
    scale === 'city' ? Math.round((citysIncidents * communities.length) / 3306) : 200 + communities.length;
  for (let index = 0; index < recent; index += 1) {
    // In the order of time, so that a page of the newest is contiguous on disk.
    const day = addDays(today, -daysAgo((index + random.next()) / recent));
    const outcome = random.pick<Outcome | null>([
      'CASE',
      'LIVELIHOOD',
      'LIVELIHOOD',
      'ASSISTANCE',
      'ASSISTANCE',
      null,
    ]);
    const lingers = day >= addDays(today, -3) && random.chance(0.4);
    yield {
      raisedMs: somewhen(day, 1),
      outcome,
      people: outcome === 'ASSISTANCE' ? random.whole(1, 2) : 0,
      suspects: outcome === 'CASE' && random.chance(0.1) ? 1 : 0,
      stopAfter: lingers ? random.whole(0, 2) : undefined,
    };
  }
}

function planned(
  making: Making,
  ordinal: number,
  { raisedMs, outcome, people, suspects, stopAfter }: Plan,
): SeedIncident {
  const { random, communities } = making;
  const { cameras, alarmBoxes } = devicesOf(making.district.code, making.scale);
  const byVideo = outcome === 'CASE';
  const device = random.whole(0, (byVideo ? cameras : alarmBoxes) - 1);
  const kind = random.pick(kindsOf[outcome ?? random.pick<Outcome>(['LIVELIHOOD', 'ASSISTANCE'])]);
  const community = communityOf(communities, device);
  const incident = made(making, ordinal, community, kind, outcome, raisedMs);
  if (random.chance(0.8)) {
    incident.alarmMethod = byVideo ? 'VIDEO' : 'DEVICE';
    incident.alarmType = byVideo ? random.whole(1, 12) : null;
    incident.sourceDeviceId = byVideo
      ? cameraId(community.districtCode, device)
      : alarmBoxId(community.districtCode, device);
  }
  const personal = ['LOST_PERSON', 'HELP_CALL', 'MEDICAL'].includes(kind);
  if (personal && random.chance(0.5)) {
    incident.elderId = elderId(community.code, random.whole(0, community.elders - 1));
  }
  if (stopAfter !== undefined) incident.steps = incident.steps.slice(0, stopAfter);
  const resolved = incident.steps.some((step) => step.action === 'RESOLVED');
  return {
    ...incident,
    outcome: resolved ? outcome : null,
    peopleAssisted: resolved ? people : 0,
    suspectsCaught: resolved ? suspects : 0,
  };
}

/** An incident that advanced as far as time allowed; without an outcome it was a false alarm. */
function made(
  { district, random, horizonMs }: Making,
  ordinal: number,
  community: SyntheticCommunity,
  kind: Kind,
  outcome: Outcome | null,
  raisedMs: number,
): SeedIncident {
  const after = (ms: number, least: number, most: number) => ms + random.whole(least, most) * 1000;
  const acknowledgedMs = after(raisedMs, 15, 240);
  const dispatchedMs = after(acknowledgedMs, 20, 600);
  const resolvedMs = after(dispatchedMs, 600, 3 * 3600);
  const way: SeedIncident['steps'] =
    outcome === null
      ? [
          { action: 'ACKNOWLEDGED', atMs: acknowledgedMs },
          { action: 'FALSE_ALARM', atMs: dispatchedMs },
        ]
      : [
          { action: 'ACKNOWLEDGED', atMs: acknowledgedMs },
          { action: 'DISPATCHED', atMs: dispatchedMs },
          { action: 'RESOLVED', atMs: resolvedMs },
          { action: 'CLOSED', atMs: after(resolvedMs, 3600, (2 * dayMs) / 1000) },
        ];
  const steps = way.filter((step) => step.atMs <= horizonMs);
  return {
    id: seedId('incident', district.code, ordinal),
    divisionCode: community.code,
    kind,
    severity: random.pick([1, 2, 3, 3, 3, 4, 4, 4]),
    outcome,
    description: descriptions[kind],
    longitude: Number((community.longitude + (random.next() - 0.5) * 0.01).toFixed(6)),
    latitude: Number((community.latitude + (random.next() - 0.5) * 0.008).toFixed(6)),
    sourceDeviceId: null,
    alarmMethod: 'PHONE',
    alarmType: null,
    elderId: null,
    peopleAssisted: 0,
    suspectsCaught: 0,
    raisedMs,
    steps,
  };
}

const showInstant = (ms: number) => new Date(ms).toISOString();

export const incidentColumns = [
  'id',
  'division_code',
  'kind',
  'severity',
  'status',
  'outcome',
  'description',
  'longitude',
  'latitude',
  'source_device_id',
  'alarm_method',
  'alarm_type',
  'elder_id',
  'people_assisted',
  'suspects_caught',
  'raised_at',
  'acknowledged_at',
  'dispatched_at',
  'resolved_at',
  'closed_at',
  'false_alarm_at',
];

export function* incidentRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const incident of incidents(city, scale, today)) {
    const at = (action: string) => {
      const step = incident.steps.find((entry) => entry.action === action);
      return step ? showInstant(step.atMs) : null;
    };
    yield [
      incident.id,
      incident.divisionCode,
      incident.kind,
      incident.severity,
      incident.steps.at(-1)?.action ?? 'RAISED',
      incident.outcome,
      incident.description,
      incident.longitude,
      incident.latitude,
      incident.sourceDeviceId,
      incident.alarmMethod,
      incident.alarmType,
      incident.elderId,
      incident.peopleAssisted,
      incident.suspectsCaught,
      showInstant(incident.raisedMs),
      ...['ACKNOWLEDGED', 'DISPATCHED', 'RESOLVED', 'CLOSED', 'FALSE_ALARM'].map(at),
    ];
  }
}

export function* timelineRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  for (const { id, raisedMs, steps } of incidents(city, scale, today)) {
    let sequence = 1;
    yield [id, sequence, showInstant(raisedMs), actors.RAISED, 'RAISED', notes.RAISED];
    for (const { action, atMs } of steps) {
      sequence += 1;
      yield [id, sequence, showInstant(atMs), actors[action], action, notes[action]];
    }
  }
}

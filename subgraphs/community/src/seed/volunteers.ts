// Seeded volunteers: a team in each subdistrict and two that are in the news, their members, their services and who took part.
import { addDays } from '@district-graph/kit/calendar';
import { seedId } from '@district-graph/kit/database/ids';
import { madeUpName, madeUpPhone } from '@district-graph/kit/seed/made-up-names';
import { Random } from '@district-graph/kit/seed/random';
import { daysAgo } from '@district-graph/kit/seed/seeded-days';
import type { CopyValue, SeedTools } from '@district-graph/kit/seed/seeding';
import {
  elderId,
  type SeedScale,
  type SyntheticCity,
  type SyntheticCommunity,
} from '@district-graph/kit/seed/synthetic-city';
import { encryptedVolunteer, volunteerSkills } from '../volunteer/tables.ts';
import { type VolunteerService, volunteerServiceKinds } from '../volunteer-service/tables.ts';
import { type VolunteerTeam, volunteerTeamKinds } from '../volunteer-team/tables.ts';

/** How many volunteers a community has, how many services a team in three years, and how many places these have. */
const sizes: Record<SeedScale, { volunteers: number; services: number; places: number }> = {
  default: { volunteers: 2, services: 24, places: 6 },
  city: { volunteers: 36, services: 90, places: 16 },
};

/** Every twentieth team meets weekly; the named ones almost daily. A team never has two services on a day. */
const weeklyServices = 150;
const dailyServices = 850;

interface Team {
  id: string;
  divisionCode: string;
  name: string;
  kind: VolunteerTeam['kind'];
  /** Null for a team without a centre. */
  centreId: string | null;
  /** The services of three years, and the first hour of each. */
  services: number;
  hour: number;
  places: number;
  members: string[];
}

const named = [
  { divisionCode: '410105007', name: '党员老妈妈服务队', kind: 'PARTY_MEMBER', members: 12 },
  { divisionCode: '410103001', name: '小黑蚁志愿服务队', kind: 'YOUTH', members: 12 },
] as const;

const isAboutElders = (kind: VolunteerService['kind']) => kind === 'ELDER_VISIT' || kind === 'FREE_CLINIC';

const titles: Record<VolunteerService['kind'], string> = {
  ELDER_VISIT: '走访慰问老年人',
  ENVIRONMENT: '清洁家园',
  TRAFFIC_GUIDANCE: '文明交通引导',
  FREE_CLINIC: '便民义诊',
  TUTORING: '课后作业辅导',
  PUBLICITY: '政策与文明宣传',
  SAFETY_PATROL: '平安巡逻',
};

const volunteerId = (code: string, ordinal: number) => seedId('volunteer', code, ordinal);

/** The volunteers of a community are those of its subdistrict's team; their ids are `volunteerId(code, 0 … volunteers − 1)`. */
function ordinaryTeams(city: SyntheticCity, scale: SeedScale): Team[] {
  const centreOf = new Map(city.centres.map(({ id, divisionCode }) => [divisionCode, id]));
  return city.subdistricts.map(({ code, name }, number) => ({
    id: seedId('volunteer-team', code, 0),
    divisionCode: code,
    name: `${name}志愿服务队`,
    kind: volunteerTeamKinds[number % volunteerTeamKinds.length] as VolunteerTeam['kind'],
    centreId: centreOf.get(code) ?? null,
    services: number % 20 === 0 ? weeklyServices : sizes[scale].services,
    hour: 14,
    places: sizes[scale].places,
    members: city
      .communitiesOf(code)
      .flatMap((community) =>
        Array.from({ length: sizes[scale].volunteers }, (_, ordinal) => volunteerId(community.code, ordinal)),
      ),
  }));
}

/** Their members are volunteers of their own, of the first community. */
const namedTeams = (city: SyntheticCity): Team[] =>
  named.map(({ divisionCode, name, kind, members }) => ({
    id: seedId('volunteer-team', divisionCode, 1),
    divisionCode,
    name,
    kind,
    centreId: city.centres.find((centre) => centre.divisionCode === divisionCode)?.id ?? null,
    services: dailyServices,
    hour: 8,
    places: 16,
    members: Array.from({ length: members }, (_, ordinal) =>
      volunteerId(firstCommunity(city, divisionCode).code, 1000 + ordinal),
    ),
  }));

const firstCommunity = (city: SyntheticCity, code: string): SyntheticCommunity => {
  const [community] = city.communitiesOf(code);
  if (!community) throw new Error(`no community in ${code}`);
  return community;
};

const teamColumns = ['id', 'division_code', 'service_centre_id', 'name', 'kind', 'founded_on'];

function* teamRows(teams: readonly Team[]): Generator<CopyValue[]> {
  for (const { id, divisionCode, centreId, name, kind } of teams) {
    const random = new Random(`volunteer-team/${id}`);
    yield [
      id,
      divisionCode,
      centreId,
      name,
      kind,
      `${random.whole(2008, 2015)}-0${random.whole(1, 9)}-${random.whole(10, 28)}`,
    ];
  }
}

const volunteerColumns = [
  'id',
  'division_code',
  'card_number',
  'name',
  'phone',
  'skills',
  'elder_id',
  'registered_on',
];

function volunteerRow(code: string, ordinal: number, serial: number, today: string): CopyValue[] {
  const random = new Random(`volunteer/${code}/${ordinal}`);
  return [
    volunteerId(code, ordinal),
    code,
    // Serial numbers of ten digits that start with zeros have not been issued.
    `${code.slice(0, 6)}00${String(serial).padStart(8, '0')}`,
    madeUpName(random),
    madeUpPhone(random),
    `{${random.chance(0.6) ? random.pick(volunteerSkills) : ''}}`,
    // A few are elders themselves: the first of their community.
    ordinal === 0 && random.chance(0.1) ? elderId(code, 0) : null,
    addDays(today, -random.whole(1100, 2500)),
  ];
}

function* volunteerRows(city: SyntheticCity, scale: SeedScale, today: string): Generator<CopyValue[]> {
  let serial = 0;
  for (const { code } of city.communities)
    for (let ordinal = 0; ordinal < sizes[scale].volunteers; ordinal += 1) {
      serial += 1;
      yield volunteerRow(code, ordinal, serial, today);
    }
  for (const { divisionCode, members } of named)
    for (let ordinal = 0; ordinal < members; ordinal += 1) {
      serial += 1;
      yield volunteerRow(firstCommunity(city, divisionCode).code, 1000 + ordinal, serial, today);
    }
}

function* memberRows(teams: readonly Team[]): Generator<CopyValue[]> {
  for (const { id, members } of teams) for (const volunteer of members) yield [id, volunteer];
}

interface Service {
  id: string;
  team: Team;
  kind: VolunteerService['kind'];
  status: VolunteerService['status'];
  startsAt: string;
  endsAt: string;
  hours: number;
  places: number;
  random: Random;
}

const instant = (day: string, hour: number) => `${day}T${String(hour).padStart(2, '0')}:00:00+08:00`;

/** The services of all teams: those of the last three years, and two that are planned. */
function* services(teams: readonly Team[], today: string): Generator<Service> {
  for (const team of teams) {
    const phase = new Random(`volunteer-services/${team.id}`).next();
    for (let number = 0; number < team.services + 2; number += 1) {
      const id = seedId('volunteer-service', team.divisionCode, (team.hour - 8) * 1000 + number);
      const random = new Random(`volunteer-service/${id}`);
      const isPlanned = number >= team.services;
      const day = isPlanned
        ? addDays(today, (number - team.services) * 7 + 3 + Math.floor(phase * 7))
        : addDays(today, -daysAgo((number + phase) / team.services));
      const hours = random.whole(2, 3);
      yield {
        id,
        team,
        kind: random.pick(volunteerServiceKinds),
        status: isPlanned ? 'PLANNED' : random.chance(0.03) ? 'CANCELLED' : 'HELD',
        startsAt: instant(day, team.hour),
        endsAt: instant(day, team.hour + hours),
        hours,
        places: team.places,
        random,
      };
    }
  }
}

const serviceColumns = [
  'id',
  'division_code',
  'volunteer_team_id',
  'title',
  'kind',
  'place',
  'starts_at',
  'ends_at',
  'status',
  'places',
  'leaflets',
  'cancel_reason',
];

function* serviceRows(planned: Iterable<Service>): Generator<CopyValue[]> {
  for (const { id, team, kind, status, startsAt, endsAt, places, random } of planned)
    yield [
      id,
      team.divisionCode,
      team.id,
      titles[kind],
      kind,
      `${team.name}活动点`,
      startsAt,
      endsAt,
      status,
      places,
      status !== 'HELD' ? 0 : kind === 'PUBLICITY' ? random.whole(20, 40) : random.whole(0, 12),
      status === 'CANCELLED' ? '天气原因' : null,
    ];
}

/**
 * The 800 leaflets of a report that names neither district nor day: counted for the city, on the day of the news. No other
 * service is registered for the city itself or for that day.
 */
const reportedRow = (): CopyValue[] => [
  seedId('volunteer-service', '410100', 0),
  '410100',
  null,
  titles.PUBLICITY,
  'PUBLICITY',
  '郑州市示例广场',
  instant('2015-10-22', 9),
  instant('2015-10-22', 11),
  'HELD',
  20,
  800,
  null,
];

const participationColumns = [
  'id',
  'division_code',
  'volunteer_service_id',
  'starts_at',
  'ends_at',
  'volunteer_id',
  'status',
  'hours',
  'signed_up_at',
  'confirmed_at',
];

/** The chance that a member takes part: those who are named first are the most eager. */
const eagerness = (position: number, members: number): number =>
  Math.max(0.15, 0.97 - (0.8 * position) / members);

/**
 * The members of a team in turn. Teams that meet often always ask the same members first, some of whom have many hours; other
 * teams ask someone else first each time.
 */
function* participationRows(all: Iterable<Service>): Generator<CopyValue[]> {
  const ordinals = new Map<string, number>();
  for (const { id, team, status, startsAt, endsAt, hours, places, random } of all) {
    if (status === 'CANCELLED') continue;
    const isHeld = status === 'HELD';
    const most = Math.ceil(places * (isHeld ? 0.75 : 0.4));
    const isFrequent = team.services >= weeklyServices;
    const asked = isFrequent ? Math.min(team.members.length, 24) : team.members.length;
    const start = isFrequent ? 0 : random.whole(0, asked - 1);
    let taken = 0;
    for (let turn = 0; turn < asked && taken < most; turn += 1) {
      if (!random.chance(eagerness(turn, asked))) continue;
      const ordinal = ordinals.get(team.divisionCode) ?? 0;
      ordinals.set(team.divisionCode, ordinal + 1);
      const attended = isHeld && random.chance(0.95);
      yield [
        seedId('volunteer-participation', team.divisionCode, ordinal),
        team.divisionCode,
        id,
        startsAt,
        endsAt,
        team.members[(start + turn) % asked] as string,
        attended ? 'ATTENDED' : isHeld ? 'ABSENT' : 'SIGNED_UP',
        attended ? hours : null,
        `${addDays(startsAt.slice(0, 10), isHeld ? -10 : -20)}T10:00:00+08:00`,
        attended ? endsAt : null,
      ];
      taken += 1;
    }
  }
}

/** The elders who were visited or came to a free clinic: the first ones of three communities. */
function* elderRows(city: SyntheticCity, all: Iterable<Service>): Generator<CopyValue[]> {
  for (const { id, team, kind, status, random } of all) {
    if (status !== 'HELD' || !isAboutElders(kind)) continue;
    const communities = city.communitiesOf(team.divisionCode);
    const start = random.whole(0, communities.length - 1);
    for (let turn = 0; turn < Math.min(3, communities.length); turn += 1) {
      const { code } = communities[(start + turn) % communities.length] as SyntheticCommunity;
      yield [id, elderId(code, 0), team.divisionCode];
    }
  }
}

export async function seedVolunteers({ city, scale, today, copy }: SeedTools): Promise<void> {
  const teams = [...ordinaryTeams(city, scale), ...namedTeams(city)];
  const all = () => services(teams, today);
  await copy('volunteer_team', teamColumns, teamRows(teams));
  await copy(encryptedVolunteer, volunteerColumns, volunteerRows(city, scale, today));
  await copy('volunteer_team_member', ['volunteer_team_id', 'volunteer_id'], memberRows(teams));
  await copy('volunteer_service', serviceColumns, [...serviceRows(all()), reportedRow()]);
  await copy('volunteer_participation', participationColumns, participationRows(all()));
  await copy(
    'volunteer_service_elder',
    ['volunteer_service_id', 'elder_id', 'division_code'],
    elderRows(city, all()),
  );
}

// The operations that the playground offers to each role, with variables for which there is data on that day.

import type { Bilingual } from '../page/language.ts';
import accessRecords from './examples/access-records.graphql?raw';
import blindSpots from './examples/blind-spots.graphql?raw';
import blindSpotsPerCleaner from './examples/blind-spots-per-cleaner.graphql?raw';
import community360 from './examples/community-360.graphql?raw';
import compareDivisions from './examples/compare-divisions.graphql?raw';
import councilBoard from './examples/council-board.graphql?raw';
import culturePerResident from './examples/culture-per-resident.graphql?raw';
import districtBoard from './examples/district-board.graphql?raw';
import eldersAndVisits from './examples/elders-and-visits.graphql?raw';
import eldersPerCareWorker from './examples/elders-per-care-worker.graphql?raw';
import gridProblems from './examples/grid-problems.graphql?raw';
import incidentsLive from './examples/incidents-live.graphql?raw';
import incidentsWithoutCameras from './examples/incidents-without-cameras.graphql?raw';
import loveSupermarkets from './examples/love-supermarkets.graphql?raw';
import myOwn from './examples/my-own.graphql?raw';
import nearby from './examples/nearby.graphql?raw';
import openIncidents from './examples/open-incidents.graphql?raw';
import petitions from './examples/petitions.graphql?raw';
import petitionsInHand from './examples/petitions-in-hand.graphql?raw';
import sessionsLive from './examples/sessions-live.graphql?raw';
import sessionsThisWeek from './examples/sessions-this-week.graphql?raw';
import trends from './examples/trends.graphql?raw';
import visitsByDistrict from './examples/visits-by-district.graphql?raw';
import volunteerWeek from './examples/volunteer-week.graphql?raw';

export interface Example {
  /** A role of tokens; `public` for everyone. */
  role: string;
  label: Bilingual;
  query: string;
  variables: Record<string, unknown>;
}

const dayMs = 86_400_000;

/** `days` after the day, as `2026-11-28`. */
const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

const monthsBefore = (day: string, months: number): string => {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 10);
};

interface Periods {
  today: string;
  week: { from: string; to: string };
  thisMonth: { from: string; to: string };
  /** Counts of persons are public for completed whole months. */
  yearOfMonths: { from: string; to: string };
}

const [city, district] = ['410100', '410105'];
const at = { longitude: 113.68, latitude: 34.79 };

export function examplesOf(today: string): readonly Example[] {
  const thisMonth = { from: `${today.slice(0, 8)}01`, to: today };
  const periods = {
    today,
    week: { from: today, to: addDays(today, 6) },
    thisMonth,
    yearOfMonths: { from: monthsBefore(today, 12), to: addDays(thisMonth.from, -1) },
  };
  return [...forEveryone(periods), ...forRoles(periods), ...forAnalysts(periods)];
}

const example = (
  role: string,
  [zh, en]: readonly [string, string],
  query: string,
  variables: Record<string, unknown> = {},
): Example => ({ role, label: { zh, en }, query, variables });

const forEveryone = ({ today, week, yearOfMonths }: Periods): readonly Example[] => [
  example('public', ['各区对比', 'Districts compared'], districtBoard, { period: yearOfMonths }),
  example('public', ['社区全景', 'All about a community'], community360, {
    code: '410105007001',
    today,
    week,
  }),
  example('public', ['本周活动', 'Sessions this week'], sessionsThisWeek, { within: district, week }),
  example('public', ['名额变化（订阅）', 'Seats, live'], sessionsLive, { within: city }),
  example('public', ['一刻钟便民圈', 'Within 15 minutes'], nearby, {
    at,
  }),
  example('public', ['志愿服务', 'Volunteering this week'], volunteerWeek, { code: district, week }),
  example('public', ['月度走势', 'Trends by month'], trends, {
    codes: ['410102', '410103', '410104', district, '410106', '410108'],
    period: yearOfMonths,
  }),
  example('public', ['爱心超市', 'Love supermarkets'], loveSupermarkets, {
    code: district,
    period: yearOfMonths,
  }),
  example('public', ['网格与议事', 'Grids and councils'], councilBoard, {
    code: '410105007',
    period: yearOfMonths,
  }),
  example('public', ['信访代办', 'Petitions'], petitions, {
    codes: [city, '410102', '410104', district],
    period: yearOfMonths,
  }),
];

const forRoles = ({ today, thisMonth }: Periods): readonly Example[] => [
  example('resident', ['我的预约与服务', 'My bookings and visits'], myOwn),
  example('care-worker', ['老人与今日工单', 'Elders and today’s visits'], eldersAndVisits, {
    within: district,
    day: { from: today, to: today },
  }),
  example('duty-officer', ['待处置事件', 'Open incidents'], openIncidents, { within: district }),
  example('duty-officer', ['事件动态（订阅）', 'Incidents, live'], incidentsLive, { within: district }),
  example('sanitation-dispatcher', ['卫生死角与附近车辆', 'Blind spots and vehicles'], blindSpots, {
    within: district,
    at,
  }),
  example('grid-worker', ['本月网格问题', 'Problems this month'], gridProblems, {
    within: district,
    month: thisMonth,
  }),
  example('petition-agent', ['在办事项', 'Matters in hand'], petitionsInHand, { within: district }),
  example('auditor', ['访问记录', 'Access records'], accessRecords, { period: thisMonth }),
];

/** Questions of analysts, each one query. Their answers are public, too. */
const forAnalysts = ({ yearOfMonths: period }: Periods): readonly Example[] => [
  example('analyst', ['每名服务员负责的老人', 'Elders per care worker'], eldersPerCareWorker),
  example('analyst', ['各区服务工单', 'Visits by district'], visitsByDistrict, { period }),
  example('analyst', ['有事件而少摄像机', 'Incidents and few cameras'], incidentsWithoutCameras, {
    period,
    cameras: 20,
  }),
  example('analyst', ['人均清理卫生死角', 'Blind spots cleared per cleaner'], blindSpotsPerCleaner, {
    period,
  }),
  example('analyst', ['每千人预约与到场', 'Bookings per 1,000 residents'], culturePerResident, { period }),
  example('analyst', ['两区全面对比', 'Two districts compared'], compareDivisions, {
    codes: ['410104', district],
    period,
  }),
];

// The operations that the playground opens with, and variables for which there is data.
import { readFileSync } from 'node:fs';
import { addDays, type DateRange, intervalStart, today } from '@district-graph/kit/calendar';

export interface Example {
  name: string;
  query: string;
  variables: string;
}

const text = (file: string): string =>
  readFileSync(new URL(`./examples/${file}.graphql`, import.meta.url), 'utf8');

const queries = {
  board: text('district-board'),
  community: text('community-360'),
  nearby: text('nearby'),
  supermarkets: text('love-supermarkets'),
  trends: text('trends'),
  volunteers: text('volunteer-week'),
  councils: text('council-board'),
  petitions: text('petitions'),
  eldersPerCareWorker: text('elders-per-care-worker'),
  visits: text('visits-by-district'),
  withoutCameras: text('incidents-without-cameras'),
  blindSpots: text('blind-spots-per-cleaner'),
  culture: text('culture-per-resident'),
  comparison: text('compare-divisions'),
};

const example = (name: string, query: string, variables: object): Example => ({
  name,
  query,
  variables: JSON.stringify(variables, null, 2),
});

/** Questions of analysts, each one query. */
const rankingExamples = (period: DateRange): Example[] => [
  example('每名服务员的老年人最多 MostEldersPerCareWorker', queries.eldersPerCareWorker, {}),
  example('各区服务工单 VisitsByDistrict', queries.visits, { period }),
  example('有事件而无摄像机 IncidentsWithoutCameras', queries.withoutCameras, { period, cameras: 20 }),
  example('人均清理卫生死角 BlindSpotsClearedPerCleaner', queries.blindSpots, { period }),
  example('每千人预约与到场 CulturePerThousandResidents', queries.culture, { period }),
  example('两区全面对比 CompareDivisions', queries.comparison, { codes: ['410104', '410105'], period }),
];

/** Computed for the day of the request, since a gateway runs for months. */
export function examples(day = today()): readonly Example[] {
  // Counts of persons are public for completed whole months.
  const thisMonth = intervalStart(day, 'MONTH');
  const aYearOfMonths = {
    from: intervalStart(addDays(thisMonth, -360), 'MONTH'),
    to: addDays(thisMonth, -1),
  };
  return [
    example('各区对比 DistrictBoard', queries.board, { period: { from: '2018-01-01', to: '2018-03-31' } }),
    example('社区全景 Community360', queries.community, {
      code: '410105007001',
      today: day,
      week: { from: day, to: addDays(day, 6) },
    }),
    example('一刻钟便民圈 FifteenMinutes', queries.nearby, { at: { longitude: 113.68, latitude: 34.79 } }),
    example('志愿服务 VolunteerWeek', queries.volunteers, {
      code: '410105',
      week: { from: day, to: addDays(day, 6) },
    }),
    example('月度走势 Trends', queries.trends, {
      codes: ['410102', '410103', '410104', '410105', '410106', '410108'],
      period: aYearOfMonths,
    }),
    example('爱心超市 LoveSupermarkets', queries.supermarkets, { code: '410105', period: aYearOfMonths }),
    example('网格与议事 CouncilBoard', queries.councils, { code: '410105007', period: aYearOfMonths }),
    example('信访代办 Petitions', queries.petitions, {
      codes: ['410100', '410102', '410104', '410105'],
      period: aYearOfMonths,
    }),
    ...rankingExamples(aYearOfMonths),
  ];
}

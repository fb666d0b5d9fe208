// The operations that the playground opens with, and variables that answer something.
import { readFileSync } from 'node:fs';
import { addDays, intervalStart, today } from '@district-graph/kit/calendar';

export interface Example {
  name: string;
  query: string;
  variables: string;
}

const example = (name: string, file: string, variables: object): Example => ({
  name,
  query: readFileSync(new URL(`./examples/${file}.graphql`, import.meta.url), 'utf8'),
  variables: JSON.stringify(variables, null, 2),
});

const day = today();
/** Persons are counted for everybody in whole months that are over. */
const thisMonth = intervalStart(day, 'MONTH');
const aYearOfMonths = { from: intervalStart(addDays(thisMonth, -360), 'MONTH'), to: addDays(thisMonth, -1) };

export const examples: readonly Example[] = [
  example('各区对比 DistrictBoard', 'district-board', { period: { from: '2018-01-01', to: '2018-03-31' } }),
  example('社区全景 Community360', 'community-360', {
    code: '410105007001',
    today: day,
    week: { from: day, to: addDays(day, 6) },
  }),
  example('一刻钟便民圈 FifteenMinutes', 'nearby', { at: { longitude: 113.68, latitude: 34.79 } }),
  example('月度走势 Trends', 'trends', {
    codes: ['410102', '410103', '410104', '410105', '410106', '410108'],
    period: aYearOfMonths,
  }),
];

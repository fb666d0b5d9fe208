// The figures of every overview are consistent, for every field and every division of the synthetic city.
import { addDays, today } from '@district-graph/kit/calendar';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import type { TestSubgraph } from '@district-graph/kit/testing/test-subgraph';
import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DivisionOverview, divisionOverviews } from '../testkit/overviews.ts';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import { notAdded, ofEvents, ownAtEachLevel, paidMonthly, underAlerts } from './overview-metrics.ts';

/** The field of Division and the type of the overview of a subgraph. */
const overviewOf = (owner: string) => divisionOverviews.get(owner) as DivisionOverview;

const mondayOf = (day: string) => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

const city = loadSyntheticCity('default');
/** From before the first reported figure to the end of this year. */
const always = `{ from: "2011-01-01", to: "${today().slice(0, 4)}-12-31" }`;

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.stop());

const subgraph = (owner: string): TestSubgraph => graph.subgraphs[owner] as TestSubgraph;

const schemaOf = (owner: string): GraphQLSchema =>
  buildASTSchema(parse(readSdl(new URL(`../../subgraphs/${owner}/`, import.meta.url))), {
    assumeValid: true,
    assumeValidSDL: true,
  });

/** Selects every count of a type: leaf fields, and those of objects and lists that are not pages of rows. */
function selectionOf(type: GraphQLObjectType): string {
  return Object.values(type.getFields()).map(selectField).join(' ');
}

function selectField(field: GraphQLField<unknown, unknown>): string {
  if (notAdded.includes(field.name) || field.name === 'trend') return '';
  const result = getNamedType(field.type);
  if (result.name.endsWith('Connection')) return '';
  const choices = field.args.filter(({ type }) => isNonNullType(type)).map((arg) => valuesOf(arg));
  const argumentsOf = choices.reduce<string[][]>(
    (lists, values) => lists.flatMap((list) => values.map((value) => [...list, value])),
    [[]],
  );
  const inside = isObjectType(result) ? `{ ${selectionOf(result)} }` : '';
  return argumentsOf
    .map(
      (args, index) =>
        `${field.name}_${index}: ${field.name}${args.length ? `(${args.join(', ')})` : ''} ${inside}`,
    )
    .join(' ');
}

function valuesOf({ name, type }: GraphQLField<unknown, unknown>['args'][number]): string[] {
  const argumentType = getNamedType(type);
  if (argumentType.name === 'DateRange') return [`${name}: ${always}`];
  if (isEnumType(argumentType)) return argumentType.getValues().map((value) => `${name}: ${value.name}`);
  throw new Error(`no value for the argument ${name} of type ${argumentType.name}`);
}

type Counts = Map<string, number | null>;

/** Counts by path; list entries are distinguished by their enum value. */
function countsOf(answer: unknown, path: string, counts: Counts = new Map()): Counts {
  if (answer === null || typeof answer === 'number') counts.set(path, answer);
  else if (Array.isArray(answer))
    for (const { severity_0: severity, ...entry } of answer) {
      const kind = severity ?? Object.values(entry).find((value) => typeof value === 'string');
      countsOf(entry, `${path}[${kind}]`, counts);
    }
  else if (typeof answer === 'object')
    for (const [field, value] of Object.entries(answer))
      countsOf(value, `${path}.${field.replace(/_0$/, '')}`, counts);
  return counts;
}

function metricsOf(owner: string): string[] {
  const { type: typeName } = overviewOf(owner);
  const { trend } = (schemaOf(owner).getType(typeName) as GraphQLObjectType).getFields();
  const metric = trend?.args.find(({ name }) => name === 'metric');
  const metrics = metric ? getNamedType(metric.type) : null;
  if (!isEnumType(metrics)) throw new Error(`${typeName}.trend has no metric`);
  return metrics.getValues().map(({ name }) => name);
}

interface Series {
  code: string;
  metric: string;
  points: { start: string; value: number }[];
}

/** The series of every metric, for the city and each district. */
async function allSeries(owner: string, interval: string, from: string, to: string): Promise<Series[]> {
  const { field } = overviewOf(owner);
  const r = ['410100', ...city.districts.map(({ code }) => code)].map((code) => ({
    __typename: 'Division',
    code,
  }));
  const all: Series[] = [];
  for (const metric of metricsOf(owner)) {
    const { data, errors } = await subgraph(owner).request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code ${field} {
        trend(metric: ${metric}, interval: ${interval}, period: { from: "${from}", to: "${to}" }) { start value }
      } } } }`,
      { r },
    );
    expect(errors).toBeUndefined();
    for (const { code, ...overview } of data._entities)
      all.push({ code, metric, points: overview[field].trend });
  }
  return all;
}

/** The points that differ from the previous one by more than a factor; values below the floor count as the floor. */
function jumpsIn({ code, metric, points }: Series, factor: number, floor: number): string[] {
  return points.slice(1).flatMap(({ start, value }, index) => {
    const before = points[index]?.value ?? 0;
    const [less, more] = [Math.min(before, value), Math.max(before, value)];
    return more > factor * Math.max(less, floor)
      ? [`${metric} of ${code}: ${before}, then ${value} of ${start}`]
      : [];
  });
}

/** The counts of every division. */
async function allCounts(owner: string): Promise<Map<string, Counts>> {
  const { field, type: typeName } = overviewOf(owner);
  const type = schemaOf(owner).getType(typeName) as GraphQLObjectType;
  const selection = `... on Division { code ${field} { ${selectionOf(type)} } }`;
  const byCode = new Map<string, Counts>();
  for (let start = 0; start < city.divisions.length; start += 200) {
    const representations = city.divisions
      .slice(start, start + 200)
      .map(({ code }) => ({ __typename: 'Division', code }));
    const { data, errors } = await subgraph(owner).request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`,
      { r: representations },
    );
    expect(errors).toBeUndefined();
    for (const { code, ...overview } of data._entities) byCode.set(code, countsOf(overview[field], field));
  }
  return byCode;
}

describe.each([...divisionOverviews.keys()])('the overview of %s', (owner) => {
  it('has counts that add up, and null instead of zero for unknown counts', async () => {
    const counts = await allCounts(owner);
    const faults: string[] = [];
    for (const [code, ofParent] of counts) {
      const children = city.divisions.filter(({ parentCode }) => parentCode === code);
      if (children.length === 0) continue;
      for (const [path, total] of ofParent) {
        const parts = children.map((child) => counts.get(child.code)?.get(path));
        // An unknown list has no entries.
        const known = parts.filter((part) => part !== null && part !== undefined);
        const sum = known.reduce((added, part) => added + part, 0);
        if (total === null || total === undefined) {
          if (known.some((part) => part > 0)) faults.push(`${path} of ${code}: null above ${sum}`);
        } else if (known.length > 0 && known.length < parts.length && sum === 0 && total > 0)
          faults.push(`${path} of ${code}: ${total}, but zero or unknown inside`);
        else if (sum > total) faults.push(`${path} of ${code}: ${total}, but ${sum} inside`);
        else if (
          known.length === parts.length &&
          sum < total &&
          !ownAtEachLevel.some((own) => path.startsWith(own))
        )
          faults.push(`${path} of ${code}: ${total}, but only ${sum} inside`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('has series that reach back three years', async () => {
    const { field } = overviewOf(owner);
    const period = `{ from: "${addDays(today(), -1094)}", to: "${today()}" }`;
    for (const name of metricsOf(owner)) {
      const { data, errors } = await subgraph(owner).request(
        `{ _entities(representations: [{ __typename: "Division", code: "410100" }]) { ... on Division { ${field} {
          trend(metric: ${name}, interval: MONTH, period: ${period}) { start value }
        } } } }`,
      );
      expect(errors).toBeUndefined();
      const series: { start: string; value: number }[] = data._entities[0][field].trend;
      for (const year of [1, 2, 3]) {
        const inYear = series.slice((year - 1) * 12, year * 12);
        expect(
          inYear.some(({ value }) => value > 0),
          `${name} of ${inYear[0]?.start} and the eleven months after it`,
        ).toBe(true);
      }
    }
  });

  // Only whole months, weeks and days, up to yesterday.
  it.each([
    [
      'MONTH',
      2,
      addDays(today(), -1095 + 40)
        .slice(0, 7)
        .concat('-01'),
      addDays(`${today().slice(0, 7)}-01`, -1),
    ],
    ['WEEK', 3, mondayOf(addDays(today(), -1095 + 40)), addDays(mondayOf(today()), -1)],
    ['DAY', 4, addDays(today(), -120), addDays(today(), -1)],
  ])('has series without jumps, by %s', async (interval, factor, from, to) => {
    const faults = (await allSeries(owner, interval, from, to))
      .filter(({ metric }) => !underAlerts.includes(metric))
      .filter(({ metric }) => interval === 'MONTH' || !paidMonthly.includes(metric))
      .flatMap((series) => {
        if (!ofEvents.includes(series.metric)) return jumpsIn(series, factor, 50);
        // A small district has a few events in a month.
        return series.code === '410100' ? jumpsIn(series, factor, 200) : jumpsIn(series, factor + 1, 300);
      });
    expect(faults).toEqual([]);
  });

  it('has four weeks up to yesterday that are similar to the four before', async () => {
    const faults = (await allSeries(owner, 'DAY', addDays(today(), -56), addDays(today(), -1)))
      .filter(({ metric }) => ![...underAlerts, ...paidMonthly].includes(metric))
      .flatMap(({ points, ...series }) => {
        const sumOf = (days: typeof points) => days.reduce((sum, { value }) => sum + value, 0);
        const halves = [points.slice(0, 28), points.slice(28)];
        const weeks = halves.map((days) => ({ start: days[0]?.start ?? '', value: sumOf(days) }));
        const isOfEvents = ofEvents.includes(series.metric);
        const inDistrict = isOfEvents && series.code !== '410100';
        return jumpsIn({ ...series, points: weeks }, inDistrict ? 3 : 2, isOfEvents ? 300 : 50);
      });
    expect(faults).toEqual([]);
  });

  it('has similar years', async () => {
    const years = [3, 2, 1].map((year) => [
      addDays(today(), -364 * year - 1),
      addDays(today(), -364 * (year - 1) - 1),
    ]);
    const series: Series[] = [];
    for (const [from = '', to = ''] of years)
      for (const { code, metric, points } of await allSeries(owner, 'MONTH', from, addDays(to, -1))) {
        const value = points.reduce((sum, point) => sum + point.value, 0);
        const known = series.find((one) => one.code === code && one.metric === metric);
        if (known) known.points.push({ start: from, value });
        else series.push({ code, metric, points: [{ start: from, value }] });
      }
    expect(
      series.flatMap((each) =>
        jumpsIn(each, 2, [...ofEvents, ...underAlerts].includes(each.metric) ? 300 : 50),
      ),
    ).toEqual([]);
  });
});

it('has records of every kind in every district and month of three years', async () => {
  const happened: [owner: string, table: string, time: string][] = [
    ['community', 'donation', 'received_on'],
    ['community', 'handout', 'handed_out_on'],
    ['community', 'grid_visit', 'visited_at'],
    ['community', 'grid_problem', 'found_at'],
    ['community', 'topic', 'proposed_on'],
    ['community', 'petition_matter', 'received_on'],
    ['culture', 'booking', 'booked_at'],
    ['culture', 'session', 'starts_at'],
    ['elderly-care', 'care_visit', 'scheduled_at'],
    ['sanitation', 'vehicle_dispatch', 'departed_at'],
    ['sanitation', 'blind_spot', 'reported_at'],
    ['sanitation', 'cleaning_run', 'day'],
    ['security', 'incident', 'raised_at'],
    ['security', 'safety_inspection', 'scheduled_on'],
  ];
  const from = `${addDays(today(), -1095 + 40).slice(0, 7)}-01`;
  const until = `${today().slice(0, 7)}-01`;
  const faults: string[] = [];
  for (const [owner, table, time] of happened) {
    const { sql } = subgraph(owner);
    const months = await sql<{ code: string; months: number }[]>`
      select left(division_code, 6) as code, count(distinct date_trunc('month', ${sql(time)}))::integer as months
      from ${sql(table)} where ${sql(time)} >= ${from} and ${sql(time)} < ${until} group by 1`;
    const whole =
      Number(until.slice(0, 4)) * 12 +
      Number(until.slice(5, 7)) -
      Number(from.slice(0, 4)) * 12 -
      Number(from.slice(5, 7));
    for (const { code } of city.districts) {
      const known = months.find((row) => row.code === code)?.months ?? 0;
      if (known !== whole) faults.push(`${table} of ${code}: in ${known} of ${whole} months`);
    }
  }
  expect(faults).toEqual([]);
});

it('has no session with more attendance than booked seats, or than capacity without booking', async () => {
  const { sql } = subgraph('culture');
  const over = await sql`
    select id from session where status = 'HELD' and attended > case when booking_required then seats_taken else capacity end`;
  expect(over).toEqual([]);
  const [kinds] = await sql<{ required: number; free: number }[]>`
    select count(*) filter (where booking_required) as required, count(*) filter (where not booking_required) as free
    from session where status = 'HELD'`;
  expect(kinds?.required).toBeGreaterThan(1000);
  expect(kinds?.free).toBeGreaterThan(1000);
});

// What the start page shows of the graph, and how it is asked: first by the gateway, then again in the browser.

import type { FigureValue } from '../design/data/figure.tsx';
import { addDays } from '../design/format/dates.ts';
import type { GraphAnswer, Preparation, Prepared } from '../page/page-definition.ts';
import countersQuery from './counters.graphql?raw';
import districtsQuery from './districts.graphql?raw';
import heroQuery from './hero.graphql?raw';

export { countersQuery, heroQuery };

export const cityCode = '410100';
export const firstCode = '410105';

export interface District {
  code: string;
  name: string;
}

export interface CountersData {
  city: {
    servicePoints: { totalCount: number | null } | null;
    elderlyCare: { elderCount: number | null; careWorkersOnDuty: number | null } | null;
    sanitation: { vehiclesOnDuty: number | null } | null;
    security: { cameras: number; devicesOnlineRate: number | null } | null;
    culture: { sessionSummary: { scheduled: number; seats: number; seatsTaken: number } } | null;
    community: { volunteerTeamCount: number } | null;
  } | null;
}

export interface StartData {
  /** The answer of the example, as JSON; null while the graph does not answer. */
  hero: string | null;
  counters: CountersData | null;
  districts: readonly District[];
}

/** The week from today on, both days included. */
const weekFrom = (today: string) => ({ from: today, to: addDays(today, 6) });

export const counterVariables = (today: string) => ({ week: weekFrom(today) });

export async function prepareStart({ ask, today }: Preparation): Promise<Prepared<StartData>> {
  const [hero, counters, districts] = (await Promise.all([
    ask(heroQuery, { code: firstCode }),
    ask(countersQuery, counterVariables(today)),
    ask(districtsQuery, {}),
  ])) as [GraphAnswer, GraphAnswer<CountersData>, GraphAnswer<{ divisions: { nodes: District[] } | null }>];
  return {
    data: {
      hero: hero.data ? answerText(hero.data) : null,
      counters: counters.data ?? null,
      districts: districts.data?.divisions?.nodes ?? [],
    },
  };
}

/** A document without its comment, with innermost selections in one line. */
export const queryText = (document: string): string =>
  document
    .replace(/^#.*\n/, '')
    .replace(/\{\s+([\w\s]{1,90}?)\s+\}/g, (_, inner: string) => `{ ${inner.replace(/\s+/g, ' ')} }`)
    .trim();

/** JSON in lines, with short objects in one. */
export const answerText = (data: unknown): string =>
  JSON.stringify(data, null, 2).replace(
    /\{\s+([^{}]{1,90}?)\s+\}/g,
    (_, inner: string) => `{ ${inner.replace(/\s+/g, ' ')} }`,
  );

export interface Counter {
  name: 'elders' | 'careWorkers' | 'points' | 'vehicles' | 'cameras' | 'sessions' | 'seats' | 'teams';
  value: FigureValue;
  format?: 'percentage';
}

/** The counters; those of a subgraph that is down are not available. */
export function countersOf(data: CountersData | null): Counter[] {
  const city = data?.city;
  const figure = <Part>(part: Part | null | undefined, read: (part: Part) => number | null): FigureValue =>
    part ? (read(part) ?? 'unknown') : 'unavailable';
  return [
    { name: 'elders', value: figure(city?.elderlyCare, ({ elderCount }) => elderCount) },
    { name: 'careWorkers', value: figure(city?.elderlyCare, ({ careWorkersOnDuty }) => careWorkersOnDuty) },
    { name: 'points', value: figure(city?.servicePoints, ({ totalCount }) => totalCount) },
    { name: 'vehicles', value: figure(city?.sanitation, ({ vehiclesOnDuty }) => vehiclesOnDuty) },
    {
      name: 'cameras',
      value: figure(city?.security, ({ devicesOnlineRate }) => devicesOnlineRate),
      format: 'percentage',
    },
    { name: 'sessions', value: figure(city?.culture, ({ sessionSummary }) => sessionSummary.scheduled) },
    {
      name: 'seats',
      value: figure(city?.culture, ({ sessionSummary: { seats, seatsTaken } }) =>
        seats === 0 ? null : seatsTaken / seats,
      ),
      format: 'percentage',
    },
    { name: 'teams', value: figure(city?.community, ({ volunteerTeamCount }) => volunteerTeamCount) },
  ];
}

// The queries that apps send to our own graph, each time with another name and other literals.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, today } from '@district-graph/kit/calendar';
import { root } from '../../processes/child-process.ts';
import { post } from '../load/post.ts';

/** The names of the files of public queries, with the values of their variables, as literals, for the n-th request. */
type Literals = (n: number) => Record<string, string>;

const day = today();
const districts = ['410102', '410103', '410104', '410105', '410106', '410108'];
const districtFor = (n: number) => JSON.stringify(districts[n % districts.length]);
const period = (n: number) => `{ from: "${addDays(day, -400 - n)}", to: "${addDays(day, -40 - (n % 300))}" }`;

async function queries(graphUrl: string): Promise<Record<string, Literals>> {
  const { data } = await post(
    graphUrl,
    JSON.stringify({
      query:
        '{ serviceCentres(within: "410105", first: 1) { nodes { id } } roads(within: "410105", first: 1) { nodes { id } } }',
    }),
  );
  const { serviceCentres, roads } = data as Record<'serviceCentres' | 'roads', { nodes: { id: string }[] }>;
  return {
    'district-board': (n) => ({ period: period(n) }),
    trends: (n) => ({ codes: JSON.stringify(districts.slice(n % 4)), period: period(n) }),
    'pollution-alert': (n) => ({ code: districtFor(n) }),
    nearby: (n) => ({ at: `{ longitude: ${113.6 + n / 10_000}, latitude: 34.79 }` }),
    'venue-week': (n) => ({
      centreId: JSON.stringify(serviceCentres.nodes[0]?.id),
      week: `{ from: "${addDays(day, -n)}", to: "${addDays(day, 6 - n)}" }`,
    }),
    'six-step-run': (n) => ({ roadId: JSON.stringify(roads.nodes[0]?.id), date: `"${addDays(day, -n)}"` }),
  };
}

/** Bodies of requests, no two of which have the same text. */
export async function coldBodies(graphUrl: string, count: number): Promise<string[]> {
  const all = Object.entries(await queries(graphUrl));
  return Array.from({ length: count }, (_, n) => {
    const [file, literals] = all[n % all.length] ?? ['', () => ({})];
    return JSON.stringify({ query: withLiterals(queryIn(file), literals(n), n) });
  });
}

/** The first operation of the file, with the fragments after it. */
function queryIn(file: string): string {
  const text = readFileSync(join(root, 'test', 'operations', `${file}.graphql`), 'utf8');
  const [query = '', ...others] = text
    .split(/^(?=query|mutation|subscription|fragment)/m)
    .filter((part) => !part.startsWith('#'));
  return [query, ...others.filter((part) => part.startsWith('fragment'))].join('');
}

const withLiterals = (query: string, literals: Record<string, string>, n: number): string =>
  query
    .replace(/^query \w+\([^)]*\)/, `query Cold${n}`)
    .replace(/first: \d+/, `first: ${1 + (n % 50)}`)
    .replace(/\$(\w+)/g, (variable, of: string) => literals[of] ?? variable);

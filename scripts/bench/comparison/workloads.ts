// The workloads of the gateway benchmark: graph, operations and number of connections.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addDays, today } from '@district-graph/kit/calendar';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { root } from '../../processes/child-process.ts';
import { archive, archiveQuery } from '../graphs/archive.ts';
import { type Graph, linked, subgraphUrl, supergraphOf } from '../graphs/graph.ts';
import { shop, shopQuery } from '../graphs/shop.ts';
import type { StaticSettings } from '../graphs/static-subgraphs.ts';
import { stationQueries, stations, stationsOne } from '../graphs/stations.ts';
import { post } from '../load/post.ts';
import { coldBodies } from './cold-operations.ts';
import type { Options } from './options.ts';

export interface Workload {
  name: string;
  /** Its description in the report. */
  about: string;
  connections: number;
  /** Whether every request has a different authorization, so that no gateway can deduplicate requests. */
  unique: boolean;
}

/** Workloads on one graph, for which the gateways are started once. */
export interface Suite {
  name: string;
  supergraph: string;
  subgraphs: readonly { name: string; url: string; sdl: string }[];
  statics: StaticSettings;
  /** One body that is repeated, or many to measure the time to the first response of each. */
  bodies: readonly string[];
  /** With many bodies: the number of bodies before the measured ones. */
  warmUps: number;
  workloads: readonly Workload[];
}

/** Whether each body is sent once, to measure the first run of an operation. */
export const isCold = ({ bodies }: Suite): boolean => bodies.length > 1;

const ownSuite = (
  graph: Graph,
  port: number,
  queries: readonly string[],
  workloads: readonly Workload[],
  warmUps = 0,
): Suite => ({
  name: graph.name,
  supergraph: supergraphOf(graph, port),
  subgraphs: graph.subgraphs.map(({ name, sdl }) => ({
    name,
    url: subgraphUrl(name, port),
    sdl: linked(sdl),
  })),
  statics: { port, graph: graph.name },
  bodies: queries.map((query) => JSON.stringify({ query })),
  warmUps,
  workloads,
});

/** The suites of the options; reports those that cannot run. */
export async function suitesOf(options: Options, report: (line: string) => void): Promise<Suite[]> {
  const { firstPort: port, connections } = options;
  const warmUps = options.isQuick ? 10 : 30;
  const suites = [
    ownSuite(
      shop,
      port,
      [shopQuery],
      [
        {
          name: 'shop',
          about: `Users, reviews, products: 16 planned fetches, an answer of about 88 KB. The same request over ${connections} connections, so that a gateway may answer identical ones once.`,
          connections,
          unique: false,
        },
        {
          name: 'shop-unique',
          about: `The same over ${connections} connections, every request with an authorization of its own that is passed on: nothing can be shared between requests.`,
          connections,
          unique: true,
        },
        {
          name: 'shop-one',
          about: 'The same over one connection: how long one request takes by itself.',
          connections: 1,
          unique: true,
        },
      ],
    ),
    ownSuite(
      archive,
      port,
      [archiveQuery],
      [
        {
          name: 'archive',
          about:
            'One fetch, an answer of about 8 MB, over 4 connections, every request with an authorization of its own.',
          connections: 4,
          unique: true,
        },
      ],
    ),
    ...[stations, stationsOne].map((graph) =>
      ownSuite(
        graph,
        port,
        stationQueries(options.operations + warmUps),
        [
          {
            name: graph.name,
            about: `Seven overlapping subgraphs, ${graph === stations ? 'each with the root field' : 'one with the root field'}, ${options.operations} operations of different shapes, each sent once, one after the other: the time to the first answer is parsing, planning and one run.`,
            connections: 1,
            unique: false,
          },
        ],
        warmUps,
      ),
    ),
  ];
  const isChosen = ({ name }: Workload) => options.workloads.length === 0 || options.workloads.includes(name);
  const chosen: Suite[] = suites.map((suite) => ({ ...suite, workloads: suite.workloads.filter(isChosen) }));
  const district: Workload = {
    name: 'district-board',
    about: `Our own graph's DistrictBoard over ${connections} connections, every request with an authorization of its own; the subgraphs' answers are recorded once and repeated.`,
    connections,
    unique: true,
  };
  const cold: Workload = {
    name: 'cold-own',
    about: `The queries that apps send to our own graph, ${options.operations} with a name and literals of their own, each sent once: the time to the first answer.`,
    connections: 1,
    unique: false,
  };
  const own = [district, cold].filter(isChosen);
  if (own.length && !options.districtGraphUrl)
    report(
      `${own.map(({ name }) => name).join(', ')}: skipped; set DISTRICT_GRAPH_URL to a running gateway of npm start`,
    );
  else if (options.districtGraphUrl) {
    const { districtGraphUrl: url } = options;
    if (isChosen(district)) chosen.push(await districtSuite(port, url, district, [boardBody()]));
    if (isChosen(cold)) {
      const bodies = await coldBodies(url, options.operations + warmUps);
      chosen.push({ ...(await districtSuite(port, url, cold, bodies)), name: 'cold-own', warmUps });
    }
  }
  return chosen.filter(({ workloads }) => workloads.length > 0);
}

function boardBody(): string {
  const day = today();
  return JSON.stringify({
    query: readFileSync(join(root, 'test', 'operations', 'district-board.graphql'), 'utf8'),
    variables: { period: { from: addDays(day, -45), to: day } },
  });
}

async function districtSuite(
  port: number,
  graphUrl: string,
  workload: Workload,
  bodies: readonly string[],
): Promise<Suite> {
  const upstreams: Record<string, string> = {};
  const subgraphs: { name: string; url: string; sdl: string }[] = [];
  const running = await post(graphUrl, bodies[0] ?? '');
  if (running.errors) throw new Error(`${graphUrl}: ${JSON.stringify(running.errors)}`);
  for (const { name, port: ownPort } of listedSubgraphs) {
    const upstream =
      process.env[`${variablePrefix(name)}_URL`] || `http://${new URL(graphUrl).hostname}:${ownPort}/graphql`;
    upstreams[name] = upstream;
    subgraphs.push({
      name,
      url: subgraphUrl(name, port),
      sdl: readSdl(pathToFileURL(join(root, 'subgraphs', name, '/'))),
    });
  }
  const supergraph = readFileSync(join(root, 'schema', 'supergraph.graphql'), 'utf8').replaceAll(
    /(@join__graph\(name: "([^"]+)", url: )"[^"]*"/g,
    (_, before: string, name: string) => `${before}"${subgraphUrl(name, port)}"`,
  );
  return {
    name: 'district',
    supergraph,
    subgraphs,
    statics: { port, upstreams },
    bodies,
    warmUps: 0,
    workloads: [workload],
  };
}

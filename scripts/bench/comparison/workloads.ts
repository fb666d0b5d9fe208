// What is asked of the gateways: which graph, which operations, over how many connections.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, today } from '@district-graph/kit/calendar';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { root } from '../../processes/child-process.ts';
import { archive, archiveQuery } from '../graphs/archive.ts';
import { type Graph, linked, subgraphUrl, supergraphOf } from '../graphs/graph.ts';
import { shop, shopQuery } from '../graphs/shop.ts';
import type { StaticSettings } from '../graphs/static-subgraphs.ts';
import { stationQueries, stations } from '../graphs/stations.ts';
import type { Options } from './options.ts';

export interface Workload {
  name: string;
  /** What the report says of it. */
  about: string;
  connections: number;
  /** Whether every request has an authorization of its own: then no gateway can answer two with one. */
  unique: boolean;
}

/** Workloads on one graph: the gateways are started once for all of them. */
export interface Suite {
  name: string;
  supergraph: string;
  subgraphs: readonly { name: string; url: string; sdl: string }[];
  statics: StaticSettings;
  /** One body to be sent again and again; or many for the time to the first answer of each. */
  bodies: readonly string[];
  /** With many bodies: how many of them come before what is measured. */
  warmUps: number;
  workloads: readonly Workload[];
}

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

/** The suites that the options ask for; what cannot be had is said. */
export async function suitesOf(options: Options, say: (line: string) => void): Promise<Suite[]> {
  const { firstPort: port, connections } = options;
  const stationWarmUps = options.isQuick ? 10 : 30;
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
    ownSuite(
      stations,
      port,
      stationQueries(options.operations + stationWarmUps),
      [
        {
          name: 'stations',
          about: `Seven overlapping subgraphs, ${options.operations} operations of different shapes, each asked once, one after the other: the time to the first answer is parsing, planning and one run.`,
          connections: 1,
          unique: false,
        },
      ],
      stationWarmUps,
    ),
  ];
  const isAsked = ({ name }: Workload) => options.workloads.length === 0 || options.workloads.includes(name);
  const asked: Suite[] = suites.map((suite) => ({ ...suite, workloads: suite.workloads.filter(isAsked) }));
  const district: Workload = {
    name: 'district-board',
    about: `Our own graph's DistrictBoard over ${connections} connections, every request with an authorization of its own; the subgraphs' answers are recorded once and repeated.`,
    connections,
    unique: true,
  };
  if (isAsked(district)) {
    if (options.districtGraphUrl) {
      asked.push(await districtSuite(port, options.districtGraphUrl, district));
    } else {
      say('district-board: skipped, for DISTRICT_GRAPH_URL does not name a running gateway of npm start');
    }
  }
  return asked.filter(({ workloads }) => workloads.length > 0);
}

async function districtSuite(port: number, graphUrl: string, workload: Workload): Promise<Suite> {
  const upstreams: Record<string, string> = {};
  const subgraphs: { name: string; url: string; sdl: string }[] = [];
  const day = today();
  const body = JSON.stringify({
    query: readFileSync(join(root, 'test', 'operations', 'district-board.graphql'), 'utf8'),
    variables: { period: { from: addDays(day, -45), to: day } },
  });
  const running = await post(graphUrl, body);
  if (running.errors) throw new Error(`${graphUrl}: ${JSON.stringify(running.errors)}`);
  for (const { name, port: ownPort } of listedSubgraphs) {
    const upstream =
      process.env[`${variablePrefix(name)}_URL`] || `http://${new URL(graphUrl).hostname}:${ownPort}/graphql`;
    const { data } = await post(upstream, JSON.stringify({ query: '{ _service { sdl } }' }));
    upstreams[name] = upstream;
    subgraphs.push({
      name,
      url: subgraphUrl(name, port),
      sdl: (data as { _service: { sdl: string } })._service.sdl,
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
    bodies: [body],
    warmUps: 0,
    workloads: [workload],
  };
}

export async function post(url: string, body: string): Promise<{ data?: unknown; errors?: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  });
  return (await response.json()) as { data?: unknown; errors?: unknown };
}

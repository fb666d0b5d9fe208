// What the engine's tests stand on: a federated graph in one process, its subgraphs run by graphql-js.
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { type OperationLimits, subgraphLimits } from '@district-graph/kit/operation/limits';
import { composeSupergraph } from '@district-graph/schema/compose';
import { type GraphQLFormattedError, graphql, parse } from 'graphql';
import { Engine, type EngineOptions } from '../execution/engine.ts';
import type { RequestContext } from '../execution/request-context.ts';
import type { PlannerOptions } from '../planning/planner.ts';

export interface TestedSubgraph {
  name: string;
  sdl: string;
  resolvers: Record<string, Record<string, unknown>>;
}

export interface TestedAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's; the test states what it expects of it.
  data?: any;
  errors?: GraphQLFormattedError[];
}

export type TestedViewer = Pick<RequestContext, 'hasPermission' | 'reportRefused' | 'requester'>;

export interface Federation {
  engine: Engine;
  sdl: string;
  options: EngineOptions;
  request: (
    query: string,
    variables?: Record<string, unknown>,
    viewer?: TestedViewer,
  ) => Promise<TestedAnswer>;
  /** The same, as the text that the client gets. */
  requestText: (query: string, request?: Partial<GraphQLOperation>, viewer?: TestedViewer) => Promise<string>;
  /** The calls since the last look: subgraph and request. */
  calls: () => { subgraph: string; query: string; variables: Record<string, unknown> }[];
  /** Answers for a subgraph in the place of its own; null ends that. */
  replaceSubgraph: (subgraph: string, answer: ((body: string) => Promise<string> | string) | null) => void;
  stop: () => Promise<void>;
}

/** Wide: what generated operations and hostile ones are tested for lies behind. */
const testedLimits: OperationLimits = {
  ...subgraphLimits,
  maxSelections: 10_000,
  maxAliases: 1000,
  maxRootFields: 10_000,
  maxDepth: 100,
  maxDirectivesInPlace: 100,
  maxFragments: 1000,
  maxCost: 0,
};

const withoutTraces = (answer: string) => answer.replaceAll(/"traceId":"[^"]*"/g, '');

/** JSON text as a server may write it that does not write it as most do. */
export const withSpaces = (text: string): string =>
  text.replaceAll(/("(?:[^"\\]|\\.)*")|([{}[\],:])/g, (_found, string, mark) => string ?? ` ${mark}\n`);

const header =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external", "@provides", "@shareable", "@interfaceObject", "@inaccessible", "@override", "@composeDirective"])\n';

export async function federate(
  subgraphs: readonly TestedSubgraph[],
  options: Partial<Omit<EngineOptions, 'planner'>> & { planner?: Partial<PlannerOptions> } = {},
): Promise<Federation> {
  const sources = subgraphs.map(({ name, sdl, resolvers }) => ({ name, sdl: header + sdl, resolvers }));
  const schemas = new Map(
    sources.map(({ name, sdl, resolvers }) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }] as Parameters<typeof buildSubgraphSchema>[0]),
    ]),
  );
  const log = () => {};
  const sdl = composeSupergraph(
    sources.map(({ name, sdl: source }) => ({ name, url: `http://${name}.test/graphql`, sdl: source })),
  );
  const graphOptions: EngineOptions = {
    maxOperations: 100,
    maxOperationBytes: 1_000_000,
    maxGeneratedBytes: 1_000_000,
    generateAfter: 1,
    generateFromBytes: 65_536,
    limits: testedLimits,
    validationTimeoutMs: 2000,
    maxResponseBytes: 10_000_000,
    log,
    ...options,
    planner: {
      threads: 1,
      timeoutMs: 5000,
      maxHeapMegabytes: 512,
      maxWaiting: 100,
      maxSelections: 10_000,
      maxTypeConditions: 10_000,
      log,
      ...options.planner,
    },
  };
  const graph = await Engine.load(sdl, graphOptions);
  let calls: ReturnType<Federation['calls']> = [];
  const replaced = new Map<string, (body: string) => Promise<string> | string>();
  const call = async (subgraph: string, body: string): Promise<string> => {
    const { query, variables, operationName } = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'));
    calls = [...calls, { subgraph, query, variables }];
    const replacement = replaced.get(subgraph);
    if (replacement) return replacement(body);
    const schema = schemas.get(subgraph);
    if (!schema) throw new Error(`no subgraph ${subgraph}`);
    const result = await graphql({ schema, source: query, variableValues: variables, operationName });
    return Buffer.from(JSON.stringify(result), 'utf8').toString('latin1');
  };
  const askForText: Federation['requestText'] = async (query, request = {}, viewer = {}) => {
    const once = async (): Promise<string> => {
      const { body, encoding } = await graph.answer(
        { query, operationName: null, variables: null, extensions: null, method: 'POST', ...request },
        { call, viewer: null, headers: {}, ...viewer },
      );
      return (typeof body === 'string' ? Buffer.from(body, encoding) : body).toString('utf8');
    };
    if (query.startsWith('mutation')) return once();
    // The first run is the general way, the others by generated code.
    const before = calls;
    const general = await once();
    for (const _run of ['second', 'third']) {
      calls = before;
      const generated = await once();
      if (withoutTraces(general) !== withoutTraces(generated))
        throw new Error(`two answers: ${general} and ${generated}`);
    }
    return general;
  };
  return {
    engine: graph,
    sdl,
    options: graphOptions,
    request: async (query, variables = {}, viewer = {}) =>
      JSON.parse(await askForText(query, { variables }, viewer)) as TestedAnswer,
    requestText: askForText,
    calls: () => {
      const since = calls;
      calls = [];
      return since;
    },
    replaceSubgraph: (subgraph, answer) => {
      if (answer) replaced.set(subgraph, answer);
      else replaced.delete(subgraph);
    },
    stop: () => graph.close(),
  };
}

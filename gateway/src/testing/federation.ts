// Test support for the engine: a federated graph in one process, whose subgraphs are executed by graphql-js.
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { type OperationLimits, subgraphLimits } from '@district-graph/kit/operation/limits';
import { composeSupergraph } from '@district-graph/schema/compose';
import { type GraphQLFormattedError, type GraphQLSchema, graphql, parse } from 'graphql';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import type { RequestContext } from '../engine/request-context.ts';
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

interface SubgraphCall {
  subgraph: string;
  query: string;
  variables: Record<string, unknown>;
}

type AnswerCall = (body: string) => Promise<string> | string;

type TestedOptions = Partial<Omit<EngineOptions, 'planner'>> & { planner?: Partial<PlannerOptions> };

export interface Federation {
  engine: Engine;
  sdl: string;
  options: EngineOptions;
  request: (
    query: string,
    variables?: Record<string, unknown>,
    viewer?: TestedViewer,
  ) => Promise<TestedAnswer>;
  /** The same, as the text that the client receives. */
  requestText: (query: string, request?: Partial<GraphQLOperation>, viewer?: TestedViewer) => Promise<string>;
  /** Executes a call on the resolvers of a subgraph. */
  call: RequestContext['call'];
  /** The calls to subgraphs since it was last called. */
  calls: () => SubgraphCall[];
  /** Answers the calls to a subgraph instead of its resolvers; null restores them. */
  replaceSubgraph: (subgraph: string, answer: AnswerCall | null) => void;
  stop: () => Promise<void>;
}

/** Wide limits: what generated and hostile operations are tested for is behind them. */
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

/** JSON text with white space, as some servers write it. */
export const withSpaces = (text: string): string =>
  text.replaceAll(/("(?:[^"\\]|\\.)*")|([{}[\],:])/g, (_found, string, mark) => string ?? ` ${mark}\n`);

const header =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external", "@provides", "@shareable", "@interfaceObject", "@inaccessible", "@override", "@composeDirective"])\n';

/** The SDL of a tested subgraph with the directives of federation. */
export const sdlOf = ({ sdl }: TestedSubgraph): string => header + sdl;

export const schemaOf = ({ sdl, resolvers }: TestedSubgraph): GraphQLSchema =>
  buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }] as Parameters<typeof buildSubgraphSchema>[0]);

/** Executes calls to subgraphs and records them. */
class RecordedSubgraphs {
  calls: SubgraphCall[] = [];
  readonly replaced = new Map<string, AnswerCall>();
  #schemas: ReadonlyMap<string, GraphQLSchema>;

  constructor(subgraphs: readonly TestedSubgraph[]) {
    this.#schemas = new Map(subgraphs.map((subgraph) => [subgraph.name, schemaOf(subgraph)]));
  }

  call = async (subgraph: string, body: string): Promise<string> => {
    const { query, variables, operationName } = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'));
    this.calls = [...this.calls, { subgraph, query, variables }];
    const replacement = this.replaced.get(subgraph);
    if (replacement) return replacement(body);
    const schema = this.#schemas.get(subgraph);
    if (!schema) throw new Error(`no subgraph ${subgraph}`);
    const result = await graphql({ schema, source: query, variableValues: variables, operationName });
    return Buffer.from(JSON.stringify(result), 'utf8').toString('latin1');
  };
}

const log = () => {};

const engineOptions = ({ planner, ...options }: TestedOptions): EngineOptions => ({
  maxOperations: 100,
  maxOperationBytes: 1_000_000,
  maxGeneratedBytes: 1_000_000,
  generateAfter: 1,
  generateFromBytes: 65_536,
  generateShare: 1,
  limits: testedLimits,
  validationTimeoutMs: 2000,
  maxResponseBytes: 10_000_000,
  log,
  ...options,
  planner: {
    planner: 'own',
    threads: 1,
    timeoutMs: 5000,
    maxHeapMegabytes: 512,
    maxWaiting: 100,
    maxSelections: 10_000,
    maxTypeConditions: 10_000,
    log,
    ...planner,
  },
});

/** Composes the subgraphs and loads an engine for them. */
export async function federate(
  subgraphs: readonly TestedSubgraph[],
  testedOptions: TestedOptions = {},
): Promise<Federation> {
  const sources = subgraphs.map((subgraph) => ({ ...subgraph, sdl: sdlOf(subgraph) }));
  const recorded = new RecordedSubgraphs(sources);
  const sdl = composeSupergraph(
    sources.map(({ name, sdl: source }) => ({ name, url: `http://${name}.test/graphql`, sdl: source })),
  );
  const options = engineOptions(testedOptions);
  const engine = await Engine.load(sdl, options);
  const requestText = requestTextOf(engine, recorded);
  return {
    engine,
    sdl,
    options,
    request: async (query, variables = {}, viewer = {}) =>
      JSON.parse(await requestText(query, { variables }, viewer)) as TestedAnswer,
    requestText,
    call: recorded.call,
    calls: () => {
      const { calls } = recorded;
      recorded.calls = [];
      return calls;
    },
    replaceSubgraph: (subgraph, answer) => {
      if (answer) recorded.replaced.set(subgraph, answer);
      else recorded.replaced.delete(subgraph);
    },
    stop: () => engine.close(),
  };
}

/** Runs each query three times, first interpreted, then by generated code, and fails when the answers differ. */
const requestTextOf =
  (engine: Engine, recorded: RecordedSubgraphs): Federation['requestText'] =>
  async (query, request = {}, viewer = {}) => {
    const { call } = recorded;
    const once = async (): Promise<string> => {
      const { body, encoding } = await engine.answer(
        { query, operationName: null, variables: null, extensions: null, method: 'POST', ...request },
        { call, viewer: null, headers: {}, ...viewer },
      );
      return (typeof body === 'string' ? Buffer.from(body, encoding) : body).toString('utf8');
    };
    if (query.startsWith('mutation')) return once();
    const { calls } = recorded;
    const interpreted = await once();
    for (const _run of ['second', 'third']) {
      recorded.calls = calls;
      const generated = await once();
      if (withoutTraces(interpreted) !== withoutTraces(generated))
        throw new Error(`two answers: ${interpreted} and ${generated}`);
    }
    return interpreted;
  };

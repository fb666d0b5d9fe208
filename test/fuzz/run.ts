// Sends generated operations through the gateway to generated graphs, and reports every difference from the expected response.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { startGateway } from '@district-graph/gateway/server';
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import { Random } from '@district-graph/kit/seed/random';
import { type ExecutionResult, type GraphQLSchema, parse } from 'graphql';
import { blameOf } from './comparison/blame.ts';
import {
  type Answered,
  compareExact,
  compareFaulty,
  compareRefused,
  compareRuns,
  type Difference,
  hasNullCondition,
} from './comparison/compare.ts';
import { apiSchema, expectedAnswer, startStock } from './comparison/reference.ts';
import { type Withholding, withholding } from './graph/access-rules.ts';
import { generateGraph } from './graph/generate-graph.ts';
import type { Graph } from './graph/model.ts';
import { type Operation, randomOperation } from './operations/operations.ts';
import { shrink } from './operations/shrink.ts';
import {
  calm,
  type Fault,
  type Form,
  faultKinds,
  forms,
  type Situation,
  SubgraphServers,
} from './subgraphs.ts';

export interface FuzzOptions {
  operations: number;
  /** The share of operations during which a subgraph is faulty. */
  faults: number;
  /** Whether operations that differ are also sent to stock Apollo. */
  stock: boolean;
  /** Whether failing operations are shrunk. */
  shrink: boolean;
}

export interface Finding extends Difference {
  seed: number;
  index: number;
  operation: Operation;
  fault: Fault | null;
  slow: boolean;
  supergraph: string;
  sdl: string;
  expected: ExecutionResult;
  actual: ExecutionResult;
  /** The result of stock Apollo: 'right', or its difference. Null when it was not asked. */
  stock: string | null;
}

export interface SeedReport {
  seed: number;
  operations: number;
  /** How many plans were shown by the gateway that has both planners, and how many of them its own planner made. */
  plans: { all: number; own: number };
  discarded: string[];
  findings: Finding[];
}

interface Case {
  operation: Operation;
  fault: Fault | null;
  slow: boolean;
  seed: string;
}

type Answer = (operation: Operation) => Promise<ExecutionResult>;

/** Each operation is planned by the gateway's own planner where it is plain, and by Apollo's. */
const planners = ['own', 'apollo'] as const;
type Gateways = readonly (readonly [planner: (typeof planners)[number], answer: Answer])[];

const answerMs = 15_000;
const viewerKey = `one:${Buffer.alloc(32, 'fuzz').toString('base64url')}`;

export async function runSeed(seed: number, options: FuzzOptions): Promise<SeedReport> {
  const servers = await SubgraphServers.listen(5);
  const ports = new Map<string, string>();
  const { graph, discarded } = generateGraph(seed, (name) => {
    if (!ports.has(name)) ports.set(name, urlOf(servers[ports.size]));
    return ports.get(name) ?? '';
  });
  const ordered = graph.subgraphs.map(({ name }) => {
    const server = servers.find((each) => urlOf(each) === ports.get(name));
    if (!server) throw new Error(`no server for ${name}`);
    return server;
  });
  const subgraphs = new SubgraphServers(graph, ordered);
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const closing: (() => Promise<unknown>)[] = [
    () => subgraphs.close(),
    ...servers.filter((each) => !ordered.includes(each)).map((each) => async () => void each.close()),
  ];
  try {
    const file = join(folder, 'supergraph.graphql');
    const ruled = withholding(graph.supergraph, seed);
    writeFileSync(file, ruled.supergraph);
    const config = readConfig({
      PORT: '4000',
      SUPERGRAPH: file,
      // With a signing key, the gateway has a viewer: one without any scope.
      VIEWER_KEYS: ruled.withheld.size ? viewerKey : '',
      PLANNER_THREADS: '1',
      PLANNING_TIMEOUT_MS: '10000',
      BREAKER_FAILURES: '1000',
      // Generated operations are above the limits for clients, and their lists are shorter than estimated.
      MAX_COST: '0',
      MAX_ALIASES: '100000',
      MAX_DIRECTIVES: '100000',
      MAX_DIRECTIVES_PER_LOCATION: '1000',
      MAX_FRAGMENTS: '100000',
      MAX_SELECTIONS: '100000',
      // Both execution paths are compared with the expected response: the first run is without compiled code.
      COMPILE_AFTER: '1',
    });
    config.operations.generateShare = 1;
    // Or with compiled code only for responses above a size, which can be 0.
    config.operations.generateFromBytes = [config.operations.generateFromBytes, 300, 0][seed % 3] ?? 0;
    const logged: string[] = [];
    const plans = { all: 0, own: 0 };
    const starting = planners.map(async (planner) => {
      const options = { ...config, port: 0, planner: { ...config.planner, planner } };
      const gateway = await startGateway(options, (event) => logged.push(JSON.stringify(event)));
      closing.unshift(() => gateway.stop());
      const onPlan = (name: string) => {
        plans.all += 1;
        if (name === 'own') plans.own += 1;
      };
      return [planner, clientOf(gateway.url, planner === 'own' ? onPlan : null)] as const;
    });
    const schema = await apiSchema(graph.supergraph);
    await Promise.allSettled(starting);
    const gateways = await Promise.all(starting).catch((error: Error) => {
      throw new Error(`the gateway refuses the supergraph of seed ${seed}: ${error.message}`);
    });
    const stock = options.stock ? await startStock(graph.supergraph) : null;
    if (stock) closing.unshift(() => stock.stop());
    const bench = new Bench(graph, ruled, schema, subgraphs, gateways, logged);
    const report: SeedReport = { seed, operations: 0, plans, discarded, findings: [] };
    for (let index = 0; index < options.operations; index += 1) {
      const drawn = drawCase(graph, schema, `${seed} ${index}`, options.faults);
      if (!drawn) continue;
      report.operations += 1;
      const found = await bench.examine(drawn);
      if (!found) continue;
      const operation = options.shrink
        ? await shrink(schema, drawn.operation, async (smaller) => {
            const other = await bench.examine({ ...drawn, operation: smaller });
            return other?.kind === found.kind;
          })
        : drawn.operation;
      const small = { ...drawn, operation };
      const last = (await bench.examine(small)) ?? found;
      const sdl = graph.subgraphs.map((each) => `# ${each.name}\n${each.sdl}`).join('\n\n');
      report.findings.push({
        ...last,
        seed,
        index,
        operation,
        fault: drawn.fault,
        slow: drawn.slow,
        supergraph: ruled.supergraph,
        sdl,
        stock: stock && ((await bench.examineAnswer(small, stock.answer))?.kind ?? 'right'),
      });
    }
    return report;
  } finally {
    for (const close of closing) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function drawCase(graph: Graph, schema: GraphQLSchema, seed: string, faults: number): Case | null {
  const drawn = randomOperation(schema, seed);
  if (!drawn) return null;
  const random = new Random(`case ${seed}`);
  const fault = random.chance(faults)
    ? { subgraph: random.pick(graph.subgraphs).name, kind: random.pick(faultKinds) }
    : null;
  return { operation: drawn.operation, fault, slow: random.chance(0.2), seed };
}

/** One graph, with the gateway and subgraphs that answer its operations. */
class Bench {
  #graph: Graph;
  #withheld: ReadonlySet<string>;
  #schema: GraphQLSchema;
  #subgraphs: SubgraphServers;
  #gateways: Gateways;
  #logged: string[];

  constructor(
    graph: Graph,
    { withheld }: Withholding,
    schema: GraphQLSchema,
    subgraphs: SubgraphServers,
    gateways: Gateways,
    logged: string[],
  ) {
    this.#logged = logged;
    this.#graph = graph;
    this.#withheld = withheld;
    this.#schema = schema;
    this.#subgraphs = subgraphs;
    this.#gateways = gateways;
  }

  /** The first difference between the expected response and those of the gateways, if there is one. */
  async examine(drawn: Case): ReturnType<Bench['examineAnswer']> {
    for (const [planner, execute] of this.#gateways) {
      const difference = await this.examineAnswer(drawn, execute);
      if (difference)
        return planner === 'own' ? difference : { ...difference, kind: `${planner}: ${difference.kind}` };
    }
    return null;
  }

  /** The difference between the expected response and that of `execute`. */
  async examineAnswer(
    { operation, fault, slow, seed }: Case,
    execute: Answer,
  ): Promise<(Difference & { expected: ExecutionResult; actual: ExecutionResult }) | null> {
    const document = parse(operation.query);
    const expected = await expectedAnswer(
      this.#schema,
      this.#subgraphs.data,
      document,
      operation,
      this.#withheld,
    );
    const isRefused = hasNullCondition(document, operation.variables);
    let before: ExecutionResult | null = null;
    for (const form of formsOf(seed, fault)) {
      const situation: Situation = { ...calm(seed), fault, slow, form };
      const answered = await this.#answered(operation, situation, execute);
      if ('kind' in answered) return { ...answered, expected: expected.result, actual: {} };
      const { result } = answered;
      const difference =
        (isRefused
          ? compareRefused(answered)
          : fault
            ? compareFaulty(expected, answered, blameOf(this.#graph, expected.visits, fault))
            : compareExact(expected, answered)) ??
        (before && compareRuns(before, result));
      if (difference) {
        const log = this.#logged.length ? `; log: ${this.#logged.join().slice(0, 1500)}` : '';
        const detail = `${difference.detail}; form ${form}${log}`;
        return { ...difference, detail, expected: expected.result, actual: result };
      }
      before = result;
    }
    return null;
  }

  async #answered(
    operation: Operation,
    situation: Situation,
    execute: Answer,
  ): Promise<Answered | Difference> {
    this.#subgraphs.situation = situation;
    this.#logged.length = 0;
    try {
      return { result: await execute(operation), situation };
    } catch (error) {
      const { name, message } = error as Error;
      return { kind: name === 'TimeoutError' ? 'hang' : `no answer: ${name}`, detail: message };
    }
  }
}

/**
 * Each operation is sent three times: without compiled code, then with it for two forms of subgraph responses. With numeric ids,
 * entities are requested in another order, so that an error beside one would be beside another.
 */
function formsOf(seed: string, fault: Fault | null): readonly Form[] {
  const random = new Random(`forms ${seed}`);
  const usable = fault?.kind === 'beside' ? forms.filter((form) => form !== 'numbers') : forms;
  return [random.pick(usable), 'compact', random.pick(usable)];
}

/** With `onPlan`, asks for the query plan, and tells which planner made it. */
const clientOf =
  (url: string, onPlan: ((planner: string) => void) | null): Answer =>
  async ({ query, variables, operationName }) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(onPlan && { 'x-query-plan': 'on' }) },
      body: JSON.stringify({ query, variables, operationName: operationName ?? undefined }),
      signal: AbortSignal.timeout(answerMs),
    });
    const { extensions, ...result } = parseExactly(await response.text()) as ExecutionResult;
    const plan = extensions?.queryPlan as { planner: string } | undefined;
    if (plan) onPlan?.(plan.planner);
    return result;
  };

function urlOf(server: { address: () => unknown } | undefined): string {
  const address = server?.address() as { port: number } | null | undefined;
  return `http://127.0.0.1:${address?.port}/graphql`;
}

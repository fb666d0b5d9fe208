// The subgraphs of a generated graph: stock subgraph schemas on loopback that report invalid requests, and fail on demand.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import { Random } from '@district-graph/kit/seed/random';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  parse,
  validate,
} from 'graphql';
import { canonical, Data, hasKey, type Item, type Json, picked, type Value } from './graph/data.ts';
import { isExact, readExactly, withNumericIds, withTextIds } from './graph/exact-values.ts';
import type { Graph, Placement, Subgraph } from './graph/model.ts';
import { parsedSelection, parsedSelectionSet } from './graph/place.ts';

export const faultKinds = [
  'down',
  'status',
  'garbage',
  'empty',
  'errors',
  'nulls',
  'short',
  'long',
  'beside',
] as const;
type FaultKind = (typeof faultKinds)[number];

/** How JSON is written: compact, with whitespace, with extra members beside data, or with numbers for ids. */
export const forms = ['compact', 'spaces', 'members', 'numbers'] as const;
export type Form = (typeof forms)[number];

export interface Fault {
  subgraph: string;
  kind: FaultKind;
}

/** How the subgraphs behave for one operation, and what they received. */
export interface Situation {
  fault: Fault | null;
  /** Whether responses are late and in several chunks. */
  slow: boolean;
  /** How responses are written. */
  form: Form;
  seed: string;
  mutations: string[];
  /** Requests that a gateway must not send, reported whatever the response was. */
  misuses: string[];
  /** The subgraphs that received a request. */
  called: Set<string>;
}

interface Source extends Item {
  /** The representation that `_entities` received. */
  representation?: Json;
  /** The external fields that this path provides. */
  provided?: string;
}

export class SubgraphServers {
  readonly data: Data;
  readonly graph: Graph;
  situation: Situation;
  #servers: Server[];

  /** Servers listen before the graph is generated, because it contains their ports. */
  static async listen(count: number): Promise<Server[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const server = createServer();
        server.keepAliveTimeout = 60_000;
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return server;
      }),
    );
  }

  constructor(graph: Graph, servers: Server[]) {
    this.graph = graph;
    this.data = new Data(graph);
    this.situation = calm('');
    this.#servers = servers;
    for (const [index, subgraph] of graph.subgraphs.entries()) {
      const answer = this.#answering(subgraph);
      servers[index]?.on('request', (request, response) => {
        answer(request, response).catch((error: Error) => {
          this.situation.misuses.push(`${subgraph.name}: ${error.stack}`);
          response.destroy();
        });
      });
    }
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.closeAllConnections();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #answering(subgraph: Subgraph): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
    const schema = this.#schema(subgraph);
    readExactly(schema);
    this.data.addSchema(subgraph.name, schema);
    const documents = new Map<string, DocumentNode | string>();
    const document = (query: string) => {
      let found = documents.get(query);
      if (found === undefined) {
        const parsed = parse(query, { noLocation: true });
        const [error] = validate(schema, parsed);
        found = error ? `${error.message} in ${query}` : parsed;
        documents.set(query, found);
      }
      return found;
    };
    return async (request, response) => {
      const situation = this.situation;
      situation.called.add(subgraph.name);
      const fault = situation.fault?.subgraph === subgraph.name ? situation.fault.kind : null;
      const { query, variables, operationName } = parseExactly(withTextIds(await textOf(request))) as {
        query: string;
        variables?: Record<string, unknown>;
        operationName?: string;
      };
      if (fault === 'down') return void request.socket.destroy();
      if (fault === 'status') return send(response, '{"errors":[{"message":"at its limit"}]}', null, 500);
      if (fault === 'garbage') return send(response, '{"data":{"_entities":[{', null);
      if (fault === 'empty') return send(response, '{}', null);
      const parsed = document(query);
      if (typeof parsed === 'string') {
        situation.misuses.push(`${subgraph.name}: ${parsed}`);
        return send(response, JSON.stringify({ errors: [{ message: parsed }] }), null);
      }
      const result = await execute({
        schema,
        document: parsed,
        variableValues: variables,
        operationName,
        contextValue: { situation, fault },
        fieldResolver: this.#fieldResolver(subgraph),
        typeResolver,
      });
      const entities = (result.data as { _entities?: unknown[] } | null | undefined)?._entities;
      if (fault === 'short') entities?.pop();
      if (fault === 'long') entities?.push(null);
      if (fault === 'beside') addErrorBesideData(result, new Random(`${situation.seed} ${query}`));
      const pieces = situation.slow ? new Random(`${situation.seed} ${query}`) : null;
      return send(response, written(JSON.stringify(result), situation.form), pieces);
    };
  }

  #schema(subgraph: Subgraph): GraphQLSchema {
    const resolvers: Record<string, object> = {};
    for (const { name, keys } of subgraph.types.values()) {
      if (keys.length === 0) continue;
      const find = (representation: Json, context: Context) => {
        const { situation, fault } = context;
        const present = keys.filter(({ fields }) => hasKey(representation, fields));
        const usable = present.filter(({ resolvable }) => resolvable);
        if (usable.length === 0)
          situation.misuses.push(
            `${subgraph.name}: no usable key of ${name} in ${JSON.stringify(representation)}`,
          );
        const item = this.data.find(
          name,
          present.map(({ fields }) => fields),
          representation,
        );
        if (!item) {
          // A key with null from a faulty subgraph.
          const hasNull = JSON.stringify(representation).includes('null');
          if (!hasNull || situation.fault === null)
            situation.misuses.push(`${subgraph.name}: no ${name} is ${JSON.stringify(representation)}`);
          return null;
        }
        const luck = new Random(`${situation.seed} ${name} ${item.ident}`).chance(0.5);
        if (fault === 'errors' && luck) throw new Error(`fault at ${name} ${item.ident}`);
        if (fault === 'nulls' && luck) return null;
        const isUnknown = this.graph.missing.get(name) === subgraph.name;
        if (isUnknown && this.data.isMissing(name, item.ident)) return null;
        return { ...this.#named(subgraph, item), representation };
      };
      resolvers[name] = { __resolveReference: find };
    }
    return buildSubgraphSchema([{ typeDefs: parse(subgraph.sdl), resolvers: resolvers as Resolvers }]);
  }

  /** An entity with the type name that the subgraph has for it. */
  #named(subgraph: Subgraph, item: Item): Item {
    const isObject = subgraph.types.get('Media')?.kind === 'interfaceObject';
    const media = this.graph.types.get('Media');
    if (!isObject || media?.kind !== 'interface' || !media.members.includes(item.__typename)) return item;
    return { __typename: 'Media', ident: item.ident };
  }

  #fieldResolver(subgraph: Subgraph): GraphQLFieldResolver<Source | undefined, Context> {
    return (parent, args: Record<string, unknown>, { situation, fault }, { fieldName, parentType }) => {
      const item: Source = parent ?? { __typename: parentType.name, ident: '' };
      const placement = subgraph.types.get(parentType.name)?.fields.get(fieldName);
      if (!placement) throw new Error(`${subgraph.name} has no ${parentType.name}.${fieldName}`);
      const coordinate = `${subgraph.name}: ${parentType.name}.${fieldName}`;
      const misuse = (what: string) => {
        situation.misuses.push(`${coordinate} ${what}`);
        return new Error(`${coordinate} ${what}`);
      };
      if (placement.overridden) throw misuse('is overridden elsewhere');
      const isProvided =
        item.provided && parsedSelection(item.provided).some(({ name }) => name.value === fieldName);
      if (placement.external && !isProvided) throw misuse('is external and not provided here');
      const { field } = placement;
      const required = this.#required(item, placement);
      if (JSON.stringify(required)?.includes('"NOT RECEIVED"'))
        throw misuse(
          `is requested without the fields that it requires: ${JSON.stringify(item.representation)}`,
        );
      if (parentType.name === 'Mutation') situation.mutations.push(mutationCall(fieldName, args));
      if (fault === 'errors' && new Random(`${situation.seed} ${coordinate} ${item.ident}`).chance(0.1))
        throw new Error(`fault at ${coordinate}`);
      return this.#sources(subgraph, this.data.value(item, field, args, required), placement.provides);
    };
  }

  /** The required values of a computed field: as received, or, on a path that provides them, those of the subgraph. */
  #required({ representation, provided, ...item }: Source, { requires, field }: Placement): Json {
    if (!requires) return null;
    const known = provided ? (this.data.required(item, field) as { [name: string]: Json }) : {};
    const names = provided ? parsedSelection(provided).map(({ name }) => name.value) : [];
    const provision = Object.fromEntries(names.map((name) => [name, known[name] ?? null]));
    return picked({ ...provision, ...(representation as object | undefined) }, parsedSelectionSet(requires));
  }

  #sources(subgraph: Subgraph, value: Value, provides: string | null): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#sources(subgraph, each, provides));
    if (value === null || typeof value !== 'object' || !('ident' in value)) return value;
    return { ...this.#named(subgraph, value as Item), ...(provides ? { provided: provides } : {}) };
  }
}

type Resolvers = NonNullable<
  Extract<
    Parameters<typeof buildSubgraphSchema>[0],
    { typeDefs: DocumentNode; resolvers?: unknown }
  >['resolvers']
>;

interface Context {
  situation: Situation;
  fault: FaultKind | null;
}

/** A situation without faults. */
export const calm = (seed: string): Situation => ({
  fault: null,
  slow: false,
  form: 'compact',
  seed,
  mutations: [],
  misuses: [],
  called: new Set(),
});

export const typeResolver: GraphQLTypeResolver<Item, unknown> = ({ __typename }) => __typename;

export const mutationCall = (field: string, args: Record<string, unknown>): string =>
  `${field} ${canonical(args)}`;

function written(json: string, form: Form): string {
  if (form === 'compact') return json;
  if (form === 'numbers') return withNumericIds(json);
  if (form === 'members') return `{"extensions":{"a":[1,{"data":null}]},${json.slice(1)}`;
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|([{}[\],:])/g, (_found, text, mark) => text ?? ` ${mark}\n\t`);
}

/** Adds an error beside complete data: about the response, or about a value in it. */
function addErrorBesideData(result: ExecutionResult, random: Random): void {
  const path: (string | number)[] = [];
  let value: unknown = result.data;
  while (value && typeof value === 'object' && !isExact(value) && random.chance(0.8)) {
    const entries = Object.entries(value).filter(([, each]) => each !== null);
    if (entries.length === 0) break;
    const [name, inside] = random.pick(entries);
    path.push(Array.isArray(value) ? Number(name) : name);
    value = inside;
  }
  const error = { message: 'beside', ...(path.length ? { path } : {}) };
  Object.assign(result, { errors: [...(result.errors ?? []), error] });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends the text whole, or in chunks that can split characters. */
async function send(
  response: ServerResponse,
  text: string,
  pieces: Random | null,
  status = 200,
): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json' });
  if (!pieces) return void response.end(text);
  const bytes = Buffer.from(text, 'utf8');
  await sleep(pieces.whole(0, 4));
  const cuts = [pieces.whole(0, bytes.length), pieces.whole(0, bytes.length)].sort((a, b) => a - b);
  for (const [index, cut] of cuts.entries()) {
    response.write(bytes.subarray(index ? cuts[index - 1] : 0, cut));
    await sleep(1);
  }
  response.end(bytes.subarray(cuts[1]));
}

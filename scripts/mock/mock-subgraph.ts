// A mock subgraph: the SDL of a real one, with generated values behind it instead of a database.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphError, isErrorCode } from '@district-graph/kit/errors';
import { scalarResolvers } from '@district-graph/kit/schema/scalars';
import { readSdl } from '@district-graph/kit/schema/sdl';
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isAbstractType,
  isScalarType,
  parse,
} from 'graphql';
import { MockChanges } from './mock-changes.ts';
import { MockMutations } from './mock-mutations.ts';
import type { FieldArguments, MockObject } from './mock-object.ts';
import { MockValues } from './mock-values.ts';

export interface MockSubgraphOptions {
  name: string;
  seed: string;
  today: Date;
  /** How long each answer takes at least. */
  latencyMs: number;
  /** The time between two events in each district; 0 for none but those of mutations. */
  eventsMs: number;
}

export interface MockSubgraph {
  url: string;
  stop: () => Promise<void>;
}

/** What a client asks of the mock in the header `x-mock`: `refuse=<Refusal>`, `error=<CODE>`, `down=<subgraph>` or `latency=<ms>`. */
const askedHeader = 'x-mock';

interface Context {
  asked: ReadonlyMap<string, string>;
}

interface GraphQLBody {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

export async function startMockSubgraph(options: MockSubgraphOptions): Promise<MockSubgraph> {
  const { name, seed, today, eventsMs } = options;
  const schema = schemaOf(name);
  const changed = new Map<string, Record<string, unknown>>();
  const values = new MockValues({ schema, seed, today, changed });
  const changes = new MockChanges(values, changed, eventsMs);
  const mutations = new MockMutations({ values, changed, onChanged: changes.add });
  const answer = answerWith(schema, values, mutations);
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/changes')) changes.answer(request, response);
    else
      void respond(request, response, options, answer).catch((error: Error) => {
        process.stderr.write(`${error.stack}\n`);
        response.destroy();
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    stop: () => {
      changes.close();
      return closed(server);
    },
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function schemaOf(name: string): GraphQLSchema {
  const typeDefs = parse(readSdl(new URL(`../../subgraphs/${name}/`, import.meta.url)));
  const bare = buildSubgraphSchema(typeDefs);
  const scalars = Object.entries(scalarResolvers).filter(([scalar]) => isScalarType(bare.getType(scalar)));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: Object.fromEntries(scalars) as never }]);
  for (const type of Object.values(schema.getTypeMap()))
    if (isAbstractType(type)) type.resolveType = ({ __typename }: MockObject) => __typename;
  return schema;
}

type AnswerBody = (body: GraphQLBody, context: Context) => Promise<unknown>;

function answerWith(schema: GraphQLSchema, values: MockValues, mutations: MockMutations): AnswerBody {
  const documents = new Map<string, DocumentNode>();
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  const fieldResolver: GraphQLFieldResolver<MockObject | undefined, Context> = (
    source,
    args,
    context,
    info,
  ) => {
    if (info.parentType === mutation) {
      const field = mutation.getFields()[info.fieldName];
      if (field) return mutations.run(field, args, askedRefusal(context));
    }
    if (info.fieldName === '_entities')
      return args.representations.map(({ __typename, ...fields }: MockObject) => {
        const found = values.entity(__typename, String(fields.id ?? fields.code ?? ''));
        return { ...(found ?? { __typename, ' seed': JSON.stringify(fields) }), ...fields };
      });
    const field = info.parentType.getFields()[info.fieldName];
    return field && values.value(source, field, args as FieldArguments);
  };
  // The package's own resolver knows nothing of the objects here.
  if (query?.getFields()._entities) delete query.getFields()._entities?.resolve;
  return async ({ query: text, variables, operationName }, contextValue) => {
    let document = documents.get(text);
    if (!document) {
      document = parse(text, { noLocation: true });
      documents.set(text, document);
    }
    return execute({
      schema,
      document,
      variableValues: variables,
      operationName,
      contextValue,
      fieldResolver,
    });
  };
}

const askedRefusal = ({ asked }: Context): string | null =>
  asked.has('refuse') ? `refuse=${asked.get('refuse')}`.replace(/=$/, '') : null;

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { name, latencyMs }: MockSubgraphOptions,
  answer: AnswerBody,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const asked = askedIn(request.headers[askedHeader]);
  await sleep(Number(asked.get('latency') ?? latencyMs));
  if (asked.get('down') === name) {
    response.destroy();
    return;
  }
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as GraphQLBody;
  const code = asked.get('error');
  const result = isErrorCode(code)
    ? { data: null, errors: [graphError(code, `模拟的错误。 An error of the mock.`)] }
    : await answer(body, { asked });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
}

const askedIn = (header: string | string[] | undefined): Map<string, string> =>
  new Map(
    String(header ?? '')
      .split(/[,;]/)
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [name = '', value = ''] = part.split('=');
        return [name.trim(), value.trim()];
      }),
  );

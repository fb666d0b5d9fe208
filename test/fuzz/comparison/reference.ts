// The expected response: that of one schema without subgraphs, executed by graphql-js over the same data.
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  responsePathAsArray,
} from 'graphql';
import type { Data, Item } from '../graph/data.ts';
import { readExactly } from '../graph/exact-values.ts';
import { type Field, fieldOf } from '../graph/model.ts';
import type { Operation } from '../operations/operations.ts';
import { mutationCall, typeResolver } from '../subgraphs.ts';

export interface Expected {
  result: ExecutionResult;
  mutations: string[];
  visits: Visit[];
}

/** A field of the response: its path and type. */
export interface Visit {
  path: readonly (string | number)[];
  /** The concrete type of the object. */
  of: string;
  field: Field;
  returnType: GraphQLOutputType;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The supergraph's API schema, by stock Apollo. */
export async function apiSchema(supergraphSdl: string): Promise<GraphQLSchema> {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const gateway = new ApolloGateway({ supergraphSdl, logger: silent });
  const { schema } = await gateway.load();
  await gateway.stop();
  readExactly(schema);
  return schema;
}

export async function expectedAnswer(
  schema: GraphQLSchema,
  data: Data,
  document: DocumentNode,
  { variables, operationName }: Operation,
  withheld: ReadonlySet<string>,
): Promise<Expected> {
  const mutations: string[] = [];
  const visits: Visit[] = [];
  const fieldResolver: GraphQLFieldResolver<Item | undefined, unknown> = (parent, args, _context, info) => {
    // The result of a mutation may be the viewer's own record, so that subgraphs decide about access.
    if (withheld.has(`${info.parentType.name}.${info.fieldName}`) && info.operation.operation === 'query')
      throw new GraphQLError('withheld', { extensions: { code: 'FORBIDDEN' } });
    const item: Item = parent ?? { __typename: info.parentType.name, ident: '' };
    const field = fieldOf(data.graph, info.parentType.name, info.fieldName);
    if (info.parentType.name === 'Mutation') mutations.push(mutationCall(info.fieldName, args));
    visits.push({
      path: responsePathAsArray(info.path),
      of: item.__typename,
      field,
      returnType: info.returnType,
    });
    return data.value(item, field, args, data.required(item, field));
  };
  const result = await execute({
    schema,
    document,
    variableValues: variables,
    operationName,
    fieldResolver,
    typeResolver,
  });
  return { result: parseExactly(JSON.stringify(result)) as ExecutionResult, mutations, visits };
}

export interface StockGateway {
  answer: (operation: Operation) => Promise<ExecutionResult>;
  stop: () => Promise<void>;
}

/** Stock Apollo in this process, to find differences that it has too. */
export async function startStock(supergraphSdl: string): Promise<StockGateway> {
  const gateway = new ApolloGateway({ supergraphSdl, logger: silent });
  const server = new ApolloServer({ gateway, logger: silent, introspection: true });
  await server.start();
  return {
    answer: async ({ query, variables, operationName }) => {
      const { body } = await server.executeOperation({
        query,
        variables,
        operationName: operationName ?? undefined,
      });
      if (body.kind !== 'single') throw new Error('an answer in parts');
      return JSON.parse(JSON.stringify(body.singleResult)) as ExecutionResult;
    },
    stop: () => server.stop(),
  };
}

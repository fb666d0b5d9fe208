// A graph of two subgraphs for tests of the engine.
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { TestedSubgraph } from './federation.ts';

export const roadSubgraphs: TestedSubgraph[] = [
  {
    name: 'roads',
    sdl: 'type Query { road: Road } type Mutation { close: Int } type Road @key(fields: "id") { id: ID! name: String }',
    resolvers: { Query: { road: () => ({ id: '1', name: '文化路' }) }, Mutation: { close: () => 1 } },
  },
  {
    name: 'crews',
    sdl: 'type Road @key(fields: "id") { id: ID! crew: String }',
    resolvers: { Road: { crew: () => '一班' } },
  },
];

export const roadRequest = (query: string, method: 'GET' | 'POST' = 'POST'): GraphQLOperation => ({
  query,
  operationName: null,
  variables: null,
  extensions: null,
  method,
});

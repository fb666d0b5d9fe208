// What is answered: the client's operation over the schema that it sees.
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { ResponsePosition } from '../planning/response-positions.ts';
import type { FieldRules } from '../supergraph/access-metadata.ts';

export interface ClientOperation {
  schema: GraphQLSchema;
  rootType: GraphQLObjectType;
  /** Where the root object lies. */
  position: ResponsePosition;
  access: FieldRules;
}

/** Thrown for an answer that would be longer than allowed. */
export class AnswerTooLong extends Error {}

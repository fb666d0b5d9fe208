// The operation that the client sent, over the API schema.
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { ResponsePosition } from '../planning/response-positions.ts';
import type { FieldRules } from '../supergraph/access-metadata.ts';

export interface ClientOperation {
  schema: GraphQLSchema;
  rootType: GraphQLObjectType;
  /** The position of the root object. */
  position: ResponsePosition;
  access: FieldRules;
}

/** Thrown when the response would be longer than allowed. */
export class ResponseTooLong extends Error {}

// The objects of the mock, and what its parts need of the values of their fields.
import type { Random } from '@district-graph/kit/seed/random';
import type { GraphQLField, GraphQLNamedType, GraphQLSchema } from 'graphql';

/** What is known of an object, by field. Everything else follows from its id, code or seed. */
export interface MockObject {
  __typename: string;
  id?: string;
  code?: string;
  /** What distinguishes an object without id or code from others. */
  ' seed'?: string;
  /** The division that it belongs to. */
  ' at'?: string;
  [field: string]: unknown;
}

/** The arguments that fields of the graph have. */
export interface FieldArguments {
  first?: number | null;
  after?: string | null;
  within?: string | null;
  period?: { from: string; to: string } | null;
  orderBy?: string | null;
  level?: string;
  interval?: string;
  id?: string;
  code?: string;
  codes?: readonly string[];
  [argument: string]: unknown;
}

export interface ObjectValues {
  readonly schema: GraphQLSchema;
  /** The day on which dates are centred. */
  readonly today: Date;
  value: (
    source: MockObject | undefined,
    field: GraphQLField<unknown, unknown>,
    args: FieldArguments,
  ) => unknown;
  division: (code: string) => MockObject | null;
  /** The entity of a type in a community that `seed` distinguishes from others, at a time. */
  entityIn: (type: GraphQLNamedType, communityCode: string, seed: string, at: Date) => MockObject;
  /** The code of the division that the object belongs to. */
  divisionOf: (source: MockObject | undefined) => string;
  seedOf: (source: MockObject | undefined) => string;
  random: (...of: readonly string[]) => Random;
}

/** An identifier in the form of enum values: `completedAt` is `COMPLETED_AT`. */
export const screaming = (name: string): string =>
  name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '_').toUpperCase();

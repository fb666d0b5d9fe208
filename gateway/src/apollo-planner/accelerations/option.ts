// One way in which Apollo's planner reaches a branch of an operation.
import type { OpGraphPath } from '@apollo/query-graphs';

/** Several paths where an abstract type is split by object type. */
export interface Option {
  paths: readonly OpGraphPath[];
}

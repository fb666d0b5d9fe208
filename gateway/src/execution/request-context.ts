// Whom an operation is run for.
import type { GraphQLAnswer } from '@district-graph/kit/operation/graphql-operation';
import type { Lifetime } from '../fetching/lifetime.ts';
import type { HasPermission } from '../planning/field-authorization.ts';
import type { Requester } from '../threads/thread-pool.ts';
import type { CallSubgraph } from './execution.ts';

/** Who asks, and how the subgraphs are called for them. */
export interface RequestContext {
  call: CallSubgraph;
  /** All that an answer may depend on beside the operation: the same text, the same answer. Null shares nothing. */
  viewer: string | null;
  /** What the viewer may do; undefined where that is the subgraphs' matter alone. */
  hasPermission?: HasPermission;
  /** Whether the viewer has declared what they want to see masked values for; undefined where that is the subgraphs' matter. */
  hasPurpose?: boolean;
  /** In whose turn their operations are prepared, and who is charged for that; by default the gateway itself. */
  requester?: Requester;
  /** How long their operation is worth running; by default for ever. */
  lifetime?: Lifetime;
  /** Whether what they were known by holds no more. */
  hasEnded?: () => boolean;
  /** Puts on record what was refused here, before any subgraph was asked. */
  reportRefused?: (operation: string | null, fields: readonly UnauthorizedField[]) => void;
  /** Counts so many operations more, such as the root fields of one beyond the first; throws, or rejects with, an HttpError for who must wait. */
  chargeFields?: (fields: number) => void | Promise<void>;
  /** Learns what the operation is estimated to cost, before any subgraph is called for it. */
  onEstimated?: (cost: number) => void;
  /** Headers of the subgraphs' answers for the client, filled while the operation runs. */
  headers: GraphQLAnswer['headers'] & {};
}

/** One whose operations are counted. */
export type CountedRequestContext = RequestContext & { requester: Requester };

/** `Type.field`, and the subgraph that would have given it. */
export interface UnauthorizedField {
  field: string;
  subgraph: string;
}

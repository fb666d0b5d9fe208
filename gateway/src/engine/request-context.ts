// The context of a request besides its operation: the viewer's identity and permissions, and how to call subgraphs.
import type { GraphQLAnswer } from '@district-graph/kit/operation/graphql-operation';
import type { ClientOperation } from '../answer/client-operation.ts';
import type { CallSubgraph } from '../execution/execution.ts';
import type { Lifetime } from '../fetching/lifetime.ts';
import type { HasPermission } from '../planning/field-authorization.ts';
import type { Requester } from '../threads/thread-pool.ts';

export interface RequestContext {
  call: CallSubgraph;
  /** Everything that the response depends on beside the operation: equal texts get equal responses. Null shares no execution. */
  viewer: string | null;
  /** What the viewer may do; undefined where only the subgraphs decide. */
  hasPermission?: HasPermission;
  /** Whether the viewer has declared a purpose, which masked values are disclosed for; undefined where only the subgraphs decide. */
  hasPurpose?: boolean;
  /** The requester in whose queue the operation is prepared, and whose rate is charged for it; by default the gateway itself. */
  requester?: Requester;
  /** How long the operation is worth running; by default forever. */
  lifetime?: Lifetime;
  /** Whether the token or key has expired or was revoked. */
  hasEnded?: () => boolean;
  /** Records fields that were refused before any subgraph was called. */
  reportRefused?: (operation: string | null, fields: readonly UnauthorizedField[]) => void;
  /** Counts further operations, such as the root fields beyond the first. Throws or rejects with an HttpError for viewers beyond their rate. */
  chargeFields?: (fields: number) => void | Promise<void>;
  /** Called with the operation before any subgraph is called for it: paths of calls are in its merged names. */
  onClientOperation?: (operation: ClientOperation) => void;
  /** Called with the estimated cost of the operation, before any subgraph is called for it. */
  onEstimated?: (cost: number) => void;
  /** Headers of the subgraphs' responses that are returned to the client; filled while the operation runs. */
  headers: GraphQLAnswer['headers'] & {};
}

/** A context whose operations are counted. */
export type CountedRequestContext = RequestContext & { requester: Requester };

/** A field as `Type.field`, and the subgraph that resolves it. */
export interface UnauthorizedField {
  field: string;
  subgraph: string;
}
